using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Approvals;

/// <summary>
/// What the audit knows of the lives of entries, gathered while its chain is followed, and the check of every stored proposal and step
/// against it: that the record is the one that was signed, that the same people said the same, and that no step is missing or added.
/// </summary>
internal sealed class EntryEvidence
{
    /// <summary>Who took which step of a proposal; each is taken once.</summary>
    private readonly Dictionary<(string ProposalId, EntryStepKind Kind), string> _said = [];

    private readonly HashSet<(string EntryId, string Actor)> _suppressed = [];

    /// <summary>Takes a line of the audit, in order.</summary>
    public void See(AuditEvent line)
    {
        EntryStepKind? kind = line.Action switch
        {
            AuditAction.Proposed => EntryStepKind.Proposed,
            AuditAction.EntryReviewPassed => EntryStepKind.ReviewPassed,
            AuditAction.EntryReviewReturned => EntryStepKind.ReviewReturned,
            AuditAction.EntryChanged => EntryStepKind.Approved,
            AuditAction.ProposalRefused => EntryStepKind.Refused,
            _ => null,
        };
        if (kind is { } step)
            _said[(line.Subject, step)] = line.Actor;
        else if (line.Action == AuditAction.SuppressionOrdered)
            _suppressed.Add((line.Subject, line.Actor));
    }

    /// <summary>Checks all proposals and steps; the first fault as a sentence, or null.</summary>
    /// <param name="approvals">Of every kind.</param>
    /// <param name="steps">The whole history, in order.</param>
    public string? FindFault(IReadOnlyList<Approval> approvals, IReadOnlyList<EntryProposal> proposals, IReadOnlyList<EntryStep> steps)
    {
        var known = proposals.ToDictionary(static proposal => proposal.ProposalId);
        foreach (var approval in approvals.Where(static approval => approval.Kind == ApprovalKind.Entry))
        {
            if (!known.TryGetValue(approval.ApprovalId, out var proposal))
                return $"proposal {approval.ApprovalId}: what it would do is missing";
            if (FaultOf(proposal, Statement.Of(approval)) is { } fault)
                return $"proposal {approval.ApprovalId}: {fault}";
        }

        var taken = new HashSet<(string, EntryStepKind)>();
        long sequence = 0;
        foreach (var step in steps)
        {
            if (step.Sequence != ++sequence)
                return $"step {sequence} in the history of entries is missing";
            if (FaultOf(step, known) is { } fault)
                return $"step {sequence} in the history of entries: {fault}";
            if (step.ProposalId is { } proposalId)
                taken.Add((proposalId.ToString(), KindInAudit(step.Kind)));
        }

        var ids = known.Keys.Select(static id => id.ToString()).ToHashSet();
        return _said.Keys.FirstOrDefault(said => ids.Contains(said.ProposalId) && !taken.Contains(said)) is { ProposalId: { } gone, Kind: var missing }
            ? $"proposal {gone}: its step {missing} is missing in the history of entries"
            : null;
    }

    private string? FaultOf(EntryProposal proposal, Statement statement)
    {
        if (statement.Value(EntryStatement.RecordLabel) != Convert.ToHexStringLower(SHA256.HashData(proposal.Record)))
            return "its record is not the one that is approved";
        var id = proposal.ProposalId.ToString();
        var reviewer = proposal.Review switch
        {
            EntryReview.Passed => _said.GetValueOrDefault((id, EntryStepKind.ReviewPassed)),
            EntryReview.Returned => _said.GetValueOrDefault((id, EntryStepKind.ReviewReturned)),
            _ => "",
        };
        return reviewer == proposal.Reviewer ? null : "the audit does not say that its reviewer reviewed it so";
    }

    private string? FaultOf(EntryStep step, Dictionary<Guid, EntryProposal> known)
    {
        if (step.ProposalId is not { } proposalId)
            return step.Kind != EntryStepKind.Suppressed || _suppressed.Contains((step.EntryId, step.Actor)) ? null : $"the audit does not say that {step.Actor} ordered it";
        if (!known.TryGetValue(proposalId, out var proposal) || proposal.EntryId != step.EntryId)
            return "it is about another entry than its proposal";
        if (!SHA256.HashData(proposal.Record).AsSpan().SequenceEqual(step.RecordHash))
            return "it is about another record than its proposal";
        return _said.GetValueOrDefault((proposalId.ToString(), KindInAudit(step.Kind))) == step.Actor
            ? null
            : $"the audit does not say that {step.Actor} took it";
    }

    /// <summary>The audit has one word for both ways of closing a proposal without effect.</summary>
    private static EntryStepKind KindInAudit(EntryStepKind kind) => kind == EntryStepKind.Withdrawn ? EntryStepKind.Refused : kind;
}
