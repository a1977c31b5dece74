using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// The doorbell: rings for a new release, a root or a command, ticks with signed time, ends when central stops or the appliance may no
/// longer call. Carries no truth, only a reason to ask.
/// </summary>
internal sealed class DoorbellService(
    Pulse pulse,
    ICentralStore store,
    SignedClock clock,
    CallerCheck callers,
    OpenDoorbells doorbells,
    CentralMetrics metrics,
    IOptions<AppliancesOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
    : Protos.V1.DoorbellService.DoorbellServiceBase
{
    private const int TickSecondsMin = 5;
    private const int TickSecondsMax = 300;

    public override async Task Listen(
        ListenRequest request, IServerStreamWriter<ListenResponse> responseStream, ServerCallContext context)
    {
        var caller = ApplianceGate.Caller(context);
        var interval = TimeSpan.FromSeconds(
            request.TickIntervalSeconds == 0
                ? options.Value.TickSeconds
                : Math.Clamp(request.TickIntervalSeconds, TickSecondsMin, TickSecondsMax));
        using var place = doorbells.Enter(caller.ApplianceId);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping, place.Displaced);
        metrics.DoorbellOpened();
        var rung = new News(0, 0, 0, 0, 0, 0);
        var nextTick = time.GetTimestamp();
        try
        {
            while (true)
            {
                var beat = pulse.Current;
                var news = beat.News;
                if (news.AdmissionChanges != rung.AdmissionChanges || time.GetTimestamp() >= nextTick)
                    await ApplianceGate.RecheckAsync(callers, context);
                foreach (var ring in await RingsAsync(caller.ApplianceId, rung, news, stop.Token))
                    await responseStream.WriteAsync(ring, stop.Token);
                rung = news;

                if (time.GetTimestamp() >= nextTick)
                {
                    await responseStream.WriteAsync(Tick(caller.ApplianceId), stop.Token);
                    nextTick = time.GetTimestamp() + (long)(interval.TotalSeconds * time.TimestampFrequency);
                }

                var wait = time.GetElapsedTime(time.GetTimestamp(), nextTick);
                await beat.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The appliance hung up or has newer doorbells, or central stops: the ordinary end of one.
        }
        finally
        {
            metrics.DoorbellEnded();
        }
    }

    /// <summary>What has come since the bell last rang. Only what concerns this appliance alone is asked of the store, and only when it may have changed.</summary>
    private async Task<IReadOnlyList<ListenResponse>> RingsAsync(string applianceId, News rung, News news, CancellationToken cancellationToken)
    {
        var rings = new List<ListenResponse>();
        // Before the list: who is to go at once goes before anything else is fetched.
        if (news.SuppressionVersion > rung.SuppressionVersion)
            rings.Add(Release(Releases.ReleaseKind.Suppression, news.SuppressionVersion));
        if (news.ListVersion > rung.ListVersion)
            rings.Add(Release(Releases.ReleaseKind.Watchlist, news.ListVersion));
        if (news.RootVersion > rung.RootVersion)
            rings.Add(new ListenResponse { RootAvailable = new RootAvailable { Version = news.RootVersion } });
        if (news.PeopleVersion > rung.PeopleVersion)
            rings.Add(Release(Releases.ReleaseKind.People, news.PeopleVersion));
        if (news.CommandsOrdered > rung.CommandsOrdered
            && await store.Commands.CountWaitingAsync(applianceId, cancellationToken) is var waiting and > 0)
        {
            rings.Add(new ListenResponse { CommandsWaiting = new CommandsWaiting { Count = (uint)waiting } });
        }

        return rings;
    }

    private static ListenResponse Release(Releases.ReleaseKind kind, long version) =>
        new() { ReleaseAvailable = new ReleaseAvailable { Kind = (uint)kind, Version = (ulong)version } };

    private ListenResponse Tick(string applianceId)
    {
        var (unixMicroseconds, signature, keyId) = clock.Sign(applianceId, default);
        return new ListenResponse
        {
            Tick = new SignedTime
            {
                UnixMicroseconds = unixMicroseconds,
                Signature = ByteString.CopyFrom(signature),
                KeyId = ByteString.CopyFrom(keyId),
            },
        };
    }
}
