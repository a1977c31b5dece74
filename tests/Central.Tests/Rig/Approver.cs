using System.Buffers.Text;
using System.Text.Json.Nodes;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.People.Identity;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>A member of staff with a passkey, straight in the store; approves without a browser.</summary>
internal sealed class Approver : IDisposable
{
    public const string Origin = "http://localhost:7480";
    public const string Passphrase = "correct-horse-battery";

    private readonly SoftwareAuthenticator _passkey = new();
    private ICentralStore _store;

    private Approver(ICentralStore store, string name) => (_store, Name) = (store, name);

    public string Name { get; }

    public SoftwareAuthenticator Passkey => _passkey;

    public static async Task<Approver> AddAsync(
        ICentralStore store, StaffAccounts accounts, string name, StaffRole role, CancellationToken cancellationToken, DateTimeOffset? at = null)
    {
        var now = at ?? TimeProvider.System.GetUtcNow();
        Assert.True(await accounts.AddAsync(name, name.ToUpperInvariant(), role, Passphrase, "test", cancellationToken));
        var approver = new Approver(store, name);
        var passkey = new StaffPasskey(
            approver._passkey.CredentialId, name, approver._passkey.PublicKey, "test", 0, [], false, false, now, null);
        var audit = new AuditEvent(now, name, AuditAction.PasskeyAdded, name)
        {
            Detail = PasskeyTrace.Of(passkey.CredentialId, passkey.PublicKey),
        };
        Assert.True(await store.Passkeys.AddAsync(passkey, audit, cancellationToken));
        return approver;
    }

    /// <summary>Goes on with the same store opened anew.</summary>
    public Approver MovedTo(ICentralStore store)
    {
        _store = store;
        return this;
    }

    public async Task<Result<ApprovalState, string>> ApproveAsync(ApprovalDesk desk, Guid id, CancellationToken cancellationToken, string origin = Origin) =>
        await desk.ApproveAsync(id, Name, await AnswerAsync(id, cancellationToken, origin), Origin, cancellationToken);

    /// <summary>The passkey's answer to the question of a proposal.</summary>
    public async Task<PasskeyAnswer> AnswerAsync(Guid id, CancellationToken cancellationToken, string origin = Origin)
    {
        var approval = (await _store.Approvals.FindAsync(id, cancellationToken))!;
        var challenge = ApprovalProof.Challenge(approval.Kind, approval.ContentHash, approval.Nonce);
        var options = new JsonObject { ["challenge"] = Base64Url.EncodeToString(challenge), ["rpId"] = "localhost" };
        return PasskeyAnswer.Parse(_passkey.Get(options.ToJsonString(), origin, Name))!;
    }

    public void Dispose() => _passkey.Dispose();
}
