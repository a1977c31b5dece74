using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Approvals;

/// <summary>
/// Proposing, approving and refusing. Nobody approves what they proposed or edited, nor what is for themselves; a yes is a
/// passkey's signature over exactly what is shown (<see cref="ApprovalProof"/>).
/// </summary>
internal sealed class ApprovalDesk(ICentralStore store, StaffAccounts accounts, Auditor auditor, TimeProvider time)
{
    public const int ReasonLengthMax = 200;

    private const int NonceLength = 32;

    /// <summary>Proposes something.</summary>
    /// <param name="entry">What it would do to an entry; null for another kind.</param>
    /// <returns>Its identifier, or a sentence.</returns>
    public async Task<Result<Guid, string>> ProposeAsync(
        Statement statement, string proposer, CancellationToken cancellationToken, EntryProposal? entry = null)
    {
        if (await store.Staff.FindAsync(proposer, cancellationToken) is not { DisabledAt: null } account
            || !StaffRoles.MayPropose(account.Role, statement.Kind))
        {
            return "Your role does not propose this.";
        }

        var approval = new Approval(
            entry?.ProposalId ?? Guid.NewGuid(), statement.Kind, statement.Bytes, statement.Hash, RandomNumberGenerator.GetBytes(NonceLength), proposer,
            entry?.ProposedAt ?? time.GetUtcNow(), ApprovalState.Open, null, "", "", []);
        var audit = auditor.Event(proposer, AuditAction.Proposed, approval.ApprovalId.ToString(), Short(statement));
        if (await store.Approvals.ProposeAsync(approval, entry, audit, cancellationToken))
            return approval.ApprovalId;
        return entry is null ? "This is proposed already and waits for approval." : $"Something about {entry.EntryId} is proposed already; have that decided first.";
    }

    /// <summary>Proposes that an account gets a role; a new account where there is none of that name.</summary>
    public async Task<Result<Guid, string>> ProposeRoleAsync(
        string name, string staffNumber, StaffRole role, string proposer, CancellationToken cancellationToken)
    {
        if (!StaffAccounts.IsName(name) || !EdgeCheckpoint.People.StaffNumber.TryNormalise(staffNumber, out var number))
            return "A name takes 1 to 64 letters, digits, periods, hyphens or underscores; a staff number 2 to 32 letters, digits, periods or hyphens.";
        if (name == proposer)
            return "Nobody proposes a role for themselves.";
        var existing = await store.Staff.FindAsync(name, cancellationToken);
        if (existing is { DisabledAt: not null })
            return $"The account {name} is disabled for good; a name is given once.";
        if (existing is not null && existing.StaffNumber != number)
            return $"The account {name} has another staff number.";
        if (existing?.Role == role)
            return $"{name} has that role.";
        var isTaken = existing is null
            && (await store.Staff.ListAsync(cancellationToken)).Any(other => other.StaffNumber == number);
        return isTaken
            ? "That staff number has an account already: one staff number, one account."
            : await ProposeAsync(Statement.ForRole(name, number, role, existing?.Role), proposer, cancellationToken);
    }

    /// <summary>Why somebody may not approve this; null when they may.</summary>
    public async Task<string?> ObjectionAsync(Approval approval, StaffAccount account, CancellationToken cancellationToken)
    {
        if (approval.State != ApprovalState.Open)
            return "It is closed.";
        if (account.DisabledAt is not null || !StaffRoles.MayApprove(account.Role, approval.Kind))
            return "Your role does not approve this.";
        if (approval.Proposer == account.Name)
            return "You proposed this; somebody else approves it.";
        if (approval.Assertions.Any(assertion => assertion.Name == account.Name))
            return "You have approved this.";
        if (Statement.Of(approval).Role is { } grant && (grant.Name == account.Name || grant.StaffNumber == account.StaffNumber))
            return "This is about your own role; two others approve it.";
        return approval.Kind switch
        {
            ApprovalKind.Watchlist => await HasEditedAsync(account.Name, cancellationToken) ? "You edited this list; somebody else approves it." : null,
            ApprovalKind.Entry => await EntryObjectionAsync(approval.ApprovalId, account.Name, cancellationToken),
            _ => null,
        };
    }

