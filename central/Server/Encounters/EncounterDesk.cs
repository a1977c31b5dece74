using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>An encounter in the list: plain header data only.</summary>
public sealed record EncounterSummary
{
    public required Guid EncounterId { get; init; }

    public required string ApplianceId { get; init; }

    public required string PostName { get; init; }

    /// <summary>By the appliance's clock; for an entry made afterwards from paper, by what the paper says.</summary>
    public required DateTimeOffset CrossedAt { get; init; }

    public required bool IsClockDoubtful { get; init; }

    /// <summary>By central's clock: the newest of its records.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public required string Nationality { get; init; }

    public required int Hits { get; init; }

    /// <summary>Null while the verdict has not arrived.</summary>
    public OutcomeCode? Proposal { get; init; }

    /// <summary>Null while nobody has decided, or the decision has not arrived.</summary>
    public OutcomeCode? Outcome { get; init; }
}

/// <summary>One record of an opened encounter.</summary>
/// <param name="Personal">Null when there is no personal part, or it is erased or does not open.</param>
/// <param name="Sealing">Says which of these it is.</param>
public sealed record OpenedRecord(RecordHeader Header, DateTimeOffset ReceivedAt, PersonalPart? Personal, string Sealing);

/// <summary>An encounter opened with a purpose.</summary>
/// <param name="Damaged">Its records that are not what was stored, by name; what they say is not shown.</param>
public sealed record OpenedEncounter(EncounterSummary Summary, IReadOnlyList<OpenedRecord> Records, IReadOnlyList<string> Damaged);

/// <summary>The newest encounters.</summary>
/// <param name="Damaged">Records among theirs that are not what was stored, by name; what they say is not shown.</param>
internal sealed record RecentEncounters(IReadOnlyList<EncounterSummary> Encounters, IReadOnlyList<string> Damaged);

/// <summary>Why an encounter was not opened.</summary>
internal sealed record EncounterRefusal(string Reason);

/// <summary>Lists encounters by their plain part and opens one for a purpose. Every look is audited before it is shown.</summary>
internal sealed class EncounterDesk(ICentralStore store, SiteKeys keys, Auditor auditor)
{
    /// <summary>Records read for each encounter shown: verdict, decision, a hit and its outcome.</summary>
    private const int RecordsPerEncounter = 4;

    /// <summary>A record that was damaged is named and left out; the others are shown all the same.</summary>
    public async Task<RecentEncounters> ReadRecentAsync(int count, CancellationToken cancellationToken)
    {
        var posts = await ReadPostsAsync(cancellationToken);
        var headers = await store.Records.ReadRecentAsync(count * RecordsPerEncounter, cancellationToken);
        EncounterSummary[] encounters =
        [
            .. headers
                .Where(static stored => stored.IsIntact)
                .Select(static stored => Plain(stored.ReceivedAt, stored.Header))
                .GroupBy(static record => (record.Stored.ApplianceId, record.Stored.EncounterId!.Value))
                .Select(group => Summarise([.. group], posts))
                .OrderByDescending(static summary => summary.ReceivedAt)
                .ThenByDescending(static summary => summary.CrossedAt)
                .Take(count),
        ];
        return new RecentEncounters(encounters, [.. headers.Where(static stored => !stored.IsIntact).Select(static stored => Name(stored.Key))]);
    }

    /// <summary>
    /// 1. Refuses without purpose and case. 2. Finds the records. 3. Writes the audit. 4. Only then opens them.
    /// </summary>
    /// <param name="applianceId">Empty when the encounter's identifier alone should do.</param>
    public async Task<Result<OpenedEncounter, EncounterRefusal>> OpenAsync(
        Guid encounterId,
        string applianceId,
        string purpose,
        string caseReference,
        string actor,
        CancellationToken cancellationToken)
    {
        // 1
        var reference = caseReference.Trim();
        if (!Purpose.IsKnown(purpose))
            return await RefuseAsync(encounterId, actor, "opening an encounter needs a purpose from the list", cancellationToken);
        if (reference.Length is 0 or > Purpose.CaseReferenceLengthMax || reference.Any(char.IsControl))
        {
            return await RefuseAsync(
                encounterId, actor, $"opening an encounter needs a case reference of 1 to {Purpose.CaseReferenceLengthMax} characters",
                cancellationToken);
        }

        // 2
        var all = await store.Records.FindEncounterAsync(encounterId, cancellationToken);
        var records = all.Where(record => applianceId.Length == 0 || record.Key.ApplianceId == applianceId).ToArray();
        if (records.Length == 0)
            return new EncounterRefusal($"encounter {encounterId} is not here; its post may not have sent it yet");
        if (records.Select(static record => record.Key.ApplianceId).Distinct().Count() > 1)
            return new EncounterRefusal($"encounter {encounterId} was sent by more than one appliance; name the appliance too");

        // 3
        var audit = auditor.Event(actor, AuditAction.EncounterViewed, encounterId.ToString()) with
        {
            Purpose = purpose,
            CaseReference = reference,
        };
        await store.Audit.AppendAsync(audit, cancellationToken);

        // 4
        var intact = records.Where(static record => record.IsIntact).ToArray();
        if (intact.Length == 0)
            return new EncounterRefusal($"encounter {encounterId} is damaged in the store; audit verify says more");
        var opened = intact.Select(Open).ToArray();
        var summary = Summarise(
            [.. intact.Zip(opened, static (stored, record) => new SummedRecord(record.ReceivedAt, Parse(stored.Header), record.Header))],
            await ReadPostsAsync(cancellationToken));
        return new OpenedEncounter(
            summary,
            [.. opened.OrderBy(static record => record.Header.WallUnixMicroseconds)],
            [.. records.Where(static record => !record.IsIntact).Select(static record => Name(record.Key))]);
    }

