using System.CommandLine;
using System.Text.Json;

namespace EdgeCheckpoint.Benchmarks;

/// <summary><c>bytes</c>: compares allocated bytes with budgets.json. Bytes are steady, so CI runs it; times are not.</summary>
internal static class BudgetCheck
{
    private const int Rounds = 3;
    private const int OperationsPerRound = 20_000;

    public static Command Create()
    {
        var command = new Command("bytes", "Compares the bytes each hot operation allocates with budgets.json; fails when one allocates more.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        using var stream = typeof(BudgetCheck).Assembly.GetManifestResourceStream("EdgeCheckpoint.Benchmarks.budgets.json")!;
        using var budgets = JsonDocument.Parse(stream);
        var failures = 0;
        var measured = MrzCases.All
            .Select(static item => MrzCases.Measure(item.Name, item.Lines, Rounds, OperationsPerRound))
            .Append(DocumentCases.Measure(Rounds, OperationsPerRound))
            .Concat(ScreeningCases.Measure(Rounds, OperationsPerRound))
            .ToDictionary(static measurement => measurement.Name);
        foreach (var budget in budgets.RootElement.EnumerateObject())
        {
            var allowed = budget.Value.GetProperty("bytesPerOperation").GetDouble();
            if (!measured.Remove(budget.Name, out var measurement))
            {
                Console.Error.WriteLine($"{budget.Name}: budgeted, but nothing measures it.");
                failures++;
                continue;
            }

            // Half a byte an operation is noise of the runtime, such as a method compiled anew in the middle of a round.
            var isWithin = measurement.BytesPerOperation <= allowed + 0.5;
            failures += isWithin ? 0 : 1;
            Console.WriteLine($"{budget.Name}: {measurement.BytesPerOperation:0.#} bytes, budget {allowed:0.#}{(isWithin ? "" : "  EXCEEDED")}");
        }

        foreach (var name in measured.Keys)
        {
            Console.Error.WriteLine($"{name}: measured, but budgets.json has no line for it.");
            failures++;
        }

        return failures == 0 ? 0 : 1;
    }
}
