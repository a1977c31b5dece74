using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Retention;

/// <summary>What a run of retention did.</summary>
internal sealed record RetentionResult(long Masked, long ErasedRefused, long ErasedOwnCitizens, long ErasedAll, long Dropped)
{
    public bool IsNothing => this is { Masked: 0, ErasedRefused: 0, ErasedOwnCitizens: 0, ErasedAll: 0, Dropped: 0 };

    public override string ToString() =>
        $"{Masked} keys masked; keys destroyed: {ErasedRefused} of refusals, {ErasedOwnCitizens} of own citizens, {ErasedAll} by age; {Dropped} records removed";
}

/// <summary>
/// Masks, erases and removes by age. Every rule remembers how far it has come and goes on by days, and by parts of a busy one, so that the intake is not
/// held up, a run that is cut off costs nothing, and two nodes at once do no harm.
/// </summary>
internal sealed class RetentionRun(ICentralStore store, RetentionOptions options, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    /// <summary>1. Erases what ended with a refusal. 2. Erases own citizens'. 3. Erases all. 4. Masks. 5. Removes. 6. Writes the audit.</summary>
    public async Task<RetentionResult> RunAsync(string actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var result = new RetentionResult(
            ErasedRefused: await ByClassAsync(
                RetentionRule.EraseRefused, RecordKind.EncounterDecision, now.AddMonths(-options.RefusedMonths),
                static header => header.OutcomeCodes.Contains((ushort)OutcomeCode.Refused), cancellationToken),
            ErasedOwnCitizens: options.OwnState.Length == 0 || options.OwnCitizensMonths == 0
                ? 0
                : await ByClassAsync(
                    RetentionRule.EraseOwnCitizens, RecordKind.EncounterVerdict, now.AddMonths(-options.OwnCitizensMonths),
                    header => header.Nationality == options.OwnState, cancellationToken),
            ErasedAll: await ByDayAsync(
                RetentionRule.EraseAll, now.AddMonths(-options.AllMonths), store.Retention.EraseAllAsync, cancellationToken),
            Masked: await ByDayAsync(
                RetentionRule.Mask, now.AddMonths(-options.MaskMonths), (window, token) => store.Retention.MaskAsync(window, now, token), cancellationToken),
            Dropped: await DropAsync(now.AddMonths(-options.RecordMonths), cancellationToken));
        if (!result.IsNothing)
            await store.Retention.AuditAsync(new AuditEvent(now, actor, AuditAction.RetentionApplied, "records") { Detail = result.ToString() }, cancellationToken);
        return result;
    }

    private Task<long> ByClassAsync(
        RetentionRule rule, RecordKind kind, DateTimeOffset through, Func<RecordHeader, bool> isDue, CancellationToken cancellationToken) =>
        ByDayAsync(
            rule,
            through,
            async (window, token) =>
            {
                // A header that cannot be read any more decides nothing; its keys go with the rule for all.
                var due = (await store.Retention.ReadDecidingAsync(kind, window, token))
                    .Select(static stored => RecordHeader.Parse(stored.Header))
                    .Where(parsed => parsed.TryGet(out var header, out _) && header.EncounterId is not null && isDue(header))
                    .Select(static parsed => parsed.Value.EncounterId!.Value)
                    .ToHashSet();
                return await store.Retention.EraseEncountersAsync(rule, window, due, token);
            },
            cancellationToken);

    private async Task<long> ByDayAsync(
        RetentionRule rule, DateTimeOffset through, Func<ArrivalWindow, CancellationToken, Task<long>> work, CancellationToken cancellationToken)
    {
        if (await store.Retention.ReadOldestAsync(rule, cancellationToken) is not { } oldest || oldest > through)
            return 0;
        var after = await store.Retention.ReadProgressAsync(rule, cancellationToken);
        if (after >= through)
            return 0;
        after = after < oldest ? oldest.AddMicroseconds(-1) : after;
        long count = 0;
        while (after < through)
        {
            var end = await store.Retention.ReadSliceEndAsync(rule, new ArrivalWindow(after, after + Step < through ? after + Step : through), cancellationToken);
            count += await work(new ArrivalWindow(after, end), cancellationToken);
            after = end;
        }

        return count;
    }

    /// <summary>A month at a time, as the partitions are: looking through every lane each day would be for nothing.</summary>
    private async Task<long> DropAsync(DateTimeOffset through, CancellationToken cancellationToken)
    {
        var month = new DateTimeOffset(through.Year, through.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(-1);
        return month <= await store.Retention.ReadProgressAsync(RetentionRule.Drop, cancellationToken)
            ? 0
            : await store.Retention.DropAsync(month, cancellationToken);
    }
}
