using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// Sessions, kept in the store: a cookie only points at one. Signing out, another role, a new passphrase or the end of a
/// time ends it for every copy of the cookie.
/// </summary>
internal sealed class StaffSessions(ICentralStore store, Auditor auditor, IOptions<StaffSessionOptions> options, TimeProvider time)
{
    private const int IdBytes = 32;

    /// <summary>How often a use is written down: each write wakes whoever waits for news.</summary>
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(1);

    /// <summary>Starts a session under an identifier that nobody has seen before; one the browser came with ends.</summary>
    /// <param name="how">For the audit: what was shown.</param>
    /// <param name="previous">Identifier the browser had; null for none.</param>
    /// <returns>The identifier, for the cookie alone.</returns>
    public async Task<string> StartAsync(SignedInStaff staff, string how, string? previous, CancellationToken cancellationToken)
    {
        if (previous is not null)
            await EndAsync(previous, staff.Account.Name, "replaced by a new sign-in", cancellationToken);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var now = time.GetUtcNow();
        await store.Sessions.StartAsync(
            new StaffSession(Hash(id), staff.Account.Name, staff.IsStrong, now, now, null),
            options.Value.CountMax,
            now - TimeSpan.FromHours(options.Value.HoursMax),
            auditor.Event(staff.Account.Name, AuditAction.SignedIn, staff.Account.Name, how),
            cancellationToken);
        return id;
    }

    /// <summary>The session while it lasts; null once it has ended by any of its limits.</summary>
    public async Task<StaffSession?> FindOpenAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await store.Sessions.FindAsync(Hash(id), cancellationToken) is { EndedAt: null } session
            && now < session.StartedAt + TimeSpan.FromHours(options.Value.HoursMax)
            && now < session.LastSeenAt + TimeSpan.FromMinutes(options.Value.IdleMinutes)
            ? session
            : null;
    }

    /// <summary>Notes that somebody used the session.</summary>
    public Task TouchAsync(StaffSession session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return now - session.LastSeenAt < TouchInterval ? Task.CompletedTask : store.Sessions.TouchAsync(session.IdHash, now, cancellationToken);
    }

    /// <summary>Ends a session.</summary>
    /// <param name="why">For the audit.</param>
    public Task<bool> EndAsync(string id, string name, string why, CancellationToken cancellationToken) =>
        store.Sessions.EndAsync(Hash(id), auditor.Event(name, AuditAction.SignedOut, name, why), cancellationToken);

    /// <summary>Ends all sessions of an account.</summary>
    public Task<int> EndAllAsync(string name, string why, CancellationToken cancellationToken) =>
        store.Sessions.EndAllAsync(name, auditor.Event(name, AuditAction.SignedOut, name, why), cancellationToken);

    private static byte[] Hash(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));
}
