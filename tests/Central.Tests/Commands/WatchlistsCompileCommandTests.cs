using System.IO.Compression;
using System.Text;
using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Commands;

public sealed class WatchlistsCompileCommandTests : IDisposable
{
    private const string Rows =
        "uto\t1\tperson\tBrandvold, Isaura\tIsaura Brandwold|Lene\t1991-03-07\tUTO\tPassport:UT4471X02:UTO\n"
        + "uto\t2\tvessel\tThe Ferry\t\t\t\t\n"
        + "uto\t3\t\tTarik Okonjo\t\t1980|1981\t\tZE123\r\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compile_FileThatIsNotThere_NamesIt()
    {
        var (code, output, error) = await RunAsync(_folder.File("none.tsv"));

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("none.tsv", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Package));
    }

    [Theory]
    [InlineData("")]
    [InlineData("id\tsource\n")]
    [InlineData("source,id,type,name,aliases,dob,nationality,documents\n")]
    public async Task Compile_OtherHeader_IsRefusedAndLeavesTheOldPackage(string text)
    {
        await File.WriteAllTextAsync(Package, "old", Token);

        var (code, output, error) = await RunAsync(Write(text));

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("The first line is not: source<tab>id", error, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(Package, Token));
        Assert.False(File.Exists(Package + ".partial"));
    }

    [Fact]
    public async Task Compile_OutputFolderThatIsNotThere_IsOneSentence()
    {
        var (code, _, error) = await RunAsync(Write(BenchListReader.Header + "\n" + Rows), _folder.File("none/list.pkg"));

        Assert.Equal(1, code);
        Assert.Contains("none", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compile_DamagedGzip_IsRefused()
    {
        var packed = Gzip(BenchListReader.Header + "\n" + Rows);
        packed[packed.Length / 2] ^= 0x55;
        var file = _folder.File("list.tsv.gz");
        await File.WriteAllBytesAsync(file, packed, Token);

        Assert.Equal(1, (await RunAsync(file)).Code);
        Assert.False(File.Exists(Package));
    }

    [Theory]
    [InlineData(2)] // within the deflated data
    [InlineData(1)]
    public async Task Compile_GzipCutOff_IsRefusedAndNotAShorterList(int halves)
    {
        var many = string.Concat(Enumerable.Range(0, 2_000).Select(static i => $"uto\t{i}\tperson\tTavik{i}, Signe\t\t\t\t\n"));
        var packed = Gzip(BenchListReader.Header + "\n" + many);
        var file = _folder.File("list.tsv.gz");
        await File.WriteAllBytesAsync(file, packed[..(halves == 1 ? packed.Length - 8 : packed.Length / 2)], Token);

        var (code, output, error) = await RunAsync(file);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("cut off", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Package));
    }

    [Fact]
    public async Task Compile_BytesThatAreNoText_AreRefused()
    {
        var file = _folder.File("list.tsv");
        await File.WriteAllBytesAsync(file, [.. Encoding.UTF8.GetBytes(BenchListReader.Header + "\nuto\t1\tperson\tTavi"), 0xFF, 0xFE, (byte)'\n'], Token);

        var (code, _, error) = await RunAsync(file);

        Assert.Equal(1, code);
        Assert.Contains("[FF]", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compile_BadRows_AreNamedByLineAndTheOthersTaken()
    {
        var (code, output, error) = await RunAsync(Write(
            BenchListReader.Header + "\n" + Rows + "too\tfew\nuto\t\tperson\tNobody\t\t\t\t\nuto\t7\tperson\tLene Tavik\t\t1991-13\t\t\n\n"));

        Assert.Equal(0, code);
        Assert.StartsWith("3 persons, 5 names, 1 rows of other kinds, 2 rows refused,", output, StringComparison.Ordinal);
        Assert.Contains("line 5: 2 fields instead of 8; the row is left out", error, StringComparison.Ordinal);
        Assert.Contains("line 6: no id or no name; the row is left out", error, StringComparison.Ordinal);
        Assert.Contains("line 7: a date of birth is left out", error, StringComparison.Ordinal);
        // The value itself is not repeated.
        Assert.DoesNotContain("1991-13", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compile_IdentifierTwice_TakesBothUnderNumbersThatNobodyElseHas()
    {
        const string row = "\tperson\tSigne Tavik\t\t\t\t\n";

        var (code, _, error) = await RunAsync(Write($"{BenchListReader.Header}\nuto\t7{row}uto\t7~2{row}uto\t7{row}uto\t7{row}"));

        Assert.Equal(0, code);
        Assert.Contains("line 4: the id 7 of uto stands twice; taken as uto#7~3", error, StringComparison.Ordinal);
        Assert.Equal(["uto#7", "uto#7~2", "uto#7~3", "uto#7~4"], Read().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Compile_PlainAndGzip_GiveThePersons()
    {
        var plain = await RunAsync(Write("\uFEFF" + BenchListReader.Header + "\r\n" + Rows));
        var fromPlain = Read();
        var file = _folder.File("list.tsv.gz");
        await File.WriteAllBytesAsync(file, Gzip(BenchListReader.Header + "\n" + Rows), Token);
        var packed = await RunAsync(file);

        Assert.Equal((0, 0), (plain.Code, packed.Code));
        Assert.Equal(["uto#1", "uto#3"], fromPlain.Order(StringComparer.Ordinal));
        Assert.Equal(fromPlain, Read());
        Assert.False(File.Exists(Package + ".partial"));
    }

    [Fact]
    public void Read_StreamWithoutName_GivesThePersons()
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(BenchListReader.Header + "\n" + Rows));

        var entries = new BenchListReader(new StreamReader(input)).Read().ToList();

        Assert.Equal(["uto#1", "uto#3"], entries.Select(static entry => entry.EntryId));
        Assert.Equal(["1980", "1981"], entries[1].BirthDates.Select(static birth => birth.ToString()));
        Assert.Equal(new ListedDocument("", "ZE123", ""), Assert.Single(entries[1].Documents));
        Assert.Equal(new ListedDocument("Passport", "UT4471X02", "UTO"), Assert.Single(entries[0].Documents));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Package => _folder.File("list.pkg");

    private List<string> Read()
    {
        var package = WatchlistPackage.Open(new MemorySectionSource(File.ReadAllBytes(Package))).Value;
        return [.. Enumerable.Range(0, package.EntryCount).Select(package.EntryId)];
    }

    private string Write(string text)
    {
        var file = _folder.File("list.tsv");
        File.WriteAllText(file, text);
        return file;
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string from, string? to = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CentralCommandLine(new WatchlistsCommands())
            .RunAsync(["watchlists", "compile", "--from", from, "--out", to ?? Package], output, error, Token);
        return (code, output.ToString(), error.ToString());
    }
}
