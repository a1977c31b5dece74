using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Audit;

/// <summary>Where a chain stands: a number and a value that can be written down and compared later.</summary>
internal sealed record ChainEnd(long Sequence, byte[] Value)
{
    /// <summary>Before the first line of the audit.</summary>
    public static ChainEnd Genesis { get; } = new(0, AuditChain.Genesis);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Convert.ToHexStringLower(Value)}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ChainEnd? Parse(string text)
    {
        var parts = text.Trim().Split(':');
        try
        {
            return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                && Convert.FromHexString(parts[1]) is { Length: SHA256.HashSizeInBytes } value
                ? new ChainEnd(sequence, value)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>The first thing that does not verify, as a sentence.</summary>
internal sealed record BrokenChain(string Reason);

/// <summary>What was found whole.</summary>
/// <param name="Audit">End of the audit.</param>
internal sealed record VerifiedChains(ChainEnd Audit, int Lanes, long Records, int Approvals);

/// <summary>
/// Checks central's own audit, the approvals, the lives of entries, and the records of every post, from the first to the last. Whoever changes, removes or adds
/// something in the middle of a chain is found by it; whoever cuts off its end, by an end that was written down before.
/// </summary>
internal sealed class AuditVerification(ICentralStore store)
{
    private const int PageLength = 1_000;

    /// <param name="witness">An end of the audit that was written down earlier; null for none.</param>
    /// <param name="progress">Told now and then how many records have been looked at.</param>
    public async Task<Result<VerifiedChains, BrokenChain>> VerifyAsync(
        ChainEnd? witness, Action<long> progress, CancellationToken cancellationToken)
    {
        var (evidence, entries) = (new ApprovalEvidence(), new EntryEvidence());
        if (!(await VerifyAuditAsync(witness, evidence, entries, cancellationToken)).TryGet(out var audit, out var broken))
            return broken;
        var approvals = await store.Approvals.ListAsync(int.MaxValue, cancellationToken);
        var fault = evidence.FindFault(approvals) ?? entries.FindFault(
            approvals,
            await store.Entries.ListProposalsAsync(isOpenOnly: false, int.MaxValue, cancellationToken),
            await store.Entries.ReadStepsAfterAsync(0, int.MaxValue, cancellationToken));
        if (fault is not null)
            return new BrokenChain(fault);
        var lanes = await store.Records.ListLanesAsync(cancellationToken);
        long records = 0;
        foreach (var lane in lanes)
        {
            if (await VerifyLaneAsync(lane, records, progress, cancellationToken) is { } problem)
                return problem;
            records += lane.LastSequence - lane.FirstSequence + 1;
        }

        return new VerifiedChains(audit, lanes.Count, records, approvals.Count);
    }

    private async Task<Result<ChainEnd, BrokenChain>> VerifyAuditAsync(
        ChainEnd? witness, ApprovalEvidence evidence, EntryEvidence entries, CancellationToken cancellationToken)
    {
        var end = ChainEnd.Genesis;
        while (await store.Audit.ReadAfterAsync(end.Sequence, PageLength, cancellationToken) is { Count: > 0 } page)
        {
            if (!Follow(end, page, witness).TryGet(out end, out var broken))
                return broken;
            foreach (var line in page)
            {
                evidence.See(line.Event);
                entries.See(line.Event);
            }
        }

        return witness is not null && witness.Sequence > end.Sequence
            ? new BrokenChain($"audit line {end.Sequence + 1} is missing: {witness.Sequence} was written down as an end")
            : end;
    }

    /// <summary>Follows lines of the audit from a known end.</summary>
    /// <returns>The end after them, or the first that does not fit.</returns>
    public static Result<ChainEnd, BrokenChain> Follow(ChainEnd end, IEnumerable<AuditLine> lines, ChainEnd? witness = null)
    {
        foreach (var line in lines)
        {
            if (line.Sequence != end.Sequence + 1)
                return new BrokenChain($"audit line {end.Sequence + 1} is missing");
            if (!AuditChain.Next(end.Value, line.Sequence, line.Event).AsSpan().SequenceEqual(line.Chain))
                return new BrokenChain($"audit line {line.Sequence} ({line.Event.Action}, {line.Event.At:yyyy-MM-dd HH:mm}Z) was changed, or the one before it");
            end = new ChainEnd(line.Sequence, line.Chain);
            if (witness?.Sequence == end.Sequence && !witness.Value.AsSpan().SequenceEqual(end.Value))
                return new BrokenChain($"audit line {end.Sequence} is not the one that was written down");
        }

        return end;
    }

    private async Task<BrokenChain?> VerifyLaneAsync(LaneHead lane, long before, Action<long> progress, CancellationToken cancellationToken)
    {
        var chain = lane.PreviousChain ?? RecordChain.Genesis(lane.ApplianceId, lane.Epoch, lane.Lane);
        for (var sequence = lane.FirstSequence; sequence <= lane.LastSequence;)
        {
            var page = await store.Records.ReadLaneAsync(
                new RecordKey(lane.ApplianceId, lane.Epoch, lane.Lane, sequence), PageLength, cancellationToken);
            if (page.Count == 0)
                return Broken(lane, sequence, "is missing");
            foreach (var record in page)
            {
                if (record.Key.Sequence != sequence)
                    return Broken(lane, sequence, "is missing");
                if (!RecordHeader.Parse(record.Header).TryGet(out var header, out var failure))
                    return Broken(lane, sequence, $"cannot be read ({failure.Reason})");
                if (header.ApplianceId != lane.ApplianceId || header.Epoch != lane.Epoch || header.Lane != lane.Lane || header.Sequence != (ulong)sequence)
                    return Broken(lane, sequence, "belongs to another place");
                chain = RecordChain.Next(chain, record.Header, SHA256.HashData(record.Ciphertext));
                if (!chain.AsSpan().SequenceEqual(record.Chain))
                    return Broken(lane, sequence, "was changed, or the one before it");
                if (!record.IsIntact)
                    return Broken(lane, sequence, "is entered under another kind or encounter than its own");
                sequence++;
            }

            progress(before + sequence - lane.FirstSequence);
        }

        return chain.AsSpan().SequenceEqual(lane.Chain) ? null : Broken(lane, lane.LastSequence, "is not the end that was stored");
    }

    private static BrokenChain Broken(LaneHead lane, long sequence, string what) =>
        new($"record {sequence} of lane {lane.Lane} of {lane.ApplianceId} (epoch {lane.Epoch}) {what}");
}
