using System.Diagnostics;
using System.Text.Json;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Commands;

namespace EdgeCheckpoint.Edge.Tests.Worker.Commands;

public sealed class ScreenCommandTests : IDisposable
{
    private static readonly WatchlistPackage Package = WatchlistPackage.Open(new MemorySectionSource(Compile())).Value;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"name":"  "}""")]
    [InlineData("""{"name":"ERIKSSON","birthdate":"1974"}""")] // no such field
    [InlineData("""{"name":"ERIKSSON","birth_date":"1974-13"}""")]
    [InlineData("""{"name":"ERIKSSON","birth_date":1974}""")] // would be a traveller without a date
    [InlineData("""{"name":"ERIKSSON","sex":"female"}""")]
    [InlineData("""{"name":"ERIKSSON","top":"5"}""")]
    [InlineData("""{"name":"ERIKSSON","truncated":"yes"}""")]
    [InlineData("""{"name":["ERIKSSON"]}""")]
    public void Answer_LineThatCannotBeUsed_IsAnError(string line)
    {
        using var answer = Answer(line, out var error);

        Assert.NotNull(error);
        Assert.Equal(error, answer.RootElement.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("""{"name":"ERIKSSON, Anna Maria","birth_date":"1974-08-12"}""")]
    [InlineData("""{"name":"Anna Maria ERIKSSON","birth_date":"1974"}""")]
    [InlineData("""{"surname":"ERIKSSON","given_names":"ANNA MARIA","birth_date":"1950|1974-08-12","id":7,"nationality":null}""")]
    [InlineData("""{"name":"SOLBERGET, Petronella","document_number":"l898902c3","issuing_state":"UTO"}""")]
    public void Answer_ExamplesOfTheHelp_Alert(string line)
    {
        using var answer = Answer(line, out var error);

        Assert.Null(error);
        var candidate = answer.RootElement.GetProperty("candidates")[0];
        Assert.Equal(("uto:1", "alert"), (candidate.GetProperty("entry_id").GetString(), candidate.GetProperty("level").GetString()));
        Assert.InRange(candidate.GetProperty("score").GetDouble(), 0.62, 1);
        Assert.NotEqual(0, candidate.GetProperty("reasons").GetArrayLength());
        Assert.True(answer.RootElement.GetProperty("elapsed_us").GetDouble() >= 0);
    }

    [Theory]
    [InlineData("""{"name":"ᏣᎳᎩ"}""", false)] // a script without a reading
    [InlineData("""{"surname":"A","given_names":""}""", false)]
    [InlineData("""{"name":"QUILLON, Merrin"}""", true)]
    public void Answer_NothingFound_SaysWhetherAnythingWasCompared(string line, bool isCompared)
    {
        using var answer = Answer(line, out var error);

        Assert.Null(error);
        Assert.Equal(0, answer.RootElement.GetProperty("candidates").GetArrayLength());
        Assert.Equal(!isCompared, answer.RootElement.TryGetProperty("comparable", out var comparable) && !comparable.GetBoolean());
    }

    [Fact]
    public void Answer_NameAlone_IsWeakWithDifferencesFirst()
    {
        using var answer = Answer("""{"name":"ERIKSON, Anna Maria"}""", out _);

        var candidate = answer.RootElement.GetProperty("candidates")[0];
        Assert.Equal("weak", candidate.GetProperty("level").GetString());
        Assert.StartsWith("ERIKSON in the document, ERIKSSON on the list", candidate.GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(0, 1)]
    public void Answer_Top_BoundsTheCandidates(int top, int count)
    {
        using var answer = Answer($$"""{"name":"TAVIK, Signe","top":{{top}}}""", out _);

        Assert.Equal(count, answer.RootElement.GetProperty("candidates").GetArrayLength());
    }

    [Fact]
    public async Task Screen_PackageThatCannotBeUsed_IsOneSentenceWithTheReason()
    {
        var whole = Compile();
        var flipped = (byte[])whole.Clone();
        flipped[^100] ^= 1;
        var otherVersion = (byte[])whole.Clone();
        otherVersion[8] = 9;

        Assert.Contains("cannot be read", (await RunAsync(null, "")).Errors, StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await RunAsync([], "")).Errors, StringComparison.Ordinal);
        Assert.Contains("bytes were written", (await RunAsync(whole[..^8], "")).Errors, StringComparison.Ordinal);
        Assert.Contains("does not agree", (await RunAsync(flipped, "")).Errors, StringComparison.Ordinal);
        var (code, output, errors) = await RunAsync(otherVersion, "{\"name\":\"X\"}\n");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("format 9 is not known", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Screen_LinesAndReport_AnswersEachAndTellsOfTheRest()
    {
        var (code, output, errors) = await RunAsync(
            Compile(), "{\"name\":\"ERIKSSON, Anna Maria\",\"birth_date\":\"1974-08-12\"}\n\nnonsense\n{\"name\":\"NOBODY\"}\n", "--report");

        Assert.Equal(1, code);
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"level\":\"alert\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"error\"", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("{\"candidates\":[]", lines[2], StringComparison.Ordinal);
        Assert.Contains("Line 3: ", errors, StringComparison.Ordinal);
        foreach (var word in (string[])["21 entries", "queries   2", "p99", "MiB mapped", "managed"])
            Assert.Contains(word, errors, StringComparison.Ordinal);
    }

    private static JsonDocument Answer(string line, out string? error)
    {
        var screening = new ScreenCommand.Screening(Package, new DateOnly(2026, 11, 23), TimeProvider.System, []);
        return JsonDocument.Parse(MrzCommand.Answer(line, screening.Answer, out error));
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(byte[]? package, string input, params string[] more)
    {
        var file = Path.Combine(_folder.FullName, "list.pkg");
        File.Delete(file);
        if (package is not null)
            await File.WriteAllBytesAsync(file, package, Token);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "edge-checkpoint.dll"), "screen", "--package", file, .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has refused its package and gone.
        }

        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, await errors);
    }

    private static byte[] Compile() => WatchlistPackageWriter.Write(
        [Entry("uto:1", "Eriksson, Anna Maria", "1974-08-12", "L898902C3"), .. Enumerable.Range(2, 20).Select(static i => Entry($"uto:{i}", "Tavik, Signe", "", ""))],
        1,
        1_795_400_000_000_000,
        "bench",
        new byte[16]);

    private static WatchlistEntry Entry(string id, string name, string birth, string document) => new()
    {
        EntryId = id,
        ListName = "Utopia",
        Owner = "bench",
        LegalBasis = "none",
        Purpose = "invented for tests",
        Action = RequestedAction.Inform,
        Evidence = EvidenceGrade.Reported,
        ExpiresOn = new DateOnly(9999, 1, 1),
        Names = [new ListedName(name, NameQuality.Primary)],
        BirthDates = PartialDate.TryParse(birth, out var date) ? [new ListedBirthDate(date, date, false)] : [],
        Documents = document.Length == 0 ? [] : [new ListedDocument("Passport", document, "UTO")],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
