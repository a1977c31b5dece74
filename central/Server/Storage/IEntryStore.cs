using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>What a proposal would do to an entry. Numbers are stored.</summary>
public enum EntryChangeKind
{
    /// <summary>A new entry of a list kept by hand.</summary>
    Addition = 1,

    /// <summary>Another record for an entry of a list kept by hand.</summary>
    Change = 2,

    /// <summary>The entry goes; where a source lists it, it is held back for as long as the source does.</summary>
    Removal = 3,

    /// <summary>Travellers are cleared of the entry, or no longer.</summary>
    Clearing = 4,

    /// <summary>An entry that was held back comes back.</summary>
    Restoration = 5,
}

/// <summary>What the legal review has said. Numbers are stored.</summary>
public enum EntryReview
{
    Waiting = 1,
    Passed = 2,
    Returned = 3,
}

/// <summary>A step in the life of an entry. Numbers are stored.</summary>
public enum EntryStepKind
{
    Proposed = 1,
    ReviewPassed = 2,
    ReviewReturned = 3,

    /// <summary>Approved, and part of the lists from then on.</summary>
    Approved = 4,
    Refused = 5,

    /// <summary>Its proposer took it back.</summary>
    Withdrawn = 6,

    /// <summary>An import changed the entry, so travellers cleared of what it was are no longer cleared.</summary>
    ClearingLapsed = 7,

    /// <summary>Its source no longer lists it, so nothing is held back.</summary>
    HoldEnded = 8,

    /// <summary>Ordered to go at once, by the suppress-only role.</summary>
    Suppressed = 9,
}

/// <summary>A step as it stands in the history.</summary>
/// <param name="Sequence">Rises over all entries; 0 for one that is about to be written.</param>
/// <param name="ProposalId">Null for a step that no proposal made.</param>
/// <param name="RecordHash">SHA-256 of the record it is about; empty for none.</param>
public sealed record EntryStep(
    long Sequence, string EntryId, Guid? ProposalId, EntryStepKind Kind, DateTimeOffset At, string Actor, string Reason, byte[] RecordHash);

/// <summary>A proposal about an entry: what it would do, its review, and where the approval stands that carries it.</summary>
public sealed record EntryProposal
{
    /// <summary>That of its approval.</summary>
    public required Guid ProposalId { get; init; }

    public required EntryChangeKind Kind { get; init; }

    public required string EntryId { get; init; }

    public required string ListName { get; init; }

    /// <summary>The canonical record as it would stand; as it stands for a removal or a restoration.</summary>
    public required byte[] Record { get; init; }

    /// <summary>
    /// What the entry it was made from said (<see cref="EntrySubstance"/>); empty for an addition. When that is no longer there, it is overtaken.
    /// </summary>
    public required byte[] BaseHash { get; init; }

    public required string Reason { get; init; }

    public EntryReview Review { get; init; } = EntryReview.Waiting;

    public string Reviewer { get; init; } = "";

    public DateTimeOffset? ReviewedAt { get; init; }

    public string ReviewReason { get; init; } = "";

    public required string Proposer { get; init; }

    public required DateTimeOffset ProposedAt { get; init; }

    public ApprovalState State { get; init; } = ApprovalState.Open;

    public DateTimeOffset? ClosedAt { get; init; }

    public string ClosedBy { get; init; } = "";

    public string CloseReason { get; init; } = "";
}

/// <summary>An entry that is held back.</summary>
public sealed record HeldEntry(string EntryId, string ListName, Guid ProposalId, DateTimeOffset HeldAt);

/// <summary>What a watchlist was compiled from. It counts when that release is published.</summary>
/// <param name="HistoryThrough">Steps up to here are in it.</param>
/// <param name="SuspendedCount">Entries that were left out, expired or unreviewed.</param>
/// <param name="Ratifies">Numbers of suppressions whose entry it does without.</param>
internal sealed record Compilation(
    Guid ReleaseId, DateTimeOffset CompiledAt, long HistoryThrough, int SuspendedCount, IReadOnlyList<long> Ratifies);

/// <summary>Single entries: proposals, their review, history; and what was compiled and warned of.</summary>
internal interface IEntryStore
{
    Task<EntryProposal?> FindProposalAsync(Guid proposalId, CancellationToken cancellationToken);

    /// <summary>Proposals, newest first.</summary>
    /// <param name="isOpenOnly">True for those that wait for review or approval.</param>
    Task<IReadOnlyList<EntryProposal>> ListProposalsAsync(bool isOpenOnly, int count, CancellationToken cancellationToken);

    /// <summary>Notes what the legal review says; a returned proposal is closed. False when it does not wait for one.</summary>
    Task<bool> ReviewAsync(EntryStep step, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>An entry of any list, held back or not; null when there is none.</summary>
    Task<ListEntry?> FindAsync(string entryId, CancellationToken cancellationToken);

    /// <summary>Entries of one list after an identifier, in their order.</summary>
    Task<IReadOnlyList<ListEntry>> ReadListAsync(string listName, string afterEntryId, int count, CancellationToken cancellationToken);

    Task<IReadOnlyList<HeldEntry>> ListHeldAsync(CancellationToken cancellationToken);

    /// <summary>Every step of an entry, oldest first.</summary>
    Task<IReadOnlyList<EntryStep>> ReadHistoryAsync(string entryId, CancellationToken cancellationToken);

    /// <summary>Steps of all entries after one, oldest first.</summary>
    Task<IReadOnlyList<EntryStep>> ReadStepsAfterAsync(long sequence, int count, CancellationToken cancellationToken);

    /// <summary>The last step of any entry's history; 0 for none.</summary>
    Task<long> ReadHistoryEndAsync(CancellationToken cancellationToken);

    /// <summary>True when a change that somebody proposed or passed has taken effect and is in no published version yet.</summary>
    Task<bool> HasUnpublishedEditAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes down what a watchlist was compiled from.</summary>
    Task NoteCompilationAsync(Compilation compilation, CancellationToken cancellationToken);

    /// <summary>The first published version that has a step in it; null when none does yet.</summary>
    Task<long?> FindPublicationOfAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>What a release was compiled from; null when that was not written down.</summary>
    Task<Compilation?> FindCompilationAsync(Guid releaseId, CancellationToken cancellationToken);

    /// <summary>Writes a warning down; false when it stands there already.</summary>
    Task<bool> NoteDueAsync(string listName, DateOnly lapsesOn, int thresholdDays, AuditEvent audit, CancellationToken cancellationToken);
}
