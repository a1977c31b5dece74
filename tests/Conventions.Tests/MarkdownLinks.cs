using System.Text.RegularExpressions;

namespace EdgeCheckpoint.Conventions.Tests;

/// <summary>Finds dead links in Markdown: relative files and headings. Addresses of the web are not visited.</summary>
internal static partial class MarkdownLinks
{
    /// <summary>The dead links of a document.</summary>
    /// <param name="path">Relative to the root.</param>
    /// <param name="text">The document.</param>
    /// <param name="read">Text of a Markdown file by path; empty for another file or folder that exists; null when nothing is there.</param>
    internal static IEnumerable<string> Dead(string path, string text, Func<string, string?> read)
    {
        foreach (Match match in Link().Matches(WithoutCode(text)))
        {
            var target = match.Groups["inline"].Success ? match.Groups["inline"].Value : match.Groups["reference"].Value;
            if (Scheme().IsMatch(target))
                continue;
            var parts = target.Split('#', 2);
            var file = parts[0].Length == 0 ? path : Resolve(path, Uri.UnescapeDataString(parts[0]));
            var content = parts[0].Length == 0 ? text : read(file);
            if (content is null)
                yield return $"{path}: {target} is not there";
            else if (parts.Length == 2 && !Anchors(content).Contains(parts[1]))
                yield return $"{path}: {target} has no such heading";
        }
    }

    private static string Resolve(string path, string target) =>
        Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(path)!, target)));

    /// <summary>Headings as forges name them: lower case, spaces to hyphens, punctuation gone, repeats numbered; and explicit ids.</summary>
    private static HashSet<string> Anchors(string text)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(FencedCode().Replace(text, "")))
        {
            var plain = LinkText().Replace(heading.Groups[1].Value, "$1").Trim().ToLowerInvariant();
            var slug = NotInAnchor().Replace(plain, "").Replace(' ', '-');
            var unique = slug;
            for (var i = 1; !anchors.Add(unique); i++)
                unique = $"{slug}-{i}";
        }

        anchors.UnionWith(ExplicitId().Matches(text).Select(static match => match.Groups[1].Value));
        return anchors;
    }

    private static string WithoutCode(string text) => InlineCode().Replace(FencedCode().Replace(text, ""), "");

    [GeneratedRegex(@"\]\(\s*<?(?<inline>[^)\s>]+)>?(?:\s+""[^""]*"")?\s*\)|^\[[^\]\n]+\]:\s*<?(?<reference>[^\s>]+)", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?:[a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"(?:id|name)=""([^""]+)""")]
    private static partial Regex ExplicitId();

    [GeneratedRegex(@"^[ \t]*(```|~~~).*?^[ \t]*\1[ \t]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedCode();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex InlineCode();
}
