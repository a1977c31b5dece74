using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People.Identity;
using EdgeCheckpoint.Central.Storage;
using Microsoft.AspNetCore.Identity;

namespace EdgeCheckpoint.Central.People;

/// <summary>What a browser is asked to do with a passkey.</summary>
/// <param name="Id">Names the ceremony in the answer.</param>
/// <param name="OptionsJson">Options for navigator.credentials (Web Authentication §5.4, §5.5), as JSON.</param>
internal sealed record PasskeyQuestion(string Id, string OptionsJson);

/// <summary>
/// Passkeys: registering one, signing in with one. What was asked stays at the server, for five minutes and one answer;
/// the browser gets a name for it.
/// </summary>
internal sealed class PasskeyDesk(
    ICentralStore store, UserManager<StaffUser> users, IPasskeyHandler<StaffUser> handler, Auditor auditor, BoundedAudit bounded, TimeProvider time)
{
    public const int LabelLengthMax = 64;

    private const int PasskeysMax = 10;
    private const int IdBytes = 32;
    private const int AnswerLengthMax = 16 * 1024;
    private const string Register = "register";
    private const string SignIn = "sign-in";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Asks for a new passkey for the account that is signed in.</summary>
    public async Task<PasskeyQuestion> AskToRegisterAsync(string name, HttpContext http)
    {
        var options = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = name, Name = name, DisplayName = name }, http);
        return await BeginAsync(Register, name, options.CreationOptionsJson, options.AttestationState ?? "", http.RequestAborted);
    }

    /// <summary>Takes the new passkey.</summary>
    /// <returns>Null when it is kept, or a sentence.</returns>
    public async Task<string?> RegisterAsync(string name, string ceremonyId, string answer, string label, HttpContext http)
    {
        if (await TakeAsync(ceremonyId, Register, name, http.RequestAborted) is not { } ceremony || answer.Length > AnswerLengthMax)
            return "The question was not answered in time; begin again.";
        if (await users.FindByIdAsync(name) is not { } user || (await users.GetPasskeysAsync(user)).Count >= PasskeysMax)
            return $"An account has at most {PasskeysMax} passkeys; remove one first.";
        var result = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = http, CredentialJson = answer, AttestationState = ceremony.State });
        if (!result.Succeeded || result.UserEntity.Id != name)
            return "The passkey was not accepted; begin again, under the address that central gives.";
        result.Passkey.Name = label.Trim() is { Length: > 0 and <= LabelLengthMax } given && !given.Any(char.IsControl) ? given : "passkey";
        await users.AddOrUpdatePasskeyAsync(user, result.Passkey);
        return null;
    }

    /// <summary>Asks whoever is there; the passkey says who it is, so that nobody learns here which accounts exist.</summary>
    public async Task<PasskeyQuestion> AskToSignInAsync(HttpContext http)
    {
        var options = await handler.MakeRequestOptionsAsync(null, http);
        return await BeginAsync(SignIn, "", options.RequestOptionsJson, options.AssertionState ?? "", http.RequestAborted);
    }

    /// <summary>Signs in with a passkey, which proves possession and, on the authenticator, the person: two factors.</summary>
    /// <returns>Null when it was not accepted.</returns>
    public async Task<SignedInStaff?> SignInAsync(string ceremonyId, string answer, HttpContext http)
    {
        if (await TakeAsync(ceremonyId, SignIn, "", http.RequestAborted) is not { } ceremony || answer.Length > AnswerLengthMax)
            return await RefuseAsync("", "passkey: not asked", http.RequestAborted);
        var result = await handler.PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = http, CredentialJson = answer, AssertionState = ceremony.State });
        if (!result.Succeeded)
            return await RefuseAsync("", "passkey: not accepted", http.RequestAborted);
        var account = result.User.Account;
        if (account.DisabledAt is not null || !await UseAsync(result.Passkey, http.RequestAborted))
            return await RefuseAsync(account.Name, "passkey: account disabled, or used twice", http.RequestAborted);
        return new SignedInStaff(account, IsStrong: true);
    }

    /// <summary>Asks for a yes to something: the challenge says to what.</summary>
    public async Task<PasskeyQuestion> AskToApproveAsync(string name, string kind, byte[] challenge, HttpContext http)
    {
        var user = await users.FindByIdAsync(name) ?? throw new InvalidOperationException("Somebody is signed in who has no account.");
        var options = JsonNode.Parse((await handler.MakeRequestOptionsAsync(user, http)).RequestOptionsJson)!;
        options["challenge"] = System.Buffers.Text.Base64Url.EncodeToString(challenge);
        return await BeginAsync(kind, name, options.ToJsonString(), "", http.RequestAborted);
    }

    /// <summary>Takes a ceremony out; null when this person was not asked this, or it is too late.</summary>
    public async Task<PasskeyCeremony?> TakeAsync(string ceremonyId, string kind, string owner, CancellationToken cancellationToken) =>
        ceremonyId.Length <= 2 * IdBytes
        && await store.Passkeys.TakeAsync(Hash(ceremonyId), time.GetUtcNow(), cancellationToken) is { } ceremony
        && ceremony.Kind == kind && ceremony.Owner == owner
            ? ceremony
            : null;

    private async Task<bool> UseAsync(UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        await store.Passkeys.FindAsync(passkey.CredentialId, cancellationToken) is { } known
        && await store.Passkeys.UseAsync(known.CredentialId, known.SignCount, passkey.SignCount, passkey.IsBackedUp, cancellationToken);

    private async Task<PasskeyQuestion> BeginAsync(string kind, string owner, string optionsJson, string state, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var now = time.GetUtcNow();
        await store.Passkeys.BeginAsync(new PasskeyCeremony(Hash(id), kind, owner, state, now + Life), now, cancellationToken);
        return new PasskeyQuestion(id, optionsJson);
    }

    private async Task<SignedInStaff?> RefuseAsync(string name, string why, CancellationToken cancellationToken)
    {
        var line = auditor.Event(name.Length == 0 ? Auditor.Central : name, AuditAction.SignInRefused, name, why);
        if (name.Length > 0)
            await store.Audit.AppendAsync(line, cancellationToken);
        else
            await bounded.AppendAsync($"passkey {why}", line, cancellationToken);
        return null;
    }

    private static byte[] Hash(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));
}
