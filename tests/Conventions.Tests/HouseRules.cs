using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EdgeCheckpoint.Conventions.Tests;

/// <summary>Rules on single files, each a function from text to sentences, so that they can be tried on invented text.</summary>
internal static partial class HouseRules
{
    private static readonly string[] TopFolders = ["edge", "central", "protos", "tests", "hardware", ".ci"];

    /// <summary>What a toolchain looks for at the root, and the three documents that belong there.</summary>
    private static readonly string[] TopFiles =
    [
        "EdgeCheckpoint.sln", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "BannedSymbols.txt", "Directory.Build.props",
        "Directory.Build.targets", "Directory.Packages.props", "global.json", ".editorconfig", ".gitignore", ".gitattributes", ".dockerignore",
        "demo.sh", "test.sh",
    ];

    private static readonly string[] EmptyFolderNames = ["Helpers", "Helper", "Managers", "Manager", "Utils", "Util", "Utilities", "Common", "Misc"];

    internal static IEnumerable<string> Layout(IEnumerable<string> files)
    {
        foreach (var path in files)
        {
            var parts = path.Split('/');
            if (parts.Length == 1 ? !TopFiles.Contains(parts[0]) : !TopFolders.Contains(parts[0]))
                yield return $"{path}: {parts[0]} does not belong at the top";
            if (parts[..^1].FirstOrDefault(static part => EmptyFolderNames.Contains(part, StringComparer.OrdinalIgnoreCase)) is { } name)
                yield return $"{path}: a folder is named after a capability, not {name}";
            if (parts[^1].Equals("nuget.config", StringComparison.OrdinalIgnoreCase))
                yield return $"{path}: package sources belong to the machine";
        }
    }

    /// <summary>Package versions: exact, and each group under a comment that says why.</summary>
    internal static IEnumerable<string> Packages(string xml)
    {
        var isExplained = false;
        foreach (var node in XDocument.Parse(xml).Descendants().Where(static element => element.Name.LocalName == "ItemGroup").Nodes())
        {
            if (node is XComment comment)
                isExplained = comment.Value.Trim().Length > 10;
            if (node is not XElement { Name.LocalName: "PackageVersion" } package)
                continue;
            var name = (string?)package.Attribute("Include");
            if (!ExactVersion().IsMatch((string?)package.Attribute("Version") ?? ""))
                yield return $"{name}: the version is not exact";
            if (!isExplained)
                yield return $"{name}: no comment says what it is for";
        }
    }

    /// <summary>A version beside a reference would bypass the central list.</summary>
    internal static IEnumerable<string> ReferencesWithVersion(string path, string xml) =>
        XDocument.Parse(xml).Descendants()
            .Where(static element => element.Name.LocalName == "PackageReference"
                && (element.Attribute("Version") ?? element.Attribute("VersionOverride")) is not null)
            .Select(element => $"{path}: {(string?)element.Attribute("Include")} states its own version");

    /// <summary>Lock files name packages and hashes, never where they came from.</summary>
    internal static IEnumerable<string> LockFile(string path, string text) =>
        Address().Matches(StripFunding(text)).Select(match => $"{path}: {match.Value}");

    internal static IEnumerable<string> Text(string path, string text)
    {
        if (text.Length != 0 && !text.EndsWith('\n'))
            yield return $"{path}: no line feed at the end";
        if (text.Contains('\r', StringComparison.Ordinal))
            yield return $"{path}: carriage return";
        if (text.Contains('\t', StringComparison.Ordinal))
            yield return $"{path}: tab in line {text[..text.IndexOf('\t', StringComparison.Ordinal)].Split('\n').Length}";
    }

    /// <summary>A note of work to do names an issue, such as "TODO(#12)".</summary>
    internal static IEnumerable<string> Todos(string path, string text) =>
        text.Split('\n')
            .Select(static (line, index) => (Line: line, Number: index + 1))
            .Where(static line => Todo().IsMatch(line.Line) && !Issue().IsMatch(line.Line))
            .Select(line => $"{path}: line {line.Number} names no issue");

    private static string StripFunding(string text) => Funding().Replace(text, "");

    [GeneratedRegex(@"^\d+(\.\d+){2,3}(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex("\"(?:resolved|source|registry)\"\\s*:\\s*\"[^\"]*\"|https?://[^\"\\s]*(?:registry|nuget|npmjs|artifact|proxy)[^\"\\s]*", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    /// <summary>"resolved" of a NuGet lock file is a version; of an npm lock file an address.</summary>
    [GeneratedRegex("\"resolved\"\\s*:\\s*\"\\d[^\"/]*\"")]
    private static partial Regex Funding();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK|XXX:)")]
    private static partial Regex Todo();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK)\s*\(?#\d+|issue \d+", RegexOptions.IgnoreCase)]
    private static partial Regex Issue();
}
