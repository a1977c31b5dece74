using System.Reflection;
using System.Text.RegularExpressions;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>The table of OWASP ASVS in central/Server/README.md names tests that exist.</summary>
public sealed partial class SecurityTableTests
{
    public static TheoryData<string> Rows => [.. ReadRows()];

    [Fact]
    public void Table_Always_CoversTheChapters()
    {
        var chapters = ReadRows().SelectMany(static row => Requirement().Matches(row).Select(static match => match.Groups[1].Value)).Distinct().Order();

        Assert.Equal(["15", "16", "3", "4", "6", "7", "8"], chapters);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_NamesTests_ThatExist(string row)
    {
        var tests = TestName().Matches(row.Split('|')[3]).Select(static match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).ToArray();

        Assert.True(tests.Length > 0 || row.Contains("not met", StringComparison.Ordinal), "The row names no test and does not say that it is not met.");
        foreach (var (type, method) in tests)
        {
            var found = Assembly.GetExecutingAssembly().GetTypes().SingleOrDefault(candidate => candidate.Name == type)?.GetMethod(method);
            Assert.True(found?.GetCustomAttributes().Any(static attribute => attribute is FactAttribute) == true, $"There is no test {type}.{method}.");
        }
    }

    private static IEnumerable<string> ReadRows()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "EdgeCheckpoint.sln")))
            folder = folder.Parent;
        return File.ReadLines(Path.Combine(folder.FullName, "central/Server/README.md"))
            .Where(static line => line.StartsWith("| V", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"V(\d+)\.\d+\.\d+")]
    private static partial Regex Requirement();

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex TestName();
}
