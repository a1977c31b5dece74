namespace EdgeCheckpoint.Conventions.Tests;

public sealed class HouseRulesTests
{
    private static readonly string[] TextEndings =
        [".cs", ".cshtml", ".razor", ".csproj", ".props", ".targets", ".json", ".md", ".proto", ".yaml", ".yml", ".css", ".js", ".mjs", ".html", ".sql", ".sh", ".txt", ".service", ".editorconfig", ".gitignore", ".gitattributes", ".npmrc"];

    [Fact]
    public void Layout_OfThisRepository_HoldsTheDesign() => Assert.Empty(HouseRules.Layout(SourceTree.Files));

    [Theory]
    [InlineData("src/A.cs")]
    [InlineData("notes.md")]
    [InlineData("edge/nuget.config")]
    [InlineData("nuget.config")]
    [InlineData("edge/Worker/Helpers/A.cs")]
    [InlineData("central/Server/Utils/A.cs")]
    public void Layout_StrayFile_IsNamed(string path) => Assert.NotEmpty(HouseRules.Layout([path]));

    [Theory]
    [InlineData("README.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("LICENSE")]
    public void Root_Document_IsThereAndSaysSomething(string name) =>
        Assert.True(File.Exists(SourceTree.Full(name)) && SourceTree.Text(name).Length > 100, $"{name} is missing or empty");

    [Fact]
    public void Changelog_OfThisRepository_HasTheVersionBeingBuilt()
    {
        var version = System.Xml.Linq.XDocument.Parse(SourceTree.Text("Directory.Build.props")).Descendants("Version").Single().Value;

        Assert.Matches($@"(?m)^## .*({System.Text.RegularExpressions.Regex.Escape(version)}|Unreleased)", SourceTree.Text("CHANGELOG.md"));
    }

    [Fact]
    public void Packages_OfThisRepository_AreExactAndExplained() =>
        Assert.Empty(HouseRules.Packages(SourceTree.Text("Directory.Packages.props")));

    [Theory]
    [InlineData("<!-- a reason good enough --><PackageVersion Include='A' Version='1.*' />")]
    [InlineData("<!-- a reason good enough --><PackageVersion Include='A' Version='[1.0,2.0)' />")]
    [InlineData("<!-- a reason good enough --><PackageVersion Include='A' />")]
    [InlineData("<PackageVersion Include='A' Version='1.2.3' />")]
    public void Packages_FloatingOrUnexplained_IsNamed(string items) =>
        Assert.Single(HouseRules.Packages($"<Project><ItemGroup>{items}</ItemGroup></Project>"));

    [Fact]
    public void ReferencesWithVersion_OfThisRepository_AreNone() =>
        Assert.Empty(SourceTree.WithEnding(".csproj").SelectMany(static path => HouseRules.ReferencesWithVersion(path, SourceTree.Text(path))));

    [Fact]
    public void LockFile_OfThisRepository_NamesNoRegistry()
    {
        var locks = SourceTree.WithEnding("packages.lock.json", "package-lock.json").ToArray();

        Assert.NotEmpty(locks);
        Assert.Empty(locks.SelectMany(static path => HouseRules.LockFile(path, SourceTree.Text(path))));
    }

    [Fact]
    public void LockFile_OfEveryProject_IsThere() =>
        Assert.All(
            SourceTree.WithEnding(".csproj").Where(static path => !SourceTree.IsUnder(path, "edge/Devices.Bindings") && !SourceTree.IsUnder(path, "tests/Devices.Bindings.Tests")),
            static path => Assert.Contains($"{Path.GetDirectoryName(path)}/packages.lock.json", SourceTree.Files));

    [Theory]
    [InlineData("{ \"resolved\": \"https://registry.example/a.tgz\" }")]
    [InlineData("{ \"source\": \"https://nuget.example/v3\" }")]
    [InlineData("a https://proxy.example/x b")]
    public void LockFile_WithAnAddress_IsNamed(string text) => Assert.NotEmpty(HouseRules.LockFile("a.json", text));

    [Fact]
    public void LockFile_WithAVersion_IsAllowed() => Assert.Empty(HouseRules.LockFile("a.json", "{ \"resolved\": \"10.0.12\" }"));

    [Fact]
    public void Text_OfThisRepository_EndsWithALineFeedAndHasNoTabs() =>
        // NuGet writes its lock files without a line feed at the end.
        Assert.Empty(SourceTree.WithEnding(TextEndings)
            .Where(static path => Path.GetFileName(path) != "packages.lock.json")
            .SelectMany(static path => HouseRules.Text(path, SourceTree.Text(path))));

    [Theory]
    [InlineData("no line feed")]
    [InlineData("\ttab\n")]
    [InlineData("line\r\n")]
    public void Text_Untidy_IsNamed(string text) => Assert.Single(HouseRules.Text("a.cs", text));

    [Fact]
    public void Todos_OfThisRepository_NameIssues() =>
        Assert.Empty(SourceTree.WithEnding(".cs", ".cshtml", ".razor", ".proto", ".js", ".sql", ".sh", ".csproj", ".props", ".targets")
            .Where(static path => !SourceTree.IsUnder(path, "tests/Conventions.Tests"))
            .SelectMany(static path => HouseRules.Todos(path, SourceTree.Text(path))));

    [Theory]
    [InlineData("// TODO later", 1)]
    [InlineData("// FIXME", 1)]
    [InlineData("// TODO(#12): later", 0)]
    [InlineData("// TODO: later, issue 12", 0)]
    [InlineData("// nothing to do", 0)]
    public void Todos_WithoutIssue_AreNamed(string line, int count) => Assert.Equal(count, HouseRules.Todos("a.cs", line).Count());
}
