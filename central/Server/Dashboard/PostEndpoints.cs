using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Posts, and the events by which open pages refresh.</summary>
internal static class PostEndpoints
{
    /// <summary>Ages on the page grow by themselves, so it refreshes even when nothing happens.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/posts", ShowAsync).RequireAuthorization(Roles.Staff);
        pages.MapGet("/events", static (HttpContext http, Pulse pulse, IHostApplicationLifetime lifetime, TimeProvider time) =>
            TypedResults.ServerSentEvents(ListenAsync(http, pulse, lifetime, time)))
            .RequireAuthorization(Roles.Staff);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, ICentralStore store, IOptions<AppliancesOptions> options, PageMaker maker, TimeProvider time)
    {
        var health = await store.Appliances.ListHealthAsync(http.RequestAborted);
        var forks = await store.Records.CountForksAsync(http.RequestAborted);
        var newest = await store.Releases.ReadNewestVersionAsync(ReleaseKind.Watchlist, http.RequestAborted);
        var overdue = time.GetUtcNow() - TimeSpan.FromMinutes(options.Value.OverdueMinutes);
        var posts = (await store.Appliances.ListAsync(http.RequestAborted))
            .Select(appliance => new PostRow(
                appliance,
                health.GetValueOrDefault(appliance.ApplianceId),
                appliance.State == ApplianceState.Active && (appliance.LastContactAt is not { } contact || contact < overdue),
                newest,
                forks.GetValueOrDefault(appliance.ApplianceId)))
            .ToArray();
        return maker.Page<PostsPage>(http, new() { ["Posts"] = posts, ["NewestList"] = newest });
    }

    /// <summary>
    /// One event for each change, until the browser leaves or central stops. Without the link to the stop, one open page
    /// holds up the shutdown for thirty seconds.
    /// </summary>
    private static async IAsyncEnumerable<SseItem<string>> ListenAsync(
        HttpContext http,
        Pulse pulse,
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

            yield return new SseItem<string>("", "changed");
        }
    }
}
