using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class CsvReaderTests
{
    [Fact]
    public void ReadRows_QuotedFields_KeepCommasQuotesAndLines()
    {
        var rows = Read("a,\"b,\"\"c\"\"\",\"d\r\ne\"\r\n\nf,,\"\"");

        Assert.Equal(["a", "b,\"c\"", "d\r\ne"], rows[0].Fields);
        Assert.Equal((4, "f||"), (rows[1].Line, string.Join('|', rows[1].Fields)));
    }

    [Theory]
    [InlineData("a,b\nc,\"d\ne", 2, 3)]
    [InlineData("a,\"b\"c", 1, 6)]
    [InlineData("a,b\"c", 1, 3)]
    public void ReadRows_Malformed_NamesThePlace(string text, int line, int column)
    {
        var fault = Assert.Throws<ListFileException>(() => Read(text));

        Assert.Equal((line, column), (fault.Line, fault.Column));
    }

    [Fact]
    public void ReadRows_EndlessField_IsRefused() =>
        Assert.Throws<ListFileException>(() => Read(new string('x', CsvReader.FieldLengthMax + 1)));

    [Fact]
    public void ReadRows_AnyText_GivesRowsOrAPlace()
    {
        const int Seed = 20261101;
        var random = new Random(Seed);
        const string Alphabet = "a,\"\n\r é";
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            try
            {
                Read(text);
            }
            catch (ListFileException fault)
            {
                Assert.True(fault.Line >= 1, $"seed {Seed}, case {i}");
            }
        }
    }

    private static List<CsvRow> Read(string text) => [.. new CsvReader(new StringReader(text)).ReadRows()];
}
