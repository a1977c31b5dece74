using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.People.Identity;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Approvals;

/// <summary>
/// What the audit knows of approvals, gathered while its chain is followed, and the check of each stored approval against it:
/// whose the passkeys were, who proposed, who said yes. Whoever changes the tables alone is found by the chain, whoever
/// changes both by an end of the chain that was written down.
/// </summary>
internal sealed class ApprovalEvidence
{
    private readonly HashSet<(string Name, string Trace)> _passkeys = [];
    private readonly HashSet<(string Name, string ApprovalId)> _given = [];
    private readonly Dictionary<string, string> _proposed = [];
    private readonly Dictionary<string, string> _reviewed = [];

    /// <summary>Takes a line of the audit, in order.</summary>
    public void See(AuditEvent line)
    {
        switch (line.Action)
        {
            case AuditAction.PasskeyAdded:
                _passkeys.Add((line.Subject, line.Detail));
                break;
            case AuditAction.ApprovalGiven:
                _given.Add((line.Actor, line.Subject));
                break;
            case AuditAction.Proposed:
                _proposed[line.Subject] = line.Actor;
                break;
            case AuditAction.EntryReviewPassed:
                _reviewed[line.Subject] = line.Actor;
                break;
        }
    }

    /// <summary>Checks all approvals; the first fault as a sentence, or null.</summary>
    public string? FindFault(IReadOnlyList<Approval> approvals)
    {
        foreach (var approval in approvals)
        {
            if (FaultOf(approval) is { } fault)
                return $"approval {approval.ApprovalId}: {fault}";
        }

        var here = approvals.Select(static approval => approval.ApprovalId.ToString()).ToHashSet();
        return _proposed.Keys.FirstOrDefault(id => !here.Contains(id)) is { } missing
            ? $"approval {missing} is missing: the audit says that it was proposed"
            : null;
    }

    private string? FaultOf(Approval approval)
    {
        var id = approval.ApprovalId.ToString();
        if (!SHA256.HashData(approval.Content).AsSpan().SequenceEqual(approval.ContentHash))
            return "what was approved is not what stands there";
        if (_proposed.GetValueOrDefault(id) != approval.Proposer)
            return "the audit does not say that its proposer proposed it";
        var grantee = Statement.Of(approval).Role?.Name;
        foreach (var assertion in approval.Assertions)
        {
            var challenge = ApprovalProof.Challenge(approval.Kind, approval.ContentHash, approval.Nonce);
            var fault = ApprovalProof.Verify(
                assertion.PublicKey, challenge, assertion.ClientData, assertion.AuthenticatorData, assertion.Signature, origin: null);
            if (fault is not null)
                return $"the approval of {assertion.Name} does not verify, {fault}";
            if (!_passkeys.Contains((assertion.Name, PasskeyTrace.Of(assertion.CredentialId, assertion.PublicKey))))
                return $"the audit does not say that the passkey was one of {assertion.Name}";
            if (!_given.Contains((assertion.Name, id)))
                return $"the audit does not say that {assertion.Name} approved it";
            if (assertion.Name == approval.Proposer || assertion.Name == grantee || !StaffRoles.MayApprove(assertion.Role, approval.Kind))
                return $"{assertion.Name} could not approve it";
        }

        if (approval.Kind == ApprovalKind.Entry && approval.State == ApprovalState.Approved
            && (_reviewed.GetValueOrDefault(id) is not { } reviewer || reviewer == approval.Proposer || approval.Assertions.Any(assertion => assertion.Name == reviewer)))
        {
            return "the audit does not say that somebody else reviewed it";
        }

        if (_given.FirstOrDefault(given => given.ApprovalId == id && approval.Assertions.All(assertion => assertion.Name != given.Name)) is { Name: { } gone })
            return $"the approval of {gone} is missing";
        return approval.State == ApprovalState.Approved && approval.Assertions.Count < StaffRoles.Needed(approval.Kind)
            ? $"{approval.Assertions.Count} people approved it, and it takes {StaffRoles.Needed(approval.Kind)}"
            : null;
    }
}
