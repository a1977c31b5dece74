using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Writes refusals into the audit, and no more of them than somebody can read: a stranger who tries all night must not bury the chain.
/// What was left out is counted in the next line of its kind and subject.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class RefusalAudit(ICentralStore store, Auditor auditor, IOptions<AppliancesOptions> options, TimeProvider time)
{
    private readonly TokenBuckets _all = new(time, options.Value.RefusalsAuditedPerHour / 3600.0, options.Value.RefusalsAuditedPerHour);
    private readonly TokenBuckets _each = new(time, 1 / 3600.0, capacity: 3);
    private long _leftOut;

    /// <param name="subject">What was refused: a ticket, an appliance.</param>
    public async Task NoteAsync(string action, string subject, string detail, CancellationToken cancellationToken)
    {
        if (!_each.TryTake($"{action} {subject}", out _) || !_all.TryTake("", out _))
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        var leftOut = Interlocked.Exchange(ref _leftOut, 0);
        await store.Audit.AppendAsync(
            auditor.Event(Auditor.Central, action, subject, leftOut == 0 ? detail : $"{detail} ({leftOut} refusals before this one were not written down)"),
            cancellationToken);
    }
}
