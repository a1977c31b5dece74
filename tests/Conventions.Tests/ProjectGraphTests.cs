namespace EdgeCheckpoint.Conventions.Tests;

public sealed class ProjectGraphTests
{
    [Fact]
    public void Problems_OfThisRepository_AreNone()
    {
        var projects = SourceTree.WithEnding(".csproj").Select(static path => ProjectFile.Parse(path, SourceTree.Text(path))).ToArray();

        Assert.Contains(projects, static project => project.Path == "edge/Core/EdgeCheckpoint.Core.csproj");
        Assert.Contains(projects, static project => project.References.Contains("edge/Core/EdgeCheckpoint.Core.csproj"));
        Assert.Empty(ProjectGraph.Problems(projects));
    }

    [Theory]
    [InlineData("edge/Core", "../Devices/D.csproj")]
    [InlineData("edge/Core", "../../protos/P.csproj")]
    [InlineData("edge/Devices", "../Worker/W.csproj")]
    [InlineData("edge/Devices", "../../protos/P.csproj")]
    [InlineData("edge/Worker", "../../central/Server/C.csproj")]
    [InlineData("edge/Worker", "..\\..\\central\\Server\\C.csproj")]
    [InlineData("edge/Worker", "../../tests/Testing/T.csproj")]
    [InlineData("central/Server", "../../edge/Worker/W.csproj")]
    [InlineData("central/Server", "../../edge/Devices/D.csproj")]
    [InlineData("protos", "../edge/Core/C.csproj")]
    [InlineData("edge/Core", "../Elsewhere/E.csproj")]
    public void Problems_ForbiddenArrow_IsNamed(string folder, string reference)
    {
        var project = Invented(folder, $"<ProjectReference Include=\"{reference}\" />");

        Assert.Contains("may not reference", Assert.Single(ProjectGraph.Problems([project])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edge/Devices", "../Core/C.csproj")]
    [InlineData("edge/Worker", "../Core/C.csproj")]
    [InlineData("edge/Worker", "../Devices/D.csproj")]
    [InlineData("edge/Worker", "../../protos/P.csproj")]
    [InlineData("central/Server", "../../protos/P.csproj")]
    [InlineData("central/Server", "../../edge/Core/C.csproj")]
    [InlineData("tests/EndToEnd.Tests", "../../central/Server/C.csproj")]
    public void Problems_AllowedArrow_AreNone(string folder, string reference) =>
        Assert.Empty(ProjectGraph.Problems([Invented(folder, $"<ProjectReference Include=\"{reference}\" />")]));

    [Fact]
    public void Problems_PackageInCore_IsNamed() =>
        Assert.Contains(
            "Core has no packages",
            Assert.Single(ProjectGraph.Problems([Invented("edge/Core", "<PackageReference Include=\"Polly.Core\" />")])),
            StringComparison.Ordinal);

    [Fact]
    public void Problems_ProjectOutsideTheLayout_IsNamed() =>
        Assert.Contains("no part of the layout", Assert.Single(ProjectGraph.Problems([Invented("edge/Extras", "")])), StringComparison.Ordinal);

    private static ProjectFile Invented(string folder, string items) =>
        ProjectFile.Parse($"{folder}/Invented.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{items}</ItemGroup></Project>");
}
