using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// The doorbell: rings for a new release or root, ticks with signed time, ends when central stops or the appliance may no longer
/// call. Carries no truth, only a reason to ask.
/// </summary>
internal sealed class DoorbellService(
    Pulse pulse,
    SignedClock clock,
    CallerCheck callers,
    OpenDoorbells doorbells,
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
        long rung = 0, changes = 0;
        ulong rungRoot = 0;
        var nextTick = time.GetTimestamp();
        try
        {
            while (true)
            {
                var beat = pulse.Current;
                if (beat.AdmissionChanges != changes || time.GetTimestamp() >= nextTick)
                    await ApplianceGate.RecheckAsync(callers, context);
                changes = beat.AdmissionChanges;
                if (beat.ListVersion > rung)
                {
                    rung = beat.ListVersion;
                    await responseStream.WriteAsync(Ring(rung), stop.Token);
                }

                if (beat.RootVersion > rungRoot)
                {
                    rungRoot = beat.RootVersion;
                    await responseStream.WriteAsync(RingRoot(rungRoot), stop.Token);
                }

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
    }

    private static ListenResponse Ring(long version) => new()
    {
        ReleaseAvailable = new ReleaseAvailable { Kind = (uint)Releases.ReleaseKind.Watchlist, Version = (ulong)version },
    };

    private static ListenResponse RingRoot(ulong version) => new() { RootAvailable = new RootAvailable { Version = version } };

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
