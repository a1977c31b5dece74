using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>What can be approved. Numbers are stored.</summary>
public enum ApprovalKind
{
    /// <summary>An account gets a role.</summary>
    Role = 1,

    /// <summary>A compiled watchlist is offered to the posts.</summary>
    Watchlist = 2,

    /// <summary>The accounts of the people at the posts are issued.</summary>
    People = 3,

    /// <summary>An entry of a watchlist is added, changed or removed; <see cref="IEntryStore"/> has what it would do.</summary>
    Entry = 4,
}

/// <summary>Where a proposal stands. Numbers are stored.</summary>
public enum ApprovalState
{
    Open = 1,
    Approved = 2,
    Refused = 3,
}

/// <summary>One person's yes: a passkey's signature over the challenge, kept whole so that it can be verified again.</summary>
/// <param name="Role">The person's role when it was given.</param>
/// <param name="PublicKey">COSE key of the passkey; the audit says when the account got it.</param>
public sealed record ApprovalAssertion(
    string Name,
    StaffRole Role,
    byte[] CredentialId,
    byte[] PublicKey,
    byte[] ClientData,
    byte[] AuthenticatorData,
    byte[] Signature,
    DateTimeOffset At);

/// <summary>A proposal and what became of it.</summary>
/// <param name="Content">Canonical bytes of exactly what is approved.</param>
/// <param name="Nonce">Random; part of the challenge, so that no yes can be used for another proposal of the same content.</param>
public sealed record Approval(
    Guid ApprovalId,
    ApprovalKind Kind,
    byte[] Content,
    byte[] ContentHash,
    byte[] Nonce,
    string Proposer,
    DateTimeOffset ProposedAt,
    ApprovalState State,
    DateTimeOffset? ClosedAt,
    string ClosedBy,
    string Reason,
    IReadOnlyList<ApprovalAssertion> Assertions);

/// <summary>What takes effect with the last approval.</summary>
internal abstract record ApprovalEffect(AuditEvent Audit);

/// <summary>A role that takes effect.</summary>
/// <param name="Existing">The account that changes; null when a new one is added.</param>
internal sealed record RoleEffect(StaffAccount Account, string? Existing, AuditEvent Audit) : ApprovalEffect(Audit);

/// <summary>A change of an entry that takes effect.</summary>
/// <param name="RecordHash">SHA-256 of the record that was approved; what is stored must have it.</param>
internal sealed record EntryEffect(Guid ProposalId, byte[] RecordHash, AuditEvent Audit) : ApprovalEffect(Audit);

/// <summary>What became of a yes.</summary>
internal enum AssertOutcome
{
    /// <summary>Noted; more are needed.</summary>
    Noted,

    /// <summary>It was the last; the proposal is approved and has taken effect.</summary>
    Approved,

    /// <summary>The proposal is closed, or this person has approved it already.</summary>
    NotOpen,

    /// <summary>What it would do cannot be done any more; nothing was stored.</summary>
    Overtaken,
}

/// <summary>Proposals and approvals.</summary>
internal interface IApprovalStore
{
    /// <summary>Adds a proposal; false when one of the same kind and content is open, or one about the same entry.</summary>
    /// <param name="entry">What it would do to an entry; null for another kind.</param>
    Task<bool> ProposeAsync(Approval approval, EntryProposal? entry, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Adds a yes. With the last one the proposal is approved, and what it does takes effect, in one transaction.</summary>
    /// <param name="needed">How many people must say yes.</param>
    Task<AssertOutcome> AssertAsync(
        Guid approvalId, ApprovalAssertion assertion, int needed, ApprovalEffect? effect, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Closes a proposal without effect; false when it is not open.</summary>
    /// <param name="step">For the history of the entry it is about; null for another kind.</param>
    Task<bool> RefuseAsync(Guid approvalId, string name, string reason, EntryStep? step, AuditEvent audit, CancellationToken cancellationToken);

    Task<Approval?> FindAsync(Guid approvalId, CancellationToken cancellationToken);

    /// <summary>Proposals of every kind, newest first.</summary>
    Task<IReadOnlyList<Approval>> ListAsync(int count, CancellationToken cancellationToken);

    /// <summary>The same without those about entries, which name the people listed.</summary>
    Task<IReadOnlyList<Approval>> ListWithoutEntriesAsync(int count, CancellationToken cancellationToken);

    /// <summary>The approved proposal of a content; null when nobody approved it.</summary>
    Task<Approval?> FindApprovedAsync(ApprovalKind kind, ReadOnlyMemory<byte> contentHash, CancellationToken cancellationToken);
}
