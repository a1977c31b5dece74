using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>A session of somebody who signed in to the pages.</summary>
/// <param name="IdHash">SHA-256 of what the cookie holds: the store alone opens no session.</param>
/// <param name="IsStrong">True when a second factor was shown.</param>
public sealed record StaffSession(
    byte[] IdHash, string Name, bool IsStrong, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, DateTimeOffset? EndedAt);

/// <summary>Sessions of central staff. A session that has ended stays ended, whoever has a copy of its cookie.</summary>
internal interface ISessionStore
{
    /// <summary>
    /// Starts a session, ends the oldest ones beyond a count, and forgets those that ended or began before a time.
    /// </summary>
    /// <param name="countMax">Sessions that may be open for the account, the new one included.</param>
    Task StartAsync(
        StaffSession session, int countMax, DateTimeOffset forgetBefore, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>The session; null when there is none, ended ones included.</summary>
    Task<StaffSession?> FindAsync(ReadOnlyMemory<byte> idHash, CancellationToken cancellationToken);

    /// <summary>Notes that the session was used.</summary>
    Task TouchAsync(ReadOnlyMemory<byte> idHash, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends a session; false when it had ended.</summary>
    Task<bool> EndAsync(ReadOnlyMemory<byte> idHash, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Ends all sessions of an account; how many there were.</summary>
    Task<int> EndAllAsync(string name, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Open sessions of an account, oldest first.</summary>
    Task<IReadOnlyList<StaffSession>> ListAsync(string name, CancellationToken cancellationToken);
}