    private async Task<EncounterRefusal> RefuseAsync(
        Guid encounterId, string actor, string reason, CancellationToken cancellationToken)
    {
        await store.Audit.AppendAsync(
            auditor.Event(actor, AuditAction.EncounterViewRefused, encounterId.ToString(), reason), cancellationToken);
        return new EncounterRefusal(reason);
    }

    private OpenedRecord Open(StoredRecord record)
    {
        var header = Parse(record.Header);
        if (header.PersonalAlgorithm == SealAlgorithm.None)
            return new OpenedRecord(header, record.ReceivedAt, null, "");
        if (record.WrappedKey is null)
            return new OpenedRecord(header, record.ReceivedAt, null, record.IsMasked ? "masked by its age" : "erased");
        return RecordOpener.Open(keys, record).TryGet(out var opened, out var failure)
            ? new OpenedRecord(opened.Header, record.ReceivedAt, opened.Personal, "")
            : new OpenedRecord(header, record.ReceivedAt, null, $"does not open ({failure})");
    }

    private static EncounterSummary Summarise(SummedRecord[] records, Dictionary<string, string> posts)
    {
        var told = InOrder(records);

        // A document that was read again has a verdict for each reading; the last one counts, and so does the newest decision.
        var verdict = told.LastOrDefault(static header => header.EffectiveKind == RecordKind.EncounterVerdict);
        var decision = told.LastOrDefault(static header => header.EffectiveKind == RecordKind.EncounterDecision);
        var first = verdict ?? told[0];
        return new EncounterSummary
        {
            EncounterId = first.EncounterId!.Value,
            ApplianceId = first.ApplianceId,
            PostName = posts.GetValueOrDefault(first.ApplianceId, first.ApplianceId),
            CrossedAt = Instant.FromMicroseconds(first.HappenedUnixMicroseconds),
            IsClockDoubtful = first.ClockQuality == ClockQuality.Doubtful,
            ReceivedAt = records.Max(static record => record.ReceivedAt),
            Nationality = told.Select(static header => header.Nationality).FirstOrDefault(static code => code.Length > 0) ?? "",
            Hits = CountHits(records),
            Proposal = FirstCode(verdict, OutcomeCode.ProposedClear, OutcomeCode.ProposedRefer),
            Outcome = FirstCode(decision, OutcomeCode.Admitted, OutcomeCode.Withdrawn),
        };
    }

    /// <summary>
    /// What the records tell, in the order in which it was written. Numbers begin anew in each epoch, so epochs follow each other by the time of what they
    /// tell; within one the number orders, not the clock. What a carrier brings stands where the carrier does: as in the list, which opens nothing.
    /// </summary>
    private static RecordHeader[] InOrder(SummedRecord[] records) =>
    [
        .. records.GroupBy(static record => record.Stored.Epoch)
            .OrderBy(static epoch => epoch.Max(static record => record.Stored.HappenedUnixMicroseconds))
            .ThenBy(static epoch => epoch.Key)
            .SelectMany(static epoch => epoch.OrderBy(static record => record.Stored.Sequence))
            .Select(static record => record.Told),
    ];

    /// <summary>
    /// Each hit once: one may have come inside a carrier, and by a rescue of the card as well. What carries an alert and does not say which counts as one: a
    /// hit too many is looked at, a hit too few is not.
    /// </summary>
    private static int CountHits(SummedRecord[] records)
    {
        var carried = new Dictionary<Guid, Guid>();
        foreach (var header in records.Select(static record => record.Stored))
        {
            if (header is { Kind: RecordKind.Salvaged, RelatedRecordId: { } inner })
                carried[header.RecordId] = inner;
        }

        return records
            .Where(static record => record.Told.EffectiveKind == RecordKind.Hit || record.Told is { EffectiveKind: RecordKind.Salvaged, Lane: Lane.Alerts })
            .Select(record => Innermost(record.Told.RecordId, carried))
            .Distinct()
            .Count();
    }

    private static Guid Innermost(Guid record, Dictionary<Guid, Guid> carried)
    {
        for (var depth = 0; depth <= RecordOpener.CarriersMax && carried.TryGetValue(record, out var inner); depth++)
            record = inner;
        return record;
    }

    private static OutcomeCode? FirstCode(RecordHeader? header, OutcomeCode from, OutcomeCode to)
    {
        if (header is null)
            return null;
        foreach (var code in header.OutcomeCodes)
        {
            if (code >= (ushort)from && code <= (ushort)to)
                return (OutcomeCode)code;
        }

        return null;
    }

    private async Task<Dictionary<string, string>> ReadPostsAsync(CancellationToken cancellationToken) =>
        (await store.Appliances.ListAsync(cancellationToken))
            .ToDictionary(static appliance => appliance.ApplianceId, static appliance => appliance.PostName);

    private static string Name(RecordKey key) => $"record {key.Sequence} of lane {key.Lane} of {key.ApplianceId}";

    private static SummedRecord Plain(DateTimeOffset receivedAt, byte[] bytes)
    {
        var header = Parse(bytes);
        return new SummedRecord(receivedAt, header, header);
    }

    /// <summary>Of a record that is what was stored, which was parsed before.</summary>
    private static RecordHeader Parse(byte[] header) => RecordHeader.Parse(header).Value;

    /// <summary>A record on its way into a summary.</summary>
    /// <param name="Stored">Its own header, by which it has its place.</param>
    /// <param name="Told">What it says: of a carrier that was opened, the header of what it carries.</param>
    private sealed record SummedRecord(DateTimeOffset ReceivedAt, RecordHeader Stored, RecordHeader Told);
}
