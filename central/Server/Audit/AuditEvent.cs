namespace EdgeCheckpoint.Central.Audit;

/// <summary>Something a person or the server did that must be accounted for. Without personal data of travellers.</summary>
/// <param name="At">When, by central's clock.</param>
/// <param name="Actor">A staff name, "cli:" and a system user, an appliance's identifier, or "central".</param>
/// <param name="Action">What was done, from <see cref="AuditAction"/>.</param>
/// <param name="Subject">To what, such as an appliance's or encounter's identifier.</param>
public sealed record AuditEvent(DateTimeOffset At, string Actor, string Action, string Subject)
{
    /// <summary>For a person; or empty.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Purpose code of a look at personal data; or empty.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>Case reference of a look at personal data; or empty.</summary>
    public string CaseReference { get; init; } = "";
}

/// <summary>An event as it stands in the chain.</summary>
public sealed record AuditLine(long Sequence, AuditEvent Event, byte[] Chain);
