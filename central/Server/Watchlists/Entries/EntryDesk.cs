using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// The life of a single entry: a list editor proposes, a legal reviewer passes or returns it, a list approver who is neither approves
/// (<see cref="ApprovalDesk"/>), and the next publication has it. Whatever is proposed is checked again at each step.
/// </summary>
/// <remarks>
/// An entry of a source is changed by its source. By hand it can be removed, which no import undoes while the source lists it, and
/// travellers can be cleared of it.
/// </remarks>
internal sealed class EntryDesk(ICentralStore store, ApprovalDesk approvals, Auditor auditor, TimeProvider time)
{
    /// <summary>Begins the identifier of an entry made by hand. The number after it is drawn, so that it says nothing of the person.</summary>
    public const string IdPrefix = "hand:";

    private const int IdDrawsMax = 20;
    private const int ListNameLengthMax = 128;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Proposes a new entry of a list that is kept by hand, or that begins with it.</summary>
    /// <param name="field">The text of a column of our own form; several values parted by a vertical bar.</param>
    /// <returns>The proposal's identifier, or every problem in one sentence.</returns>
    public async Task<Result<Guid, string>> ProposeAdditionAsync(
        Func<string, string> field, string reason, string proposer, CancellationToken cancellationToken)
    {
        var listName = field("list").Trim();
        if (listName.Length is 0 or > ListNameLengthMax || listName.Any(char.IsControl))
            return $"A list has a name of 1 to {ListNameLengthMax} characters.";
        if ((await store.Lists.ListAsync(cancellationToken)).Any(list => list.Name == listName && !list.IsByHand))
            return $"'{listName}' is imported from a file, and the next import would take the entry out again; use a list of another name.";
        if (await NewIdAsync(cancellationToken) is not { } entryId)
            return "No free identifier was found; try again.";
        if (!Read(field, entryId, listName).TryGet(out var entry, out var problem))
            return problem;

        // A form that is sent twice must not make two entries of one person.
        var same = (await store.Entries.ListProposalsAsync(isOpenOnly: true, int.MaxValue, cancellationToken))
            .Where(static open => open.Kind == EntryChangeKind.Addition)
            .FirstOrDefault(open => (EntryRecord.Decode(open.Record).Value with { EntryId = entryId }).Equals(entry));
        return same is not null
            ? $"The same is proposed already, by {same.Proposer}."
            : await ProposeAsync(EntryChangeKind.Addition, entry, before: null, reason, proposer, cancellationToken);
    }

