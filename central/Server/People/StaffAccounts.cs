using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// Staff accounts and their passphrases. There is no default account. Where an account has an authenticator app its code
/// is asked with the passphrase; where it has a passkey alone, the passphrase no longer signs in.
/// </summary>
internal sealed class StaffAccounts(
    ICentralStore store, Authenticators authenticators, SiteSecurity security, Auditor auditor, TimeProvider time)
{
    /// <summary>OWASP's figure for PBKDF2 with HMAC-SHA-512 (Password Storage Cheat Sheet); recorded in each hash.</summary>
    public const int HashIterations = 210_000;

    public const int PasswordLengthMin = 12;

    public const int PasswordLengthMax = 256;

    /// <summary>
    /// How long a passphrase alone may set up the first second factor, in service: whoever finds the slip of paper later finds nothing.
    /// </summary>
    public static readonly TimeSpan FirstPassphraseLife = TimeSpan.FromHours(72);

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

    /// <summary>Adds an account; false when the name or the staff number is taken.</summary>
    public Task<bool> AddAsync(
        string name, string staffNumber, StaffRole role, string password, string actor, CancellationToken cancellationToken) =>
        store.Staff.AddAsync(
            Create(name, staffNumber, role, password),
            auditor.Event(actor, AuditAction.StaffAdded, name, $"{role.Word()}, staff number {staffNumber}"),
            cancellationToken);

    /// <summary>An account that nobody has yet.</summary>
    public StaffAccount Create(string name, string staffNumber, StaffRole role, string password)
    {
        var account = new StaffAccount
        {
            Name = name,
            StaffNumber = staffNumber,
            Role = role,
            PasswordHash = "",
            Stamp = NewStamp(),
            CreatedAt = time.GetUtcNow(),
        };
        return account with { PasswordHash = _hasher.HashPassword(account, password) };
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
    /// Checks passphrase and code. 1. Counts the attempt before anything is looked at, so that parallel guesses cannot outrun
    /// the lock. 2. Looks at the passphrase; an unknown name and a locked account cost as much time. 3. Looks at the code.
    /// An unknown name is not written down, since people type passphrases into the wrong field.
    /// </summary>
    /// <param name="code">Of the authenticator app; empty for none.</param>
    /// <returns>Null when something was wrong; the person is told no more than that.</returns>
    public async Task<SignedInStaff?> SignInAsync(string name, string password, string code, CancellationToken cancellationToken)
    {
        // 1
        var now = time.GetUtcNow();
        var account = IsName(name) && password.Length <= PasswordLengthMax
            ? await store.Staff.BeginAttemptAsync(name, now, LockFor, cancellationToken)
            : null;

        // 2
        if (account is null || account.LockedUntil > now)
        {
            VerifyDecoy(password);
            await AuditRefusalAsync(account?.Name ?? "", account is null ? "unknown name" : "locked", cancellationToken);
            return null;
        }

        var isRight = _hasher.VerifyHashedPassword(account, account.PasswordHash, password) != PasswordVerificationResult.Failed;
        var refusal = !isRight ? "wrong passphrase"
            : account.DisabledAt is not null ? "disabled"
            : await FactorRefusalAsync(account, code, now, cancellationToken);

        // 3
        if (refusal is not null)
        {
            await AuditRefusalAsync(account.Name, refusal, cancellationToken);
            return null;
        }

        await store.Staff.EndAttemptAsync(account.Name, cancellationToken);
        return new SignedInStaff(account, account.HasSecondFactor);
    }

    /// <summary>
    /// Asks somebody who is signed in for the passphrase again, before something changes by which they sign in. Counts as an
    /// attempt: a stolen session is no way to guess.
    /// </summary>
    public async Task<bool> ConfirmAsync(string name, string password, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var account = password.Length <= PasswordLengthMax ? await store.Staff.BeginAttemptAsync(name, now, LockFor, cancellationToken) : null;
        if (account is null || account.LockedUntil > now || account.DisabledAt is not null
            || _hasher.VerifyHashedPassword(account, account.PasswordHash, password) == PasswordVerificationResult.Failed)
        {
            await AuditRefusalAsync(name, "wrong passphrase for a change", cancellationToken);
            return false;
        }

        await store.Staff.EndAttemptAsync(name, cancellationToken);
        return true;
    }

    /// <summary>Why the second factor does not do; null when it does, or there is none yet.</summary>
    private async Task<string?> FactorRefusalAsync(StaffAccount account, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!account.HasSecondFactor)
            return security.IsBench || now < (account.PasswordSetAt ?? account.CreatedAt) + FirstPassphraseLife ? null : "first passphrase too old";
        if (account.AuthenticatorKey is null)
            return "has a passkey";
        return await authenticators.UseAsync(account, code, now, cancellationToken) ? null : "wrong code";
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

    internal static byte[] NewStamp() => RandomNumberGenerator.GetBytes(16);
}
