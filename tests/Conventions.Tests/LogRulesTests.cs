namespace EdgeCheckpoint.Conventions.Tests;

public sealed class LogRulesTests
{
    private static readonly LogMethod[] Methods =
        [.. SourceTree.ProductCode().SelectMany(static path => LogRules.Methods(path, SourceTree.Text(path)))];

    [Fact]
    public void Methods_OfThisRepository_AreAllFound()
    {
        var attributes = SourceTree.ProductCode().Sum(static path => SourceTree.Text(path).Split("[LoggerMessage(").Length - 1);

        Assert.NotEmpty(Methods);
        Assert.Equal(attributes, Methods.Length);
    }

    [Fact]
    public void Problems_OfThisRepository_AreNone() => Assert.Empty(Methods.SelectMany(LogRules.Problems));

    [Fact]
    public void DirectCalls_OfThisRepository_AreNone() =>
        Assert.Empty(SourceTree.ProductCode().SelectMany(static path => LogRules.DirectCalls(path, SourceTree.Text(path))));

    [Fact]
    public void InterpolatedCalls_OfThisRepository_AreNone()
    {
        var names = Methods.Select(static method => method.Method).ToHashSet();

        Assert.Empty(SourceTree.ProductCode().SelectMany(path => LogRules.InterpolatedCalls(path, SourceTree.Text(path), names)));
    }

    [Theory]
    [InlineData("log.Opened(path, $\"{surname}\");", 1)]
    [InlineData("Log.Opened(log, Of(path),\n    $\"{surname}\");", 1)]
    [InlineData("log.Opened(path, 3); Show($\"{surname}\");", 0)]
    [InlineData("other.Closed($\"{surname}\");", 0)]
    public void InterpolatedCalls_OfLogMethods_AreNamed(string source, int count) =>
        Assert.Equal(count, LogRules.InterpolatedCalls("edge/A.cs", source, new HashSet<string> { "Opened" }).Count());

    [Fact]
    public void EventIds_WithinAProgram_AreUnique()
    {
        foreach (var program in (string[])["edge", "central"])
        {
            var methods = Methods.Where(method => SourceTree.IsUnder(method.Path, program)).ToArray();

            Assert.All(methods, static method => Assert.True(method.EventId > 0, $"{method.Path}: {method.Method} has no event id"));
            Assert.Empty(methods.GroupBy(static method => method.EventId).Where(static group => group.Count() > 1)
                .Select(static group => $"{group.Key}: {string.Join(", ", group.Select(static method => $"{method.Path} {method.Method}"))}"));
        }
    }

    [Theory]
    [InlineData("Surname {Surname}", "string surname")]
    [InlineData("Read {MrzText}", "string mrzText")]
    [InlineData("Born {BirthDate:yyyy}", "string date")]
    [InlineData("Passport {DocumentNumber}", "string value")]
    [InlineData("Signed on with {Passphrase}", "string value")]
    [InlineData("Ticket {TicketSecret}", "string value")]
    [InlineData("Saw {@Reading}", "MrzReading value")]
    [InlineData("Saw {Value}", "EdgeCheckpoint.Matching.MatchQuery value")]
    [InlineData("Failed", "Exception fault")]
    [InlineData("Name {FullName}", "string value")]
    [InlineData("Contact {Name}", "string value")]
    public void Problems_PersonalDataOrSecret_IsNamed(string template, string parameter) =>
        Assert.NotEmpty(Assert.Single(LogRules.Methods("edge/Log.cs", Declare(template, parameter))) is var method ? LogRules.Problems(method) : []);

    [Theory]
    [InlineData("Encounter {EncounterId}: clear {IsClear}", "Guid encounterId, bool isClear")]
    [InlineData("Release {ReleaseId} for {PostName}", "Guid releaseId, string postName")]
    [InlineData("Scan of {LineCount} lines, problem {Problem}", "int lineCount, ScanProblem problem")]
    [InlineData("Contact {Contact} on line {Line}", "string contact, int line")]
    public void Problems_IdentifiersAndCounts_AreAllowed(string template, string parameters) =>
        Assert.Empty(LogRules.Problems(Assert.Single(LogRules.Methods("edge/Log.cs", Declare(template, parameters)))));

    [Fact]
    public void Methods_TemplateInTwoLiterals_IsReadWhole()
    {
        var source = "[LoggerMessage(7, LogLevel.Error, \"one \" +\n    \"{Surname}]\",\n    EventName = \"Two\")]\npublic static partial void Two(ILogger log, string value);";

        var method = Assert.Single(LogRules.Methods("edge/Log.cs", source));

        Assert.Equal((7, "Two", "one {Surname}]"), (method.EventId, method.EventName, method.Template));
    }

    [Theory]
    [InlineData("logger.LogInformation($\"Read {surname}\");")]
    [InlineData("logger.LogWarning(\"Read {Surname}\", surname);")]
    [InlineData("log.LogError(fault, \"failed\");")]
    [InlineData("log.Log(LogLevel.Error, \"failed\");")]
    public void DirectCalls_BypassOfTheGenerator_IsNamed(string source) => Assert.Single(LogRules.DirectCalls("edge/A.cs", source));

    private static string Declare(string template, string parameters) =>
        $"[LoggerMessage(1, LogLevel.Information, \"{template}\", EventName = \"Invented\")]\n    internal static partial void Invented(this ILogger logger, {parameters});";
}