    private async Task<string?> EntryObjectionAsync(Guid approvalId, string name, CancellationToken cancellationToken)
    {
        if (await store.Entries.FindProposalAsync(approvalId, cancellationToken) is not { Review: EntryReview.Passed } proposal)
            return "The legal review has not passed it.";
        if (proposal.Reviewer == name)
            return "You reviewed this; somebody else approves it.";
        return await EntryDesk.FindFaultAsync(store, proposal, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), cancellationToken) is { } fault
            ? $"It can no longer be approved: {fault}. Refuse it, and have it proposed anew."
            : null;
    }

    /// <summary>Whoever imported a list as it is, or had a hand in an entry that the next version is the first to have, does not approve it.</summary>
    private async Task<bool> HasEditedAsync(string name, CancellationToken cancellationToken) =>
        (await store.Lists.ListAsync(cancellationToken)).Any(list => list.ImportedBy == name) || await store.Entries.HasUnpublishedEditAsync(name, cancellationToken);

    /// <summary>
    /// Takes a yes. 1. May this person say it? 2. Does the passkey's signature say it, to exactly this? 3. Is the passkey's
    /// answer new? 4. Notes it, and with the last yes puts it into force.
    /// </summary>
    /// <param name="origin">Where the answer must have been given.</param>
    /// <returns>Where the proposal stands, or a sentence.</returns>
    public async Task<Result<ApprovalState, string>> ApproveAsync(
        Guid approvalId, string name, PasskeyAnswer answer, string origin, CancellationToken cancellationToken)
    {
        // 1
        if (await store.Approvals.FindAsync(approvalId, cancellationToken) is not { } approval)
            return "There is no such proposal.";
        if (await store.Staff.FindAsync(name, cancellationToken) is not { } account)
            return "There is no such account.";
        if (await ObjectionAsync(approval, account, cancellationToken) is { } objection)
            return objection;

        // 2
        if (await store.Passkeys.FindAsync(answer.CredentialId, cancellationToken) is not { RemovedAt: null } passkey || passkey.Name != name)
            return "The passkey is not one of your account.";
        var challenge = ApprovalProof.Challenge(approval.Kind, approval.ContentHash, approval.Nonce);
        if (ApprovalProof.Verify(passkey.PublicKey, challenge, answer.ClientData, answer.AuthenticatorData, answer.Signature, origin) is { } fault)
            return $"The approval does not verify: {fault}.";

        // 3
        if (!await store.Passkeys.UseAsync(passkey.CredentialId, passkey.SignCount, answer.SignCount, answer.IsBackedUp, cancellationToken))
            return "The passkey's answer was used before, or the passkey has a copy.";

        // 4
        var statement = Statement.Of(approval);
        var assertion = new ApprovalAssertion(
            name, account.Role, passkey.CredentialId, passkey.PublicKey, answer.ClientData, answer.AuthenticatorData, answer.Signature, time.GetUtcNow());
        var needed = StaffRoles.Needed(approval.Kind) + await CountLapsedAsync(approval, cancellationToken);
        var outcome = await store.Approvals.AssertAsync(
            approvalId, assertion, needed, await EffectAsync(statement, approvalId, name, cancellationToken),
            auditor.Event(name, AuditAction.ApprovalGiven, approvalId.ToString(), Short(statement)), cancellationToken);
        return outcome switch
        {
            AssertOutcome.Noted => ApprovalState.Open,
            AssertOutcome.Approved => ApprovalState.Approved,
            AssertOutcome.NotOpen => "It was closed at the same moment.",
            _ => approval.Kind == ApprovalKind.Entry
                ? "It can no longer be done: the entry has changed since. Refuse it, and have it proposed anew."
                : "It can no longer be done: the account or the staff number has changed since. Refuse it and propose anew.",
        };
    }

    /// <summary>Refuses, or takes the own proposal back.</summary>
    /// <returns>Null when it is closed, or a sentence.</returns>
    public async Task<string?> RefuseAsync(Guid approvalId, string name, string reason, CancellationToken cancellationToken)
    {
        var why = reason.Trim();
        if (why.Length is 0 or > ReasonLengthMax || why.Any(char.IsControl))
            return $"A refusal needs a reason of 1 to {ReasonLengthMax} characters.";
        if (await store.Approvals.FindAsync(approvalId, cancellationToken) is not { } approval
            || await store.Staff.FindAsync(name, cancellationToken) is not { DisabledAt: null } account)
        {
            return "There is no such proposal.";
        }

        if (approval.Proposer != name && !StaffRoles.MayApprove(account.Role, approval.Kind))
            return "Your role does not decide this.";
        var step = await store.Entries.FindProposalAsync(approvalId, cancellationToken) is { } entry
            ? new EntryStep(
                0, entry.EntryId, approvalId, entry.Proposer == name ? EntryStepKind.Withdrawn : EntryStepKind.Refused, time.GetUtcNow(), name, why,
                SHA256.HashData(entry.Record))
            : null;
        return await store.Approvals.RefuseAsync(
            approvalId, name, why, step, auditor.Event(name, AuditAction.ProposalRefused, approvalId.ToString(), why), cancellationToken)
            ? null
            : "It is closed.";
    }

    /// <summary>True when exactly this has been approved.</summary>
    public async Task<bool> IsApprovedAsync(Statement statement, CancellationToken cancellationToken) =>
        await store.Approvals.FindApprovedAsync(statement.Kind, statement.Hash, cancellationToken) is not null;

    /// <summary>A yes of somebody who has since lost the role, or left, counts no more.</summary>
    private async Task<int> CountLapsedAsync(Approval approval, CancellationToken cancellationToken)
    {
        var lapsed = 0;
        foreach (var assertion in approval.Assertions)
        {
            var now = await store.Staff.FindAsync(assertion.Name, cancellationToken);
            if (now is not { DisabledAt: null } || !StaffRoles.MayApprove(now.Role, approval.Kind))
                lapsed++;
        }

        return lapsed;
    }

    /// <summary>
    /// The role as it will stand. Nobody knows the passphrase of a new account: it is made when the person is there to take it
    /// (staff passwd), and opens nothing but setting up a second factor.
    /// </summary>
    private async Task<ApprovalEffect?> EffectAsync(Statement statement, Guid approvalId, string approver, CancellationToken cancellationToken)
    {
        if (statement.Kind == ApprovalKind.Entry)
        {
            return new EntryEffect(
                approvalId, Convert.FromHexString(statement.Value(EntryStatement.RecordLabel)),
                auditor.Event(approver, AuditAction.EntryChanged, approvalId.ToString(), statement.Text.Split('\n')[0]));
        }

        if (statement.Role is not { } grant)
            return null;
        var audit = auditor.Event(Auditor.Central, AuditAction.RoleGranted, grant.Name, $"{grant.Role.Word()}, by approval {approvalId}");
        if (grant.IsNew)
            return new RoleEffect(accounts.Create(grant.Name, grant.StaffNumber, grant.Role, Passphrase.Create()), null, audit);
        return await store.Staff.FindAsync(grant.Name, cancellationToken) is { } existing && existing.Role.Word() == statement.Value("role so far")
            ? new RoleEffect(existing with { Role = grant.Role, Stamp = StaffAccounts.NewStamp() }, existing.Name, audit)
            : new RoleEffect(accounts.Create(grant.Name, grant.StaffNumber, grant.Role, Passphrase.Create()), null, audit);
    }

    private static string Short(Statement statement) =>
        statement.Role is { } grant
            ? $"{grant.Role.Word()} for {grant.Name}, hash {Convert.ToHexStringLower(statement.Hash)}"
            : $"{statement.Text.Split('\n')[0]}, hash {Convert.ToHexStringLower(statement.Hash)}";
}
