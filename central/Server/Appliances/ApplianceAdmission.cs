using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>What an operator decides about an appliance: approve by fingerprint, quarantine, release, revoke.</summary>
internal sealed class ApplianceAdmission(ICentralStore store, Auditor auditor)
{
    private const int ReasonLengthMax = 200;

    /// <summary>Approves a waiting appliance whose fingerprint is the one read out at the post.</summary>
    /// <param name="fingerprint">64 hexadecimal digits; case, spaces and colons do not matter.</param>
    /// <returns>A sentence saying why not; null when it is approved.</returns>
    public async Task<string?> ApproveAsync(
        string applianceId, string fingerprint, string actor, CancellationToken cancellationToken)
    {
        if (await store.Appliances.FindAsync(applianceId, cancellationToken) is not { } appliance)
            return $"There is no appliance {applianceId}; see appliances list.";
        var given = string.Concat(fingerprint.Where(static c => !char.IsWhiteSpace(c) && c != ':')).ToLowerInvariant();
        if (given != Enrolment.Fingerprint(appliance.SigningSpki))
        {
            return $"The fingerprint is not that of {applianceId}; do not approve it. Read the fingerprint on the appliance's "
                + "own screen again, and revoke the appliance if it still differs.";
        }

        var audit = auditor.Event(actor, AuditAction.ApplianceApproved, applianceId, $"fingerprint {given}");
        var replaced = await store.Appliances.FindTicketAsync(appliance.TicketId, cancellationToken) is { } ticket
            ? Enrolment.Replaced(auditor, appliance, ticket) : null;
        return await store.Appliances.ApproveAsync(applianceId, audit, replaced, cancellationToken)
            ? null
            : $"Appliance {applianceId} does not wait for approval; it is {appliance.State.ToString().ToLowerInvariant()}.";
    }

    /// <summary>Puts an appliance into quarantine: what it sends is taken, and it is given nothing.</summary>
    /// <returns>A sentence saying why not; null when it is quarantined.</returns>
    public async Task<string?> QuarantineAsync(
        string applianceId, string reason, string actor, CancellationToken cancellationToken)
    {
        if (ReadReason(reason) is not { } text)
            return NoReason;
        var audit = auditor.Event(actor, AuditAction.ApplianceQuarantined, applianceId, text);
        return await store.Appliances.QuarantineAsync(applianceId, audit, cancellationToken)
            ? null
            : $"There is no active appliance {applianceId}; see appliances list.";
    }

    /// <summary>Lets an appliance out of quarantine.</summary>
    /// <returns>A sentence saying why not; null when it is active again.</returns>
    public async Task<string?> ReleaseAsync(
        string applianceId, string reason, string actor, CancellationToken cancellationToken)
    {
        if (ReadReason(reason) is not { } text)
            return NoReason;
        var audit = auditor.Event(actor, AuditAction.ApplianceReleased, applianceId, text);
        return await store.Appliances.ReleaseAsync(applianceId, audit, cancellationToken)
            ? null
            : $"There is no appliance {applianceId} in quarantine; see appliances list.";
    }

    /// <summary>Revokes an appliance for good.</summary>
    /// <returns>A sentence saying why not; null when it is revoked.</returns>
    public async Task<string?> RevokeAsync(
        string applianceId, string reason, string actor, CancellationToken cancellationToken)
    {
        if (ReadReason(reason) is not { } text)
            return NoReason;
        var audit = auditor.Event(actor, AuditAction.ApplianceRevoked, applianceId, text);
        return await store.Appliances.RevokeAsync(applianceId, text, audit, cancellationToken)
            ? null
            : $"There is no appliance {applianceId} that could be revoked; see appliances list.";
    }

    private static string NoReason => $"This needs a reason of 1 to {ReasonLengthMax} characters.";

    private static string? ReadReason(string reason) =>
        reason.Trim() is { Length: > 0 and <= ReasonLengthMax } text && !text.Any(char.IsControl) ? text : null;
}
