namespace EdgeCheckpoint.Conventions.Tests;

public sealed class MarkdownLinksTests
{
    [Fact]
    public void Dead_InThisRepository_IsNone()
    {
        var documents = SourceTree.WithEnding(".md").ToArray();

        Assert.NotEmpty(documents);
        Assert.Empty(documents.SelectMany(static path => MarkdownLinks.Dead(path, SourceTree.Text(path), Read)));
    }

    [Theory]
    [InlineData("[a](missing.md)")]
    [InlineData("[a](../missing/)")]
    [InlineData("![picture](missing.png \"title\")")]
    [InlineData("[a](#nowhere)")]
    [InlineData("[a](other.md#nowhere)")]
    [InlineData("[a](<missing.md>)")]
    [InlineData("[a][b]\n\n[b]: missing.md")]
    [InlineData("```\n# code\n```\n[a](#code)")]
    public void Dead_LinkToNowhere_IsNamed(string text) => Assert.Single(MarkdownLinks.Dead("docs/a.md", text, Invented));

    [Theory]
    [InlineData("[a](other.md)")]
    [InlineData("[a](./other.md#a-heading-with-code-and-ücke)")]
    [InlineData("[a](../docs/other.md#twice-1)")]
    [InlineData("[a](#here)\n## Here")]
    [InlineData("[a](https://example.invalid/x#y)")]
    [InlineData("[a](mailto:nobody@example.invalid)")]
    [InlineData("`[a](missing.md)`")]
    [InlineData("~~~\n[a](missing.md)\n~~~")]
    public void Dead_LivingLink_IsNone(string text) => Assert.Empty(MarkdownLinks.Dead("docs/a.md", text, Invented));

    private static string? Invented(string path) =>
        path == "docs/other.md" ? "# A heading, with `code` and Ücke!\n# Twice\n# Twice\n" : null;

    private static string? Read(string path) =>
        path.StartsWith("..", StringComparison.Ordinal) ? null
        : File.Exists(SourceTree.Full(path)) ? path.EndsWith(".md", StringComparison.Ordinal) ? SourceTree.Text(path) : ""
        : Directory.Exists(SourceTree.Full(path)) ? "" : null;
}
