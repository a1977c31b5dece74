using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using Microsoft.AspNetCore.Identity;

namespace EdgeCheckpoint.Central.People.Identity;

/// <summary>
/// ASP.NET Core Identity on the storage contract (DESIGN §9): users, passphrases, stamps and passkeys. The name is the
/// identifier: it never changes, and the audit has it.
/// </summary>
/// <remarks>
/// Accounts are added and closed by <see cref="StaffAccounts"/> and approvals alone, each with its audit line, so that creating and
/// deleting through Identity is refused. What Identity changes is what a person does with the own account: that is the actor.
/// </remarks>
internal sealed class StaffIdentityStore(ICentralStore store, Authenticators authenticators, Auditor auditor)
    : IUserPasswordStore<StaffUser>, IUserSecurityStampStore<StaffUser>, IUserAuthenticatorKeyStore<StaffUser>, IUserPasskeyStore<StaffUser>
{
    private static readonly IdentityError NotHere = new() { Code = "NotHere", Description = "Accounts are made and closed by approval." };

    public Task<string> GetUserIdAsync(StaffUser user, CancellationToken cancellationToken) => Task.FromResult(user.Account.Name);

    public Task<string?> GetUserNameAsync(StaffUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Account.Name);

    public Task SetUserNameAsync(StaffUser user, string? userName, CancellationToken cancellationToken) =>
        userName == user.Account.Name ? Task.CompletedTask : throw new InvalidOperationException("A name never changes: the audit has it.");

    public Task<string?> GetNormalizedUserNameAsync(StaffUser user, CancellationToken cancellationToken) => GetUserNameAsync(user, cancellationToken);

    public Task SetNormalizedUserNameAsync(StaffUser user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IdentityResult> CreateAsync(StaffUser user, CancellationToken cancellationToken) => Task.FromResult(IdentityResult.Failed(NotHere));

    public Task<IdentityResult> DeleteAsync(StaffUser user, CancellationToken cancellationToken) => Task.FromResult(IdentityResult.Failed(NotHere));

    /// <summary>Writes what differs from the store: a passphrase with its stamp, which ends the account's sessions.</summary>
    public async Task<IdentityResult> UpdateAsync(StaffUser user, CancellationToken cancellationToken)
    {
        var account = user.Account;
        if (await store.Staff.FindAsync(account.Name, cancellationToken) is not { } stored)
            return IdentityResult.Failed(NotHere);
        if (stored.PasswordHash != account.PasswordHash || !stored.Stamp.AsSpan().SequenceEqual(account.Stamp))
        {
            var audit = auditor.Event(account.Name, AuditAction.PasswordChanged, account.Name, "by its owner");
            await store.Staff.SetPasswordAsync(account.Name, account.PasswordHash, account.Stamp, audit, cancellationToken);
        }

        return IdentityResult.Success;
    }

    public Task<StaffUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) => FindByNameAsync(userId, cancellationToken);

    public async Task<StaffUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        StaffAccounts.IsName(normalizedUserName) && await store.Staff.FindAsync(normalizedUserName, cancellationToken) is { } account
            ? new StaffUser(account)
            : null;

    public Task SetPasswordHashAsync(StaffUser user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.Account = user.Account with { PasswordHash = passwordHash ?? throw new InvalidOperationException("An account has a passphrase.") };
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(StaffUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Account.PasswordHash);

    public Task<bool> HasPasswordAsync(StaffUser user, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Identity's stamps are 32 characters of Base32, which are Base64 too.</summary>
    public Task SetSecurityStampAsync(StaffUser user, string stamp, CancellationToken cancellationToken)
    {
        user.Account = user.Account with { Stamp = Convert.FromBase64String(stamp) };
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(StaffUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(Convert.ToBase64String(user.Account.Stamp));

    /// <summary>Set with a code of it only, through <see cref="Authenticators"/>: a key that nobody proved locks its owner out.</summary>
    public Task SetAuthenticatorKeyAsync(StaffUser user, string key, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("An authenticator is set together with a code of it.");

    public Task<string?> GetAuthenticatorKeyAsync(StaffUser user, CancellationToken cancellationToken) =>
        Task.FromResult(authenticators.ReadKey(user.Account));

    /// <summary>Adds a passkey with its audit line, or moves the counter of one that is there.</summary>
    public async Task AddOrUpdatePasskeyAsync(StaffUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var name = user.Account.Name;
        if (await store.Passkeys.FindAsync(passkey.CredentialId, cancellationToken) is { } known)
        {
            if (known.Name != name || !await store.Passkeys.UseAsync(known.CredentialId, known.SignCount, passkey.SignCount, passkey.IsBackedUp, cancellationToken))
                throw new InvalidOperationException("The passkey is another account's, was removed, or answered at the same moment.");
            return;
        }

        var audit = auditor.Event(name, AuditAction.PasskeyAdded, name, PasskeyTrace.Of(passkey.CredentialId, passkey.PublicKey));
        var added = new StaffPasskey(
            passkey.CredentialId, name, passkey.PublicKey, passkey.Name ?? "", passkey.SignCount, passkey.Transports ?? [],
            passkey.IsBackupEligible, passkey.IsBackedUp, audit.At, null);
        if (!await store.Passkeys.AddAsync(added, audit, cancellationToken))
            throw new InvalidOperationException("The passkey is registered already.");
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(StaffUser user, CancellationToken cancellationToken) =>
        [.. (await store.Passkeys.ListAsync(user.Account.Name, cancellationToken)).Select(Info)];

    public async Task<StaffUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await store.Passkeys.FindAsync(credentialId, cancellationToken) is { } passkey ? await FindByNameAsync(passkey.Name, cancellationToken) : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(StaffUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        await store.Passkeys.FindAsync(credentialId, cancellationToken) is { RemovedAt: null } passkey && passkey.Name == user.Account.Name
            ? Info(passkey)
            : null;

    public Task RemovePasskeyAsync(StaffUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        store.Passkeys.RemoveAsync(
            user.Account.Name, credentialId, auditor.Event(user.Account.Name, AuditAction.PasskeyRemoved, user.Account.Name), cancellationToken);

    public void Dispose()
    {
    }

    /// <summary>The attestation is not kept: central asks for none.</summary>
    private static UserPasskeyInfo Info(StaffPasskey passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.CreatedAt, passkey.SignCount, [.. passkey.Transports],
        isUserVerified: true, passkey.IsBackupEligible, passkey.IsBackedUp, attestationObject: [], clientDataJson: [])
    {
        Name = passkey.Label,
    };
}
