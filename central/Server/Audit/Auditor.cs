namespace EdgeCheckpoint.Central.Audit;

/// <summary>Writes down who does something and when, for the change that is about to be stored.</summary>
internal sealed class Auditor(TimeProvider time)
{
    /// <summary>The server itself.</summary>
    public const string Central = "central";

    public AuditEvent Event(string actor, string action, string subject, string detail = "") =>
        new(time.GetUtcNow(), actor, action, subject) { Detail = detail };
}
