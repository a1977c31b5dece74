using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// Authenticator apps of staff (<see cref="Totp"/>). The secret is wrapped to the record key, so that whoever has the
/// store alone makes no codes; a step that was used is never taken again (RFC 6238 §5.2).
/// </summary>
internal sealed class Authenticators(ICentralStore store, SiteKeys keys, Auditor auditor, TimeProvider time)
{
    /// <summary>
    /// Sets the app of an account once its owner has shown a code of it. That code is used up.
    /// </summary>
    /// <returns>False when the code is not of this key, or there is no such account.</returns>
    public async Task<bool> SetAsync(string name, byte[] key, string code, string actor, CancellationToken cancellationToken)
    {
        if (Totp.Find(key, code, time.GetUtcNow()) is not { } step)
            return false;
        var wrapped = KeyWrap.Wrap(keys.RecordKey.PublicKeySpki.Span, key, Context(name));
        return await store.Staff.SetAuthenticatorAsync(
            name, wrapped, step, auditor.Event(actor, AuditAction.AuthenticatorSet, name), cancellationToken);
    }

    /// <summary>Takes the app away; false when there is no such account.</summary>
    public Task<bool> RemoveAsync(string name, string actor, CancellationToken cancellationToken) =>
        store.Staff.SetAuthenticatorAsync(name, null, 0, auditor.Event(actor, AuditAction.AuthenticatorRemoved, name), cancellationToken);

    /// <summary>True when the code is right now and has not been used.</summary>
    public async Task<bool> UseAsync(StaffAccount account, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Unwrap(account) is not { } key)
            return false;
        var step = Totp.Find(key, code, now);
        CryptographicOperations.ZeroMemory(key);
        return step is { } used && await store.Staff.UseAuthenticatorStepAsync(account.Name, used, cancellationToken);
    }

    /// <summary>The secret as an app takes it; null for none.</summary>
    public string? ReadKey(StaffAccount account) => Unwrap(account) is { } key ? Totp.ToBase32(key) : null;

    private byte[]? Unwrap(StaffAccount account) =>
        account.AuthenticatorKey is { } wrapped && KeyWrap.Unwrap(keys.RecordKey, wrapped, Context(account.Name)).TryGet(out var key, out _)
            ? key
            : null;

    private static byte[] Context(string name) => Encoding.UTF8.GetBytes($"staff authenticator {name}");
}
