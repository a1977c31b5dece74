using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;

namespace EdgeCheckpoint.Benchmarks;

/// <summary><c>micro</c>: short operations under BenchmarkDotNet, for people who compare two states of the code.</summary>
internal static class MicroCommand
{
    private const int WarmUpIterations = 3;
    private const int Iterations = 12;
    private const int IterationMilliseconds = 250;

    internal static Command Create()
    {
        var filter = new Option<string>("--filter") { Description = "Only benchmarks whose name contains this.", DefaultValueFactory = static _ => "" };
        var command = new Command("micro", "Times and allocations of short operations, by BenchmarkDotNet; a minute and a half.") { filter };
        command.SetAction(result => Run(result.GetValue(filter)!));
        return command;
    }

    private static int Run(string filter)
    {
        var job = Job.Default.WithWarmupCount(WarmUpIterations).WithIterationCount(Iterations)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds));
        var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job).WithArtifactsPath(Path.Combine("artifacts", "micro"))
            .AddFilter(new NameFilter(name => name.Contains(filter, StringComparison.OrdinalIgnoreCase)));
        var summary = BenchmarkRunner.Run<MicroBenchmarks>(config);
        return summary.HasCriticalValidationErrors || summary.Reports.Any(static report => !report.Success) ? 1 : 0;
    }
}
