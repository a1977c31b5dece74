using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>A traveller whose data were on a lost appliance.</summary>
internal sealed record ExposedTraveller(DateTimeOffset CrossedAt, Guid EncounterId, PersonalPart Person);

/// <summary>What was lost with an appliance, for those who must be told.</summary>
/// <param name="WasActive">False when it had been revoked before.</param>
/// <param name="Wipe">What became of the command to wipe it.</param>
/// <param name="LastHealth">What it last told; null for nothing.</param>
/// <param name="Travellers">Durable here and not erased, so that they may have been on it.</param>
/// <param name="Unreadable">Encounters of it that do not open here.</param>
/// <param name="LeasedUntil">When its lease of the list's key has ended at the latest; null when it never had one.</param>
/// <param name="Accounts">Accounts it carried, with how their secrets are.</param>
internal sealed record LossReport(
    Appliance Appliance,
    bool WasActive,
    WipeOrder Wipe,
    HealthReport? LastHealth,
    IReadOnlyList<ExposedTraveller> Travellers,
    int Unreadable,
    IReadOnlyList<PostAccount> Accounts,
    DateTimeOffset? LeasedUntil);

/// <summary>
/// What one does about an appliance that is lost or stolen, in one action: (1) revoke it, so that it gets nothing more and its
/// content keys are leased no longer, (2) queue the signed command to wipe it, (3) account for the look, (4) say what was on it.
/// </summary>
internal sealed class LostAppliance(ICentralStore store, SiteKeys keys, ApplianceAdmission admission, WipeOrders wipes, Auditor auditor)
{
    public const string Purpose = "breach-notice";

    private const int PageLength = 500;

    /// <returns>The report, or a sentence saying why nothing was done.</returns>
    public async Task<Result<LossReport, string>> ReportAsync(
        string applianceId, string reason, string caseReference, string actor, CancellationToken cancellationToken)
    {
        if (await store.Appliances.FindAsync(applianceId, cancellationToken) is not { } appliance)
            return $"There is no appliance {applianceId}; see appliances list.";

        // 1
        var wasActive = appliance.State != ApplianceState.Revoked;
        if (wasActive && await admission.RevokeAsync(applianceId, reason, actor, cancellationToken) is { } problem)
            return problem;

        // 2
        var wipe = await wipes.OrderAsync(applianceId, actor, cancellationToken);

        // 3
        var audit = auditor.Event(actor, AuditAction.ApplianceLost, applianceId, reason) with { Purpose = Purpose, CaseReference = caseReference };
        await store.Audit.AppendAsync(audit, cancellationToken);

        // 4
        var (travellers, unreadable) = await ReadTravellersAsync(applianceId, cancellationToken);
        return new LossReport(
            appliance, wasActive, wipe, (await store.Appliances.ListHealthAsync(cancellationToken)).GetValueOrDefault(applianceId),
            travellers, unreadable, await AccountsAsync(appliance, cancellationToken),
            (await store.Appliances.FindAsync(applianceId, cancellationToken))!.LeasedUntil);
    }

    /// <summary>
    /// The newest verdict of each encounter that still has its key. What came as a fork counts too: it was on the card, or on a copy of it.
    /// </summary>
    private async Task<(IReadOnlyList<ExposedTraveller> Travellers, int Unreadable)> ReadTravellersAsync(
        string applianceId, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, ExposedTraveller>();
        var unreadable = 0;
        foreach (var record in await store.Records.ReadForksAsync(applianceId, cancellationToken))
            Take(record);
        foreach (var lane in (await store.Records.ListLanesAsync(cancellationToken)).Where(lane => lane.ApplianceId == applianceId && lane.Lane == Lane.Encounters))
        {
            for (long next = 1; next <= lane.LastSequence;)
            {
                var page = await store.Records.ReadLaneAsync(new RecordKey(applianceId, lane.Epoch, lane.Lane, next), PageLength, cancellationToken);
                if (page.Count == 0)
                    break;
                next = page[^1].Key.Sequence + 1;
                foreach (var record in page)
                    Take(record);
            }
        }

        return ([.. found.Values.OrderBy(static traveller => traveller.CrossedAt)], unreadable);

        void Take(StoredRecord record)
        {
            if (record.WrappedKey is null || !RecordHeader.Parse(record.Header).TryGet(out var header, out _)
                || header is not { EffectiveKind: RecordKind.EncounterVerdict, EncounterId: { } encounter })
            {
                return;
            }

            if (RecordOpener.Open(keys, record).TryGet(out var opened, out _) && opened.Personal is { } person)
            {
                found[encounter] = new ExposedTraveller(Instant.FromMicroseconds(header.HappenedUnixMicroseconds), encounter, person);
            }
            else
            {
                unreadable++;
            }
        }
    }

    private async Task<IReadOnlyList<PostAccount>> AccountsAsync(Appliance appliance, CancellationToken cancellationToken) =>
        [.. (await store.PostPeople.ListIssuedAsync(cancellationToken))
            .Where(person => person.WorksAt(appliance.PostName)).Select(static person => person.Account)];
}
