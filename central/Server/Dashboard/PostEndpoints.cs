using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Posts, and the events by which open pages refresh.</summary>
internal static class PostEndpoints
{
    /// <summary>Ages on the page grow by themselves, so it refreshes even when nothing happens.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(30);

    /// <summary>How long an emergency access stands on the page: everybody on duty in the week sees it.</summary>
    private static readonly TimeSpan EmergencyShown = TimeSpan.FromDays(7);

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/posts", ShowAsync).RequireAuthorization(Roles.Staff);
        pages.MapGet("/events", static (HttpContext http, Pulse pulse, SessionGate gate, IHostApplicationLifetime lifetime, TimeProvider time) =>
            TypedResults.ServerSentEvents(ListenAsync(http, pulse, gate, lifetime, time)))
            .RequireAuthorization(Roles.Staff);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, ICentralStore store, IOptions<AppliancesOptions> options, PageMaker maker, TimeProvider time)
    {
        var health = await store.Appliances.ListHealthAsync(http.RequestAborted);
        var forks = await store.Records.CountForksAsync(http.RequestAborted);
        var newest = await store.Releases.ReadNewestVersionAsync(ReleaseKind.Watchlist, http.RequestAborted);
        var newestSuppression = await store.Releases.ReadNewestVersionAsync(ReleaseKind.Suppression, http.RequestAborted);
        var confirmed = (await store.Confirmations.ListAsync(ReleaseKind.Watchlist, http.RequestAborted))
            .Concat(await store.Confirmations.ListAsync(ReleaseKind.Suppression, http.RequestAborted)).ToLookup(static said => said.ApplianceId);
        var now = time.GetUtcNow();
        var emergencies = await ReadEmergenciesAsync(store, now - EmergencyShown, http.RequestAborted);
        var posts = (await store.Appliances.ListAsync(http.RequestAborted))
            .Select(appliance => new PostRow(
                appliance,
                health.GetValueOrDefault(appliance.ApplianceId),
                OverdueWatch.IsOverdue(appliance, now, options.Value),
                newest,
                forks.GetValueOrDefault(appliance.ApplianceId),
                [.. emergencies[appliance.ApplianceId]],
                confirmed[appliance.ApplianceId].Where(static said => said is { Kind: ReleaseKind.Suppression, IsKnown: true })
                    .MaxBy(static said => said.LastAt)?.Version ?? 0,
                confirmed[appliance.ApplianceId].Count(static said => !said.IsKnown)))
            .ToArray();
        return maker.Page<PostsPage>(http, new() { ["Posts"] = posts, ["NewestList"] = newest, ["NewestSuppression"] = newestSuppression });
    }

    private static async Task<ILookup<string, EmergencyUse>> ReadEmergenciesAsync(
        ICentralStore store, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var headers = await store.Records.ReadKindAsync(Lane.Alerts, RecordKind.EmergencyAccess, since, cancellationToken);
        return headers
            .Where(static stored => stored.IsIntact)
            .Select(static stored => (stored.Key.ApplianceId, stored.ReceivedAt, Header: RecordHeader.Parse(stored.Header).Value))
            .ToLookup(
                static record => record.ApplianceId,
                static record => new EmergencyUse(
                    record.Header.ActorId, Instant.FromMicroseconds(record.Header.HappenedUnixMicroseconds), record.ReceivedAt));
    }

    /// <summary>
    /// One event for each change, until the browser leaves or central stops. Without the link to the stop, one open page
    /// holds up the shutdown for thirty seconds.
    /// </summary>
    private static async IAsyncEnumerable<SseItem<string>> ListenAsync(
        HttpContext http,
        Pulse pulse,
        SessionGate gate,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, http.RequestAborted, lifetime.ApplicationStopping);

        // Nothing is sent before the first event, not even the headers: the browser would wait without knowing.
        yield return new SseItem<string>("", "ready");
        while (!stop.IsCancellationRequested)
        {
            var beat = pulse.Current;
            try
            {
                await beat.WaitAsync(LongestQuiet, time, stop.Token);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            // An open page must not go on telling somebody who has signed out, or may no longer see it.
            if (await gate.FindAsync(http.User, stop.Token) is null)
                yield break;
            yield return new SseItem<string>("", "changed");
        }
    }
}