    /// <summary>Proposes another record for an entry of a list that is kept by hand. Travellers stay cleared when only its term changes.</summary>
    public async Task<Result<Guid, string>> ProposeChangeAsync(
        string entryId, Func<string, string> field, string reason, string proposer, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(entryId, isByHand: true, cancellationToken)).TryGet(out var before, out var refusal))
            return refusal;
        if (!Read(field, entryId, before.ListName).TryGet(out var entry, out var problem))
            return problem;
        var after = entry with { Cleared = ClearedTravellers.CarriedOver(before, entry, Today) };
        return after.Equals(before)
            ? "Nothing would change."
            : await ProposeAsync(EntryChangeKind.Change, after, before, reason, proposer, cancellationToken);
    }

    /// <summary>Proposes that an entry goes.</summary>
    public async Task<Result<Guid, string>> ProposeRemovalAsync(
        string entryId, string reason, string proposer, CancellationToken cancellationToken) =>
        (await FindAsync(entryId, isByHand: false, cancellationToken)).TryGet(out var entry, out var refusal)
            ? await ProposeAsync(EntryChangeKind.Removal, entry, entry, reason, proposer, cancellationToken)
            : refusal;

    /// <summary>Proposes that an entry which was removed by hand, and which its source still lists, comes back.</summary>
    public async Task<Result<Guid, string>> ProposeRestorationAsync(
        string entryId, string reason, string proposer, CancellationToken cancellationToken)
    {
        if (await store.Entries.FindAsync(entryId, cancellationToken) is not { } stored
            || (await store.Entries.ListHeldAsync(cancellationToken)).All(held => held.EntryId != entryId))
        {
            return $"Nothing is held back under {entryId}.";
        }

        var entry = EntryRecord.Decode(stored.Record).Value;
        return await ProposeAsync(EntryChangeKind.Restoration, entry, entry, reason, proposer, cancellationToken);
    }

    /// <summary>Proposes that a traveller who was mistaken for a listed person is cleared of that entry (guardrail 7).</summary>
    public async Task<Result<Guid, string>> ProposeClearingAsync(
        string entryId, ClearedTraveller traveller, string reason, string proposer, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(entryId, isByHand: false, cancellationToken)).TryGet(out var entry, out var refusal))
            return refusal;
        var after = entry with { Cleared = [.. WithoutDocument(entry, traveller.DocumentNumber, traveller.IssuingState), traveller] };
        return await ProposeAsync(EntryChangeKind.Clearing, after, entry, reason, proposer, cancellationToken);
    }

    /// <summary>Proposes that a traveller is cleared no more, such as when the document was reported stolen.</summary>
    public async Task<Result<Guid, string>> ProposeEndOfClearingAsync(
        string entryId, string documentNumber, string issuingState, string reason, string proposer, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(entryId, isByHand: false, cancellationToken)).TryGet(out var entry, out var refusal))
            return refusal;
        var after = entry with { Cleared = [.. WithoutDocument(entry, documentNumber, issuingState)] };
        return after.Cleared.Length == ClearedTravellers.InForce(entry.Cleared, Today).Length
            ? "Nobody is cleared by that document."
            : await ProposeAsync(EntryChangeKind.Clearing, after, entry, reason, proposer, cancellationToken);
    }

    /// <summary>Why somebody may not review this; null when they may.</summary>
    public static string? ObjectionToReview(EntryProposal proposal, StaffAccount account) =>
        account.DisabledAt is not null || !StaffRoles.MayReview(account.Role) ? "Your role does not review entries."
        : proposal.Proposer == account.Name ? "You proposed this; somebody else reviews it."
        : proposal.State != ApprovalState.Open || proposal.Review != EntryReview.Waiting ? "It does not wait for a review."
        : null;

    /// <summary>Notes what the legal review says. A returned proposal is closed; its proposer makes another.</summary>
    /// <returns>Null when that is done, or a sentence.</returns>
    public async Task<string?> ReviewAsync(Guid proposalId, string name, bool passes, string reason, CancellationToken cancellationToken)
    {
        var why = reason.Trim();
        if (ReasonProblem(why, isNeeded: !passes) is { } problem)
            return problem;
        if (await store.Entries.FindProposalAsync(proposalId, cancellationToken) is not { } proposal
            || await store.Staff.FindAsync(name, cancellationToken) is not { } account)
        {
            return "There is no such proposal.";
        }

        if (ObjectionToReview(proposal, account) is { } objection)
            return objection;
        var fault = passes ? await FindFaultAsync(store, proposal, Today, cancellationToken) : null;
        if (fault is not null)
            return $"It cannot be passed: {fault}. Return it, and have it proposed anew.";
        var (kind, action) = passes
            ? (EntryStepKind.ReviewPassed, AuditAction.EntryReviewPassed)
            : (EntryStepKind.ReviewReturned, AuditAction.EntryReviewReturned);
        var step = new EntryStep(
            0, proposal.EntryId, proposalId, kind, time.GetUtcNow(), name, why, SHA256.HashData(proposal.Record));
        return await store.Entries.ReviewAsync(step, auditor.Event(name, action, proposalId.ToString(), proposal.EntryId), cancellationToken)
            ? null
            : "It was reviewed or closed at the same moment.";
    }

    /// <summary>What has come to stand against a proposal since it was made; null when nothing has.</summary>
    public static async Task<string?> FindFaultAsync(
        ICentralStore store, EntryProposal proposal, DateOnly today, CancellationToken cancellationToken)
    {
        var present = await store.Entries.FindAsync(proposal.EntryId, cancellationToken);
        if (proposal.Kind == EntryChangeKind.Addition ? present is not null : present is null || !IsBase(proposal, present))
            return "the entry has changed since";
        var problems = EntryRules.Problems(proposal.Kind, EntryRecord.Decode(proposal.Record).Value, today);
        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    private static bool IsBase(EntryProposal proposal, ListEntry present) =>
        EntrySubstance.HashOf(present.Record).AsSpan().SequenceEqual(proposal.BaseHash);

    private async Task<Result<Guid, string>> ProposeAsync(
        EntryChangeKind kind, WatchlistEntry after, WatchlistEntry? before, string reason, string proposer, CancellationToken cancellationToken)
    {
        var why = reason.Trim();
        if (ReasonProblem(why, isNeeded: true) is { } problem)
            return problem;
        var problems = EntryRules.Problems(kind, after, Today);
        if (problems.Count > 0)
            return $"{string.Join("; ", problems)}.";
        var proposal = new EntryProposal
        {
            ProposalId = Guid.NewGuid(),
            Kind = kind,
            EntryId = after.EntryId,
            ListName = after.ListName,
            Record = EntryRecord.Encode(after),
            BaseHash = before is null ? [] : EntrySubstance.HashOf(before),
            Reason = why,
            Proposer = proposer,
            ProposedAt = time.GetUtcNow(),
        };
        return await approvals.ProposeAsync(EntryStatement.Of(proposal, after, before), proposer, cancellationToken, proposal);
    }

    /// <summary>An entry that is listed and not held back; or why nothing can be proposed about it.</summary>
    private async Task<Result<WatchlistEntry, string>> FindAsync(string entryId, bool isByHand, CancellationToken cancellationToken)
    {
        if (await store.Entries.FindAsync(entryId, cancellationToken) is not { } stored)
            return $"There is no entry {entryId}.";
        if ((await store.Entries.ListHeldAsync(cancellationToken)).Any(held => held.EntryId == entryId))
            return $"{entryId} was removed by hand; propose that it comes back.";
        if (isByHand && !(await store.Lists.ListAsync(cancellationToken)).Any(list => list.Name == stored.ListName && list.IsByHand))
            return $"{entryId} is an entry of '{stored.ListName}', which is imported: its source changes it. By hand it can be removed, and travellers cleared of it.";
        return EntryRecord.Decode(stored.Record).Value;
    }

    /// <summary>Those whose day has come go with whatever is proposed.</summary>
    private IEnumerable<ClearedTraveller> WithoutDocument(WatchlistEntry entry, string documentNumber, string issuingState)
    {
        var number = DocumentNumber.Parse(documentNumber);
        return ClearedTravellers.InForce(entry.Cleared, Today)
            .Where(traveller => DocumentNumber.Parse(traveller.DocumentNumber) != number || traveller.IssuingState != issuingState);
    }

    private static Result<WatchlistEntry, string> Read(Func<string, string> field, string entryId, string listName)
    {
        string Value(string column) => column switch
        {
            "entry_id" => entryId,
            "list" => listName,
            _ => ListText.WithoutInvisible(field(column)).Trim(),
        };
        return CsvListReader.ReadEntry(Value, new ListDefaults()).TryGet(out var entry, out var problem)
            ? entry with { Names = [.. entry.Names.Select(static name => name with { Text = ListText.SingleSpaced(name.Text) })] }
            : $"{problem}.";
    }

    private async Task<string?> NewIdAsync(CancellationToken cancellationToken)
    {
        for (var draw = 0; draw < IdDrawsMax; draw++)
        {
            var entryId = string.Create(CultureInfo.InvariantCulture, $"{IdPrefix}{RandomNumberGenerator.GetInt32(100_000_000, 1_000_000_000)}");

            // One that was ever given is not given again: its history would be another's.
            if (await store.Entries.FindAsync(entryId, cancellationToken) is null
                && (await store.Entries.ReadHistoryAsync(entryId, cancellationToken)).Count == 0)
            {
                return entryId;
            }
        }

        return null;
    }

    private static string? ReasonProblem(string reason, bool isNeeded) =>
        reason.Length > EntryRules.ReasonLengthMax || (isNeeded && reason.Length == 0) || reason.Any(char.IsControl)
            ? $"Say why, in 1 to {EntryRules.ReasonLengthMax} characters."
            : null;
}
