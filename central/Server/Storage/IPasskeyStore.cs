using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>A passkey of a member of staff.</summary>
/// <param name="PublicKey">COSE key, as the authenticator gave it.</param>
/// <param name="Label">What its owner calls it.</param>
/// <param name="RemovedAt">Null while it counts; removed ones stay, since old approvals are verified with them.</param>
public sealed record StaffPasskey(
    byte[] CredentialId,
    string Name,
    byte[] PublicKey,
    string Label,
    uint SignCount,
    IReadOnlyList<string> Transports,
    bool IsBackupEligible,
    bool IsBackedUp,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RemovedAt);

/// <summary>What a browser has been asked to sign.</summary>
/// <param name="Kind">Word for what the answer is for; an answer for another thing is refused.</param>
/// <param name="Owner">Who is signed in; empty for a sign-in.</param>
/// <param name="State">The framework's own text; never leaves the server.</param>
internal sealed record PasskeyCeremony(byte[] IdHash, string Kind, string Owner, string State, DateTimeOffset ExpiresAt);

/// <summary>Passkeys of central staff and their ceremonies under way.</summary>
internal interface IPasskeyStore
{
    /// <summary>Adds a passkey; false when the credential is there already, whoever's it is.</summary>
    Task<bool> AddAsync(StaffPasskey passkey, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the counter of a passkey after a good assertion; false when it has moved meanwhile, so that of two answers
    /// with one counter only one counts. A passkey without a counter always has 0.
    /// </summary>
    Task<bool> UseAsync(ReadOnlyMemory<byte> credentialId, uint before, uint signCount, bool isBackedUp, CancellationToken cancellationToken);

    /// <summary>Takes a passkey away; false when the account has no such one.</summary>
    Task<bool> RemoveAsync(string name, ReadOnlyMemory<byte> credentialId, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>The passkey, removed or not; null when there is none.</summary>
    Task<StaffPasskey?> FindAsync(ReadOnlyMemory<byte> credentialId, CancellationToken cancellationToken);

    /// <summary>Passkeys of an account that count, oldest first.</summary>
    Task<IReadOnlyList<StaffPasskey>> ListAsync(string name, CancellationToken cancellationToken);

    /// <summary>Begins a ceremony; forgets those that have expired.</summary>
    Task BeginAsync(PasskeyCeremony ceremony, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes a ceremony out: it can be answered once. Null when there is none or it has expired.</summary>
    Task<PasskeyCeremony?> TakeAsync(ReadOnlyMemory<byte> idHash, DateTimeOffset now, CancellationToken cancellationToken);
}
