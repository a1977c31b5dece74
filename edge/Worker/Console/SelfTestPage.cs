using System.Globalization;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.SelfTesting;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>Runs the self-test for <c>edge-checkpoint selftest</c> beside the running service.</summary>
internal sealed class SelfTestPage(SelfTest test)
{
    internal Task RunAsync(HttpContext context)
    {
        var report = test.Run(SelfTestOccasion.Asked, RecordDraft.Appliance);
        var summary = new SelfTestSummary(
            report.At.ToString("O", CultureInfo.InvariantCulture),
            [.. report.Parts.Select(static part => new SelfTestPartSummary(part.Name, part.Result.ToString(), part.Detail, part.Remedy))]);
        return context.Response.WriteAsJsonAsync(summary, ConsoleJson.Default.SelfTestSummary, cancellationToken: context.RequestAborted);
    }
}
