using System.CommandLine;
using EdgeCheckpoint.Benchmarks;

// Measurements that anyone can repeat. `dotnet run -c Release --project tests/Benchmarks -- --help` teaches the rest.
var root = new RootCommand("Measures the hot paths: medians over rounds, allocated bytes, and a peer timed in the same run where there is one.")
{
    MrzBenchmark.Create(),
    DocumentBenchmark.Create(),
    RegisterBenchmark.Create(),
    SearchBenchmark.Create(),
    OpenBenchmark.Create(),
    MicroCommand.Create(),
    IngestBenchmark.Create(),
    DeltaBenchmark.Create(),
    BudgetCheck.Create(),
};
return await root.Parse(args).InvokeAsync();
