using System.Text.Json;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>
/// Compares verdicts with a collection of zones and the verdicts of other parsers. The collection is not part of the
/// repository (its rows bear several licences); where it does not lie beside the working copy the tests are skipped.
/// </summary>
public sealed class MrzPeerCasesTests
{
    /// <summary>
    /// Rows whose strict verdict is refused here on purpose: the issuing state is written with a digit zero. No check
    /// digit covers it, so a check of digits alone accepts it; Doc 9303-3 §5 knows letters only.
    /// </summary>
    private static readonly string[] RefusedIssuers = ["UT0"];

    private static readonly string[] Formats = ["TD1", "TD2", "TD3", "MRV-A", "MRV-B", "FRENCH_ID"];

    [Theory]
    [InlineData("cases.jsonl")]
    [InlineData("generated.jsonl")]
    public void Parse_CollectedZones_AgreesWithPeers(string fileName)
    {
        var path = FindCollection(fileName);
        if (path is null)
            Assert.Skip($"No collection of peers' cases ({fileName}) lies beside this working copy.");

        var disagreements = new List<string>();
        var count = 0;
        foreach (var row in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(row);
            var root = document.RootElement;
            if (!Formats.Contains(root.GetProperty("format").GetString()))
                continue;
            count++;
            var lines = root.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!).ToArray();
            var reading = MrzParser.Parse(lines, Specimens.Inspection);
            if (RefusedIssuers.Contains(reading.IssuingState))
                continue;
            var strict = root.GetProperty("strict_valid").GetBoolean();
            var valid = root.GetProperty("valid").GetBoolean();
            if (reading.StrictValid != strict || (valid && !reading.PracticeValid))
                disagreements.Add($"{string.Join('|', lines)}: {reading}; {string.Join(", ", reading.Problems)}");
        }

        Assert.True(count > 100);
        Assert.Empty(disagreements);
    }

    private static string? FindCollection(string fileName)
    {
        // The repository's own root has the solution file; the collection is a neighbour of that folder.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")) || folder.Parent is null)
                continue;
            var path = Path.Combine(folder.Parent.FullName, "shared", "data", "mrz", fileName);
            return File.Exists(path) ? path : null;
        }

        return null;
    }
}
