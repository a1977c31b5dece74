using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Wakes whoever waits for news: doorbells and open pages. Asks the store for its change mark, since the change may have
/// been made by a command in another process or by another node.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class Pulse
{
    private volatile PulseBeat _beat = new(0, new News(0, 0, 0, 0, 0, 0));

    /// <summary>What was last seen. Take it before looking at the store, then wait on it.</summary>
    public PulseBeat Current => _beat;

    /// <summary>Tells that something changed.</summary>
    public void Beat(News news)
    {
        var last = _beat;
        _beat = new PulseBeat(last.Number + 1, news);
        last.End();
    }
}

/// <summary>What doorbells ring for.</summary>
/// <param name="ListVersion">Newest published watchlist; 0 for none.</param>
/// <param name="AdmissionChanges">Rises when what an appliance may do changes; open streams are then asked who they are.</param>
/// <param name="RootVersion">Newest root of the site.</param>
/// <param name="PeopleVersion">Newest issue of the accounts at the posts; 0 for none.</param>
/// <param name="CommandsOrdered">Rises with every command to any appliance.</param>
/// <param name="SuppressionVersion">Newest published suppression; 0 for none.</param>
internal sealed record News(
    long ListVersion, long AdmissionChanges, ulong RootVersion, long PeopleVersion, long CommandsOrdered, long SuppressionVersion);

/// <summary>The time between two changes.</summary>
/// <param name="Number">Rises with each change.</param>
/// <param name="News">How things stand.</param>
internal sealed record PulseBeat(long Number, News News)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next change.</summary>
    public Task Ended => _ended.Task;

    internal void End() => _ended.TrySetResult();

    /// <summary>Waits for the next change, but no longer than this.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Ended, Task.Delay(longest, time, stop.Token));
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>Asks the store for news at a steady interval, and at once when the store signals some.</summary>
internal sealed class PulseWatcher(
    Pulse pulse, ICentralStore store, SiteKeys keys, IOptions<AppliancesOptions> options, TimeProvider time, ILogger<PulseWatcher> logger)
    : BackgroundService
{
    private long? _mark;
    private long? _lookedAt;

    /// <summary>How long ago the store last answered; null before the first time.</summary>
    public TimeSpan? LookedAgo => _lookedAt is { } at ? time.GetElapsedTime(at) : null;

    /// <summary>
    /// One look; beats when anything was committed since the last. Over what is kept for alerts: a revocation must not wait until a storm is over, and a
    /// node that hears no news is taken out.
    /// </summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        AlertCall.IsCurrent = true;
        var mark = await store.ReadChangeMarkAsync(cancellationToken);
        _lookedAt = time.GetTimestamp();
        if (mark == _mark)
            return;

        // Publishing a root writes the audit last, so whoever sees that mark finds the root.
        keys.Refresh(time.GetUtcNow());
        _mark = mark;
        pulse.Beat(new News(
            await store.Releases.ReadNewestVersionAsync(ReleaseKind.Watchlist, cancellationToken),
            await store.Appliances.ReadAdmissionChangesAsync(cancellationToken),
            keys.Root.Version,
            await store.PostPeople.ReadVersionAsync(cancellationToken),
            await store.Commands.CountAsync(cancellationToken),
            await store.Releases.ReadNewestVersionAsync(ReleaseKind.Suppression, cancellationToken)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        while (true)
        {
            var signals = store.Signals.Count;
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or CentralFault)
            {
                Log.PulseFailed(logger, fault.Message);
            }

            await WaitAsync(signals, interval, stoppingToken);
        }
    }

    /// <summary>Waits for the next signal, but no longer than the interval and no shorter than a fifth of it: a storm of commits is one look.</summary>
    private async Task WaitAsync(long signals, TimeSpan interval, CancellationToken stoppingToken)
    {
        const int ShortestPart = 5;
        await Task.Delay(interval / ShortestPart, time, stoppingToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(
            store.Signals.WaitBeyondAsync(signals, stop.Token), Task.Delay(interval * (ShortestPart - 1) / ShortestPart, time, stop.Token));
        await stop.CancelAsync();
        stoppingToken.ThrowIfCancellationRequested();
    }
}
