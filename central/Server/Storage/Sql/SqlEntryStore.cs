using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlEntryStore(ISqlDatabase database) : IEntryStore
{
    private const string ProposalColumns =
        """
        p.proposal_id, p.kind, p.entry_id, p.list_name, p.record, p.base_sha256, p.reason, p.review, p.reviewer, p.reviewed_at, p.review_reason,
            a.proposer, a.proposed_at, a.state, a.closed_at, a.closed_by, a.reason
        """;

    private const string StepColumns = "sequence, entry_id, proposal_id, step, at, actor, reason, record_sha256";

    private const string ProposalTables = "entry_proposals p JOIN approvals a ON a.approval_id = p.proposal_id";

    public Task<EntryProposal?> FindProposalAsync(Guid proposalId, CancellationToken cancellationToken) =>
        database.ReadAsync(transaction => Find(transaction, proposalId), cancellationToken);

    public Task<IReadOnlyList<EntryProposal>> ListProposalsAsync(bool isOpenOnly, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<EntryProposal>>(
            transaction => transaction.Query(
                $"""
                SELECT {ProposalColumns} FROM {ProposalTables}
                WHERE a.state = @open OR @all = 1 ORDER BY a.proposed_at DESC, p.proposal_id LIMIT @count
                """,
                Proposal,
                ("@open", (int)ApprovalState.Open), ("@all", isOpenOnly ? 0 : 1), ("@count", count)),
            cancellationToken);

    public Task<bool> ReviewAsync(EntryStep step, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var review = step.Kind == EntryStepKind.ReviewPassed ? EntryReview.Passed : EntryReview.Returned;
                var isReviewed = transaction.Run(
                    """
                    UPDATE entry_proposals SET review = @review, reviewer = @reviewer, reviewed_at = @at, review_reason = @reason
                    WHERE proposal_id = @id AND review = @waiting
                        AND EXISTS (SELECT 1 FROM approvals a WHERE a.approval_id = @id AND a.state = @open AND a.proposer <> @reviewer)
                    """,
                    ("@review", (int)review), ("@reviewer", step.Actor), ("@at", step.At), ("@reason", step.Reason), ("@id", step.ProposalId),
                    ("@waiting", (int)EntryReview.Waiting), ("@open", (int)ApprovalState.Open)) > 0;
                if (!isReviewed)
                    return false;
                if (review == EntryReview.Returned)
                    SqlApprovalStore.Close(transaction, step.ProposalId!.Value, ApprovalState.Refused, step.Actor, step.Reason, step.At);
                Append(transaction, step);
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    public Task<ListEntry?> FindAsync(string entryId, CancellationToken cancellationToken) =>
        database.ReadAsync(transaction => FindEntry(transaction, entryId), cancellationToken);

    public Task<IReadOnlyList<ListEntry>> ReadListAsync(string listName, string afterEntryId, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ListEntry>>(
            transaction => transaction.Query(
                "SELECT entry_id, list_name, record FROM list_entries WHERE list_name = @list AND entry_id > @after ORDER BY entry_id LIMIT @count",
                Entry,
                ("@list", listName), ("@after", afterEntryId), ("@count", count)),
            cancellationToken);

    public Task<IReadOnlyList<HeldEntry>> ListHeldAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<HeldEntry>>(
            static transaction => transaction.Query(
                "SELECT entry_id, list_name, proposal_id, held_at FROM held_entries ORDER BY entry_id",
                static row => new HeldEntry(row.GetString(0), row.GetString(1), row.Id(2), row.At(3))),
            cancellationToken);

    public Task<IReadOnlyList<EntryStep>> ReadHistoryAsync(string entryId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<EntryStep>>(
            transaction => transaction.Query(
                $"SELECT {StepColumns} FROM entry_history WHERE entry_id = @entry ORDER BY sequence", Step, ("@entry", entryId)),
            cancellationToken);

    public Task<IReadOnlyList<EntryStep>> ReadStepsAfterAsync(long sequence, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<EntryStep>>(
            transaction => transaction.Query(
                $"SELECT {StepColumns} FROM entry_history WHERE sequence > @after ORDER BY sequence LIMIT @count",
                Step, ("@after", sequence), ("@count", count)),
            cancellationToken);

    public Task<long> ReadHistoryEndAsync(CancellationToken cancellationToken) => database.ReadAsync(HistoryEnd, cancellationToken);

    public Task<bool> HasUnpublishedEditAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Scalar(
                $"""
                SELECT 1 FROM {ProposalTables} JOIN entry_history h ON h.proposal_id = p.proposal_id AND h.step = @approved
                WHERE (a.proposer = @name OR p.reviewer = @name) AND h.sequence > coalesce(
                    (SELECT max(c.history_through) FROM compilations c JOIN releases r ON r.release_id = c.release_id), 0)
                LIMIT 1
                """,
                ("@approved", (int)EntryStepKind.Approved), ("@name", name)) is not null,
            cancellationToken);

    public Task NoteCompilationAsync(Compilation compilation, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                transaction.Run(
                    "INSERT INTO compilations (release_id, compiled_at, history_through, suspended_count) VALUES (@release, @at, @through, @suspended)",
                    ("@release", compilation.ReleaseId), ("@at", compilation.CompiledAt), ("@through", compilation.HistoryThrough),
                    ("@suspended", compilation.SuspendedCount));
                foreach (var number in compilation.Ratifies)
                {
                    transaction.Run(
                        "INSERT INTO compilation_ratifies (release_id, number) VALUES (@release, @number)",
                        ("@release", compilation.ReleaseId), ("@number", number));
                }

                return true;
            },
            cancellationToken);

    public Task<long?> FindPublicationOfAsync(long sequence, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => (long?)transaction.Scalar(
                "SELECT min(r.version) FROM compilations c JOIN releases r ON r.release_id = c.release_id WHERE c.history_through >= @sequence",
                ("@sequence", sequence)),
            cancellationToken);

    public Task<Compilation?> FindCompilationAsync(Guid releaseId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction =>
            {
                var ratifies = transaction.Query(
                    "SELECT number FROM compilation_ratifies WHERE release_id = @release ORDER BY number", static row => row.GetInt64(0), ("@release", releaseId));
                return transaction.Query(
                    "SELECT release_id, compiled_at, history_through, suspended_count FROM compilations WHERE release_id = @release",
                    row => new Compilation(row.Id(0), row.At(1), row.GetInt64(2), row.GetInt32(3), ratifies),
                    ("@release", releaseId)).FirstOrDefault();
            },
            cancellationToken);

    public Task<bool> NoteDueAsync(
        string listName, DateOnly lapsesOn, int thresholdDays, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var isNew = transaction.Run(
                    """
                    INSERT INTO due_notes (list_name, lapses_on, threshold_days, noted_at) VALUES (@list, @day, @threshold, @at) ON CONFLICT DO NOTHING
                    """,
                    ("@list", listName), ("@day", lapsesOn.DayNumber), ("@threshold", thresholdDays), ("@at", audit.At)) > 0;
                if (isNew)
                    SqlAuditStore.Append(transaction, audit);
                return isNew;
            },
            cancellationToken);

    /// <summary>Appends to the history within the transaction of the change.</summary>
    internal static void Append(DbTransaction transaction, EntryStep step) =>
        transaction.Run(
            """
            INSERT INTO entry_history (sequence, entry_id, proposal_id, step, at, actor, reason, record_sha256)
            VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM entry_history), @entry, @proposal, @step, @at, @actor, @reason, @hash)
            """,
            ("@entry", step.EntryId), ("@proposal", step.ProposalId), ("@step", (int)step.Kind), ("@at", step.At), ("@actor", step.Actor),
            ("@reason", step.Reason), ("@hash", step.RecordHash));

    internal static long HistoryEnd(DbTransaction transaction) =>
        (long)transaction.Scalar("SELECT coalesce(max(sequence), 0) FROM entry_history")!;

    internal static ImmutableHashSet<string> Held(DbTransaction transaction) =>
        [.. transaction.Query("SELECT entry_id FROM held_entries", static row => row.GetString(0))];

    /// <summary>Keeps a proposal beside its approval; false when one of the same entry is open.</summary>
    internal static bool Propose(DbTransaction transaction, EntryProposal proposal)
    {
        var isOpen = transaction.Scalar(
            $"SELECT 1 FROM {ProposalTables} WHERE p.entry_id = @entry AND a.state = @open LIMIT 1",
            ("@entry", proposal.EntryId), ("@open", (int)ApprovalState.Open)) is not null;
        if (isOpen)
            return false;
        transaction.Run(
            """
            INSERT INTO entry_proposals (proposal_id, kind, entry_id, list_name, record, base_sha256, reason, review)
            VALUES (@id, @kind, @entry, @list, @record, @base, @reason, @waiting)
            """,
            ("@id", proposal.ProposalId), ("@kind", (int)proposal.Kind), ("@entry", proposal.EntryId), ("@list", proposal.ListName),
            ("@record", proposal.Record), ("@base", proposal.BaseHash), ("@reason", proposal.Reason), ("@waiting", (int)EntryReview.Waiting));
        Append(
            transaction,
            new EntryStep(
                0, proposal.EntryId, proposal.ProposalId, EntryStepKind.Proposed, proposal.ProposedAt, proposal.Proposer, proposal.Reason,
                SHA256.HashData(proposal.Record)));
        return true;
    }

    /// <summary>Does what was approved, as long as everything it was approved for still stands.</summary>
    /// <param name="approver">Neither proposer nor reviewer.</param>
    /// <returns>False when it does not; nothing was changed.</returns>
    internal static bool TakeEffect(DbTransaction transaction, EntryEffect effect, string approver)
    {
        if (Find(transaction, effect.ProposalId) is not { Review: EntryReview.Passed } proposal
            || proposal.Reviewer == approver || proposal.Proposer == approver
            || !effect.RecordHash.AsSpan().SequenceEqual(SHA256.HashData(proposal.Record))
            || !Apply(transaction, proposal, effect.Audit.At))
        {
            return false;
        }

        Append(
            transaction,
            new EntryStep(
                0, proposal.EntryId, proposal.ProposalId, EntryStepKind.Approved, effect.Audit.At, approver, "", SHA256.HashData(proposal.Record)));
        return true;
    }

    private static bool Apply(DbTransaction transaction, EntryProposal proposal, DateTimeOffset at)
    {
        var format = transaction.Scalar("SELECT format FROM lists WHERE list_name = @list", ("@list", proposal.ListName)) as string;
        var isByHand = format == ImportedList.ByHand;
        var present = FindEntry(transaction, proposal.EntryId);
        if (proposal.Kind == EntryChangeKind.Addition)
            return present is null && (format is null || isByHand) && Add(transaction, proposal, at);
        if (present is null || present.ListName != proposal.ListName || !EntrySubstance.HashOf(present.Record).AsSpan().SequenceEqual(proposal.BaseHash))
            return false;
        var isHeld = transaction.Scalar("SELECT 1 FROM held_entries WHERE entry_id = @entry", ("@entry", proposal.EntryId)) is not null;
        if (isHeld != (proposal.Kind == EntryChangeKind.Restoration))
            return false;
        switch (proposal.Kind)
        {
            case EntryChangeKind.Change when isByHand:
                Update(transaction, proposal.EntryId, proposal.Record);
                break;
            case EntryChangeKind.Clearing:
                Update(transaction, proposal.EntryId, EntrySubstance.WithClearedOf(present.Record, proposal.Record));
                break;
            case EntryChangeKind.Removal when isByHand:
                transaction.Run("DELETE FROM list_entries WHERE entry_id = @entry", ("@entry", proposal.EntryId));
                break;
            case EntryChangeKind.Removal:
                transaction.Run(
                    "INSERT INTO held_entries (entry_id, list_name, proposal_id, held_at) VALUES (@entry, @list, @proposal, @at)",
                    ("@entry", proposal.EntryId), ("@list", proposal.ListName), ("@proposal", proposal.ProposalId), ("@at", at));
                break;
            case EntryChangeKind.Restoration:
                transaction.Run("DELETE FROM held_entries WHERE entry_id = @entry", ("@entry", proposal.EntryId));
                break;
            default:
                return false;
        }

        if (isByHand)
            TouchList(transaction, proposal, at);
        return true;
    }

    private static bool Add(DbTransaction transaction, EntryProposal proposal, DateTimeOffset at)
    {
        TouchList(transaction, proposal, at);
        transaction.Run(
            "INSERT INTO list_entries (entry_id, list_name, record) VALUES (@entry, @list, @record)",
            ("@entry", proposal.EntryId), ("@list", proposal.ListName), ("@record", proposal.Record));
        return true;
    }

    private static void Update(DbTransaction transaction, string entryId, byte[] record) =>
        transaction.Run("UPDATE list_entries SET record = @record WHERE entry_id = @entry", ("@record", record), ("@entry", entryId));

    /// <summary>A list kept by hand shows who changed it last.</summary>
    private static void TouchList(DbTransaction transaction, EntryProposal proposal, DateTimeOffset at) =>
        transaction.Run(
            """
            INSERT INTO lists (list_name, format, imported_at, imported_by) VALUES (@list, @format, @at, @by)
            ON CONFLICT (list_name) DO UPDATE SET imported_at = excluded.imported_at, imported_by = excluded.imported_by,
                revision = lists.revision + 1
            """,
            ("@list", proposal.ListName), ("@format", ImportedList.ByHand), ("@at", at), ("@by", proposal.Proposer));

    private static ListEntry? FindEntry(DbTransaction transaction, string entryId) =>
        transaction.Query("SELECT entry_id, list_name, record FROM list_entries WHERE entry_id = @entry", Entry, ("@entry", entryId)).FirstOrDefault();

    private static EntryProposal? Find(DbTransaction transaction, Guid proposalId) =>
        transaction.Query($"SELECT {ProposalColumns} FROM {ProposalTables} WHERE p.proposal_id = @id", Proposal, ("@id", proposalId)).FirstOrDefault();

    private static EntryStep Step(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : row.Id(2), (EntryStepKind)row.GetInt32(3), row.At(4), row.GetString(5),
        row.GetString(6), row.Bytes(7));

    private static ListEntry Entry(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.Bytes(2));

    private static EntryProposal Proposal(DbDataReader row) => new()
    {
        ProposalId = row.Id(0),
        Kind = (EntryChangeKind)row.GetInt32(1),
        EntryId = row.GetString(2),
        ListName = row.GetString(3),
        Record = row.Bytes(4),
        BaseHash = row.Bytes(5),
        Reason = row.GetString(6),
        Review = (EntryReview)row.GetInt32(7),
        Reviewer = row.GetString(8),
        ReviewedAt = row.AtOrNull(9),
        ReviewReason = row.GetString(10),
        Proposer = row.GetString(11),
        ProposedAt = row.At(12),
        State = (ApprovalState)row.GetInt32(13),
        ClosedAt = row.AtOrNull(14),
        ClosedBy = row.GetString(15),
        CloseReason = row.GetString(16),
    };
}
