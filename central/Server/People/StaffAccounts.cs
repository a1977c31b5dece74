using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.People;

/// <summary>Staff accounts: made by a command, signed in with a passphrase. There is no default account.</summary>
internal sealed class StaffAccounts(ICentralStore store, Auditor auditor, TimeProvider time)
{
    /// <summary>OWASP's figure for PBKDF2 with HMAC-SHA-512 (Password Storage Cheat Sheet); recorded in each hash.</summary>
    public const int HashIterations = 210_000;

    public const int PasswordLengthMin = 12;

    public const int PasswordLengthMax = 256;

    private const int NameLengthMax = 64;
    private const int AttemptsBeforeLock = 5;

    private static readonly TimeSpan FirstLock = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLock = TimeSpan.FromHours(1);

    private readonly PasswordHasher<StaffAccount> _hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = HashIterations }));

    private string? _decoyHash;

    /// <summary>Names that can be typed, logged and audited: letters, digits, period, hyphen, underscore.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>The lock after so many failed attempts: none before the fifth, then one minute, doubling up to an hour.</summary>
    public static TimeSpan LockFor(int attempts)
    {
        if (attempts < AttemptsBeforeLock)
            return TimeSpan.Zero;
        var doublings = Math.Min(attempts - AttemptsBeforeLock, 10);
        return TimeSpan.FromTicks(Math.Min(FirstLock.Ticks << doublings, LongestLock.Ticks));
    }

    /// <summary>Adds an account; false when the name is taken.</summary>
    public Task<bool> AddAsync(string name, StaffRole role, string password, string actor, CancellationToken cancellationToken)
    {
        var account = new StaffAccount
        {
            Name = name,
            Role = role,
            PasswordHash = "",
            Stamp = NewStamp(),
            CreatedAt = time.GetUtcNow(),
        };
        account = account with { PasswordHash = _hasher.HashPassword(account, password) };
        return store.Staff.AddAsync(
            account, auditor.Event(actor, AuditAction.StaffAdded, name, role.ToString()), cancellationToken);
    }

    /// <summary>Sets a password and ends the account's sessions; false when there is no such account.</summary>
    public async Task<bool> SetPasswordAsync(string name, string password, string actor, CancellationToken cancellationToken)
    {
        if (await store.Staff.FindAsync(name, cancellationToken) is not { } account)
            return false;
        return await store.Staff.SetPasswordAsync(
            name, _hasher.HashPassword(account, password), NewStamp(),
            auditor.Event(actor, AuditAction.PasswordChanged, name), cancellationToken);
    }

    /// <summary>Disables an account and ends its sessions; false when there is no such account.</summary>
    public Task<bool> DisableAsync(string name, string actor, CancellationToken cancellationToken) =>
        store.Staff.DisableAsync(name, auditor.Event(actor, AuditAction.StaffDisabled, name), cancellationToken);

    /// <summary>
    /// Signs in. The attempt is counted before the password is looked at; an unknown name costs as much time as a known
    /// one, and is not written down, since people type passwords into the wrong field.
    /// </summary>
    /// <returns>The account, or null; the person is told no more than that.</returns>
    public async Task<StaffAccount?> SignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var account = IsName(name) && password.Length <= PasswordLengthMax
            ? await store.Staff.BeginAttemptAsync(name, now, LockFor, cancellationToken)
            : null;
        if (account is null)
        {
            VerifyDecoy(password);
            await AuditRefusalAsync("", "unknown name", cancellationToken);
            return null;
        }

        if (account.LockedUntil > now)
        {
            await AuditRefusalAsync(account.Name, "locked", cancellationToken);
            return null;
        }

        var isRight = _hasher.VerifyHashedPassword(account, account.PasswordHash, password) != PasswordVerificationResult.Failed;
        if (!isRight || account.DisabledAt is not null)
        {
            await AuditRefusalAsync(account.Name, isRight ? "disabled" : "wrong password", cancellationToken);
            return null;
        }

        await store.Staff.EndAttemptAsync(
            account.Name, auditor.Event(account.Name, AuditAction.SignedIn, account.Name), cancellationToken);
        return account;
    }

    private Task AuditRefusalAsync(string name, string why, CancellationToken cancellationToken) =>
        store.Audit.AppendAsync(
            auditor.Event(name.Length == 0 ? Auditor.Central : name, AuditAction.SignInRefused, name, why), cancellationToken);

    private void VerifyDecoy(string password)
    {
        var decoy = new StaffAccount { Name = "", Role = default, PasswordHash = "", Stamp = [], CreatedAt = default };
        _decoyHash ??= _hasher.HashPassword(decoy, Passphrase.Create());
        _hasher.VerifyHashedPassword(decoy, _decoyHash, password.Length <= PasswordLengthMax ? password : "");
    }

    private static byte[] NewStamp() => RandomNumberGenerator.GetBytes(16);
}
