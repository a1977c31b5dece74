using System.Text;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Invented people in OpenSanctions' form.</summary>
public sealed class FtmReaderTests
{
    private static readonly ListDefaults Defaults =
        SourceMapping.Of(ListFormat.Ftm).Complete(new ListDefaults(), new DateOnly(2026, 1, 1));

    [Fact]
    public void Read_PersonAndDocumentsInAnyOrder_ArePutTogether()
    {
        var reading = Read(
            """
            {"id":"p1","schema":"Passport","properties":{"holder":["NK-1"],"number":["U 0432"],"country":["de"]}}
            {"id":"NK-1","caption":"Otto Example","schema":"Person","properties":{"name":["O. Example","Otto Example"],"alias":["Otto Beispiel"],"weakAlias":["Foxy"],"birthDate":["1961-10-14","1962-03","1963"],"nationality":["de","xk"],"gender":["male"],"passportNumber":["T7"],"idNumber":["55-1"]}}
            {"id":"c","schema":"Company","properties":{"name":["Example Ltd"]}}
            {"id":"i1","schema":"Identification","properties":{"holder":["NK-1"],"number":["66-2"],"type":["Tazkira"],"country":["af"]}}

            """);

        var entry = Assert.Single(reading.Entries);
        Assert.Equal(("os:NK-1", "NK-1", 'M'), (entry.EntryId, entry.Reference, entry.Sex));
        Assert.Equal(
            [
                new ListedName("Otto Example", NameQuality.Primary), new ListedName("O. Example", NameQuality.Good),
                new ListedName("Otto Beispiel", NameQuality.Good), new ListedName("Foxy", NameQuality.Weak),
            ],
            entry.Names);
        Assert.Equal(["1961-10-14", "1962-03", "1963"], entry.BirthDates.Select(static date => date.ToString()));
        Assert.Equal(["D", "RKS"], entry.Nationalities);
        Assert.Equal(
            [
                new ListedDocument("Passport", "T7", ""), new ListedDocument("National ID", "55-1", ""),
                new ListedDocument("Passport", "U 0432", "D"), new ListedDocument("Tazkira", "66-2", "AFG"),
            ],
            entry.Documents);
        Assert.Equal((1, 0, 0), (reading.LeftOut, reading.Refused.Count, reading.Notes.Count));
    }

    [Fact]
    public void Read_NestedTarget_TakesTheDocumentsWithin()
    {
        var entry = Assert.Single(Read(
            """{"id":"NK-1","schema":"Person","properties":{"name":["Otto Example"],"passportEntity":[{"id":"p","schema":"Passport","properties":{"number":["U1"],"country":["fr"]}}]}}""").Entries);

        Assert.Equal([new ListedDocument("Passport", "U1", "FRA")], entry.Documents);
    }

    [Fact]
    public void Read_BrokenLine_IsRefusedWithItsNumber()
    {
        var reading = Read("{\"id\":\"a\",\n{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Otto Example\"]}}\n[]\n{\"id\":\"c\",\"schema\":\"Person\",\"properties\":{}}\n");

        Assert.Equal([1, 3, 4], reading.Refused.Select(static row => row.Line));
        Assert.Single(reading.Entries);
    }

    [Theory]
    [InlineData("{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Otto Example\"]}}\n{\"id\":\"c\",\"sche", 2)]
    [InlineData("", 1)]
    [InlineData("{\0\"", 1)]
    public void Read_CutOffOrNoText_IsMalformed(string text, int line) =>
        Assert.Equal(line, Assert.Throws<ListFileException>(() => Read(text)).Line);

    [Fact]
    public void Read_LineWithoutEnd_IsBounded()
    {
        using var endless = new RepeatedStream((byte)' ', 1L << 30);

        Assert.Contains("longer", Assert.Throws<ListFileException>(() => FtmReader.Read(endless, Defaults)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DeepNesting_IsARefusedRow()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));

        Assert.Equal(1, Assert.Single(Read($"{{\"id\":{deep}\n{{\"id\":\"b\",\"schema\":\"Thing\",\"properties\":{{}}}}\n").Refused).Line);
    }

    private static ListReading Read(string text) => ListText.Decoded(() => FtmReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), Defaults));
}
