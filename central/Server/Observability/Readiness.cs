using System.Data.Common;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Storage;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Observability;

/// <summary>One thing that central needs to serve appliances.</summary>
internal sealed record ReadinessCheck(string Name, bool IsReady, string Detail);

/// <summary>
/// Whether this node should get appliances. Alive is another question (/healthz): a node without its store must not be restarted for
/// that, only be left alone.
/// </summary>
internal sealed class Readiness(
    ICentralStore store, IDiskSpace disk, PulseWatcher pulse, IOptions<IntakeOptions> intake, IOptions<AppliancesOptions> appliances, TimeProvider time)
{
    /// <summary>A store that takes longer than this is no store to send appliances to.</summary>
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(3);

    /// <summary>So many intervals without a look for news, and doorbells on this node ring for nothing.</summary>
    private const int LooksMissedMax = 20;

    private readonly Lock _asking = new();
    private Task? _question;

    public async Task<IReadOnlyList<ReadinessCheck>> CheckAsync(CancellationToken cancellationToken) =>
        [await StoreAsync(cancellationToken), Disk(), News()];

    /// <summary>
    /// Asks over what is kept for alerts, and takes a full line for an answer: a node that is asked for too much is well. Taken out for that, its callers
    /// would all come to the others at once.
    /// </summary>
    private async Task<ReadinessCheck> StoreAsync(CancellationToken cancellationToken)
    {
        using var ending = new CancellationTokenSource(StorePatience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending.Token);
        try
        {
            await Ask().WaitAsync(patience.Token);
            return new ReadinessCheck("store", true, "answers");
        }
        catch (DatabaseBusyException)
        {
            return new ReadinessCheck("store", true, "is busy; calls wait for a connection to it");
        }
        catch (DbException)
        {
            return new ReadinessCheck("store", false, "does not answer; central's log says why");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ReadinessCheck("store", false, $"took longer than {StorePatience.TotalSeconds:0} s");
        }
    }

    /// <summary>
    /// One question at a time, whoever asks: this page is open to all, and the reserve is for alerts. It goes on when those who asked wait no longer.
    /// </summary>
    private Task Ask()
    {
        lock (_asking)
            return _question = _question is { IsCompleted: false } asked ? asked : AskAsync();
    }

    private async Task AskAsync()
    {
        AlertCall.IsCurrent = true;
        await store.ReadChangeMarkAsync(CancellationToken.None);
    }

    private ReadinessCheck Disk() =>
        disk.FreeBytes >= intake.Value.FreeBytesMin
            ? new ReadinessCheck("disk", true, "has room")
            : new ReadinessCheck("disk", false, "is nearly full; only alerts are taken, or nothing");

    private ReadinessCheck News()
    {
        var longest = TimeSpan.FromMilliseconds(appliances.Value.PollMilliseconds * LooksMissedMax);
        return pulse.LookedAgo is { } ago && ago <= longest
            ? new ReadinessCheck("news", true, "are followed")
            : new ReadinessCheck("news", false, "are not followed; doorbells do not ring on this node");
    }
}
