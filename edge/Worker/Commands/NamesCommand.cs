using System.CommandLine;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint names</c>: how names are compared, for list staff and technicians. Needs no list.</summary>
internal static class NamesCommand
{
    private const string CompareHelp = """
        Compares people two by two: tab-separated rows on standard input, the same rows on standard output with two columns more.
          in:  a header naming at least name_a and name_b; dob_a, country_a, dob_b, country_b when there are dates and countries
          out: score (0 to 1) and match (1 from the shipped threshold on, else 0)
        Dates are YYYY, YYYY-MM or YYYY-MM-DD, several parted by a vertical bar, ranges written YYYY/YYYY; countries are codes.
        Letters read: Latin, Cyrillic, Arabic, Greek, Hebrew, Georgian, Armenian, Korean; a name in others scores 0.
        "SURNAME, Given" and "Given SURNAME" are understood.
        What is wrong with a row is told on standard error, exit code 1 then. A bad date counts by its year if that can be read; a
        row without both names, or with too few columns, keeps its place with empty score and match.
        """;

    internal static Command Create()
    {
        var isExplained = new Option<bool>("--explain")
        {
            Description = "A third column: the name's part, the date's grade, and which token was paired with which by which rule, differences first.",
        };
        var isNameOnly = new Option<bool>("--name-only") { Description = "Leaves dates and countries out." };
        var compare = new Command("compare", CompareHelp) { isExplained, isNameOnly };
        compare.SetAction((result, cancellationToken) =>
            CompareAsync(result.GetValue(isNameOnly), result.GetValue(isExplained), cancellationToken));
        return new Command("names", "How names are compared.") { compare };
    }

    private static async Task<int> CompareAsync(bool isNameOnly, bool isExplained, CancellationToken cancellationToken)
    {
        using var input = new StreamReader(System.Console.OpenStandardInput());
        await using var output = new StreamWriter(System.Console.OpenStandardOutput()) { NewLine = "\n" };
        return await CompareAsync(input, output, System.Console.Error, isNameOnly, isExplained, cancellationToken);
    }

    /// <summary>Answers every row, in order.</summary>
    internal static async Task<int> CompareAsync(
        TextReader input, TextWriter output, TextWriter error, bool isNameOnly, bool isExplained, CancellationToken cancellationToken)
    {
        if (await input.ReadLineAsync(cancellationToken) is not { } header)
        {
            await error.WriteLineAsync("Line 1: there is no header.");
            return 1;
        }

        header = header.TrimStart('\uFEFF').TrimEnd('\r');
        if (NamePairColumns.TryRead(header, out var problem) is not { } columns)
        {
            await error.WriteLineAsync($"Line 1: {problem}");
            return 1;
        }

        await output.WriteLineAsync(isExplained ? $"{header}\tscore\tmatch\texplanation" : $"{header}\tscore\tmatch");
        var (number, failures) = (1, 0);
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            line = line.TrimEnd('\r');
            if (line.Length == 0)
                continue;
            var answer = columns.Answer(line, isNameOnly, isExplained, out problem);
            if (problem is not null)
            {
                failures++;
                await error.WriteLineAsync($"Line {number}: {problem}");
            }

            await output.WriteLineAsync($"{line}\t{answer}");
        }

        await output.FlushAsync(cancellationToken);
        return failures == 0 ? 0 : 1;
    }
}
