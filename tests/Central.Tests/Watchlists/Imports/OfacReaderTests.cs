using System.Text;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Invented people in the form of OFAC's files.</summary>
public sealed class OfacReaderTests : IDisposable
{
    private const string Empty = ",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ";

    private static readonly ListDefaults Defaults =
        SourceMapping.Of(ListFormat.OfacCsv).Complete(new ListDefaults(), new DateOnly(2026, 1, 1));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Individual_MapsEveryField()
    {
        Write("alt.csv", "7,70,\"aka\",\"BEISPIEL, Otto\",-0- \r\n7,71,\"fka\",\"MUSTER, Otto\",\"weak\"\r\n8,72,\"aka\",\"OF A COMPANY\",-0- \r\n");
        Write("sdn.csv", "8,\"EXAMPLE LTD\",-0- ,\"UTO\",-0- " + Empty + "\r\n" + Person(
            "DOB 14 Oct 1961; alt. DOB 1962; POB Zenda, Utopia; nationality Utopia; citizen Germany; Gender Male; "
            + "Passport U 0432 (Utopia) issued 01 Jan 2010 expires 01 Jan 2020; alt. Passport T7; National ID No. 55-1 (Germany); "
            + "Tax ID No. 99; a.k.a. 'THE O'FOX'; Linked To: EXAMPLE LTD."));

        var reading = Read();

        var entry = Assert.Single(reading.Entries);
        Assert.Equal(("ofac:7", "UTO 7", 'M'), (entry.EntryId, entry.Reference, entry.Sex));
        Assert.Equal(
            [
                new ListedName("EXAMPLE, Otto", NameQuality.Primary), new ListedName("BEISPIEL, Otto", NameQuality.Good),
                new ListedName("MUSTER, Otto", NameQuality.Weak), new ListedName("THE O'FOX", NameQuality.Weak),
            ],
            entry.Names);
        Assert.Equal(["1961-10-14", "1962"], entry.BirthDates.Select(static date => date.ToString()));
        Assert.Equal(["UTO", "D"], entry.Nationalities);
        Assert.Equal(
            [new ListedDocument("Passport", "U 0432", "UTO"), new ListedDocument("Passport", "T7", ""), new ListedDocument("National ID", "55-1", "D")],
            entry.Documents);
        Assert.Equal((RequestedAction.Inquire, EvidenceGrade.Decision, new DateOnly(2026, 4, 1)), (entry.Action, entry.Evidence, entry.ExpiresOn));
        Assert.Equal((1, 0, 0), (reading.LeftOut, reading.Refused.Count, reading.Notes.Count));
    }

    [Fact]
    public void Read_RemarkThatContinuesInTheComments_IsOne()
    {
        Write("alt.csv", "7,70,\"aka\",\"BEISPIEL\",-0- \n");
        Write("sdn.csv", Person("DOB 1961; a.k.a. 'Jo"));
        Write("sdn_comments.csv", "7,\"hnny'; Gender Female.\"\n\u001A");

        var entry = Assert.Single(Read().Entries);

        Assert.Equal("Johnny", entry.Names[^1].Text);
        Assert.Equal('F', entry.Sex);
    }

    [Fact]
    public void Read_DateThatIsNotUnderstood_IsNamedAndTheRestTaken()
    {
        Write("alt.csv", "1,1,\"aka\",\"X\",-0- \n");
        Write("sdn.csv", Person("DOB in the year of the snake; alt. DOB 1962."));

        var reading = Read();

        Assert.Equal("1962", string.Concat(Assert.Single(reading.Entries).BirthDates));
        var note = Assert.Single(reading.Notes);
        Assert.Equal(("sdn.csv", 1, "7"), (note.FileName, note.Line, note.EntryId));
        Assert.DoesNotContain("snake", note.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithoutAliasFile_NamesIt()
    {
        Write("sdn.csv", Person("-0- "));

        var fault = Assert.Throws<ListFileException>(() => Read());

        Assert.Contains("alt.csv", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sdn.csv", "7,\"EXAMPLE, Ot")]
    [InlineData("alt.csv", "7,70,\"aka\",\"BEISP")]
    [InlineData("alt.csv", "")]
    [InlineData("sdn.csv", "")]
    [InlineData("alt.csv", "\u001A\r\n7,70,\"aka\",\"BEISPIEL\",-0- \r\n")]
    [InlineData("sdn.csv", "7,\"A \"quoted\" name\",\"individual\"\r\n")]
    public void Read_FileCutOffOrMalformed_NamesTheFile(string name, string text)
    {
        Write("alt.csv", "7,70,\"aka\",\"BEISPIEL\",-0- \r\n");
        Write("sdn.csv", Person("-0- "));
        Write(name, text);

        Assert.Equal(name, Assert.Throws<ListFileException>(() => Read()).FileName);
    }

    [Theory]
    [InlineData("sdn.csv", "7,\"EXAMPLE, Otto\",\"individual\"\r\n", 1)]
    [InlineData("alt.csv", "7,70,\"aka\"\r\n", 1)]
    public void Read_RowWithFieldsMissing_IsRefused(string name, string text, int line)
    {
        Write("alt.csv", "7,70,\"aka\",\"BEISPIEL\",-0- \r\n");
        Write("sdn.csv", Person("-0- "));
        Write(name, text);

        var refused = Assert.Single(Read().Refused);

        Assert.Equal((name, line), (refused.FileName, refused.Line));
    }

    [Fact]
    public void Read_FileGivenByItself_FindsItsNeighbourWhateverItsCase()
    {
        Write("ALT.CSV", "7,70,\"aka\",\"BEISPIEL\",-0- \n");
        Write("sdn-of-today.csv", Person("-0- "));

        var reading = OfacReader.Read(ListInput.Of(new FileInfo(_folder.File("sdn-of-today.csv"))), Defaults);

        Assert.Equal(2, Assert.Single(reading.Entries).Names.Length);
    }

    [Theory]
    [InlineData("ofac_2019", 3_700, 3_850)]
    [InlineData("ofac_2021", 4_500, 4_620)]
    public void Read_RealFiles_AreTakenWhole(string folder, int from, int to)
    {
        var place = SharedData.Find($"names/{folder}/sdn.csv");
        Assert.SkipWhen(place is null, "OFAC's files are not part of the repository; put them under shared/data beside it");

        var reading = OfacReader.Read(ListInput.Of(new DirectoryInfo(Path.GetDirectoryName(place)!)), Defaults);

        Assert.Empty(reading.Refused);
        Assert.InRange(reading.Entries.Count, from, to);
        Assert.InRange(reading.Notes.Count, 0, 5);
        Assert.InRange(reading.Entries.Count(static entry => entry.BirthDates.Length > 0), reading.Entries.Count * 9 / 10, reading.Entries.Count);
        Assert.InRange(reading.Entries.Sum(static entry => entry.Names.Count(static name => name.Quality == NameQuality.Weak)), 1_300, 2_500);
        Assert.InRange(reading.Entries.Sum(static entry => entry.Documents.Length), 1_800, 3_500);
    }

    private static string Person(string remarks) => $"7,\"EXAMPLE, Otto\",\"individual\",\"UTO\",-0- {Empty[..^6]},\"{remarks}\"\r\n";

    private void Write(string name, string text) => File.WriteAllText(_folder.File(name), text, new UTF8Encoding(false));

    private ListReading Read() =>
        ListText.Decoded(() => OfacReader.Read(ListInput.Of(new DirectoryInfo(_folder.Path)), Defaults));
}
