using System.Diagnostics;

namespace EdgeCheckpoint.Central.Observability;

/// <summary>Where central's own spans come from: an appliance, a lane, counts. Never what a record says.</summary>
internal static class CentralTraces
{
    public const string SourceName = "EdgeCheckpoint.Central";

    public static ActivitySource Source { get; } = new(SourceName);
}
