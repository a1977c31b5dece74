using System.Diagnostics;

namespace EdgeCheckpoint.Worker.Observability;

/// <summary>Where the appliance's spans come from: lanes, counts and outcomes of calls. Never what a record says.</summary>
internal static class WorkerTraces
{
    internal const string SourceName = "EdgeCheckpoint.Worker";

    internal static ActivitySource Source { get; } = new(SourceName);
}
