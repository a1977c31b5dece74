using System.Text;
using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class PackageIndexTests
{
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.OneOfConst("", "!!", "Signe Maridottir", "TAVIK, Signe / Signe Okonjo", "Obadiah (Tavik) Quillfeather"),
        Gen.Select(Gen.OneOfConst("SIGNE", "TARIK", "LENE", "ISAURA"), Gen.String[Gen.Char["ABDEKLMNORTV"], 3, 8], static (given, family) => $"{family}, {given}"));

    private static readonly Gen<ListedBirthDate> Birth = Gen.OneOf(
        Gen.Int[1950, 1956].Select(static year => ListFixtures.Born($"{year}")),
        Gen.Int[1950, 1956].Select(static year => ListFixtures.Born($"{year}-03-07")),
        Gen.Int[1950, 1956].Select(static year => ListFixtures.Born($"{year}", $"{year + 2}")),
        Gen.Const(new ListedBirthDate(PartialDate.Unknown, PartialDate.Unknown, false)));

    private static readonly Gen<WatchlistEntry[]> Lists = Gen.Select(Name.Array[1, 3], Birth.Array[0, 2]).Array[0, 60].Select(static items =>
        items.Select(static (item, i) => ListFixtures.Entry(
            $"uto:{i}", item.Item1[0], births: [.. item.Item2],
            aliases: [.. item.Item1.Skip(1).Select(static name => new ListedName(name, NameQuality.Good))])).ToArray());

    [Fact]
    public void NamesBornIn_NoEntries_IsEmpty()
    {
        var index = ListFixtures.Open().Index();

        Assert.Equal((0, 0), index.NamesBornIn(1900, 2100));
        Assert.Equal(0, index.NamesWithoutYear);
    }

    [Fact]
    public void NamesBornIn_AnyList_GivesExactlyTheNamesOfThoseYears() => Gen.Select(Lists, Gen.Int[1946, 1960], Gen.Int[0, 8]).Sample(static (entries, first, years) =>
    {
        var package = ListFixtures.Open(entries);
        var index = package.Index();

        var (from, to) = index.NamesBornIn(first, first + years);

        for (var name = 0; name < index.NameCount; name++)
        {
            var year = Year(package.Entry(index.EntryOf(name)));
            Assert.Equal(year != 0 && year >= first && year <= first + years, name >= from && name < to);
            Assert.Equal(year == 0, name < index.NamesWithoutYear);
        }
    }, iter: 1_000);

    [Fact]
    public void EntryOfAndTokens_AnyList_AreThoseOfTheReadings() => Lists.Sample(static entries =>
    {
        var package = ListFixtures.Open(entries);
        var index = package.Index();
        var names = new HashSet<string>[entries.Length];
        var last = -1;
        for (var name = 0; name < index.NameCount; name++)
        {
            var entry = index.EntryOf(name);
            Assert.InRange(entry, Math.Max(0, last), last + 1);
            last = entry;
            names[entry] ??= [];
            names[entry].Add(Text(index, name));
        }

        Assert.Equal(entries.Length - 1, last);
        for (var entry = 0; entry < entries.Length; entry++)
            Assert.Equal(Readings(package.Entry(entry)).Order(StringComparer.Ordinal), names[entry].Order(StringComparer.Ordinal));
    }, iter: 1_000);

    [Fact]
    public void Tokens_NamesOfAnyLength_AreAllThere()
    {
        // Four tokens fit a slot; sixteen are the most a name has.
        string[] words = ["SIGNE", "TARIK", "LENE", "ISAURA", "OBADIAH", "ALTHEA", "HALVARD", "OKONJO", "TAVIK", "QUILLON", "ZEFIR", "WREN", "ODDNY", "MERRIN", "BRYNJA", "SOLVEIG"];
        var entries = Enumerable.Range(1, 16).Select(count => ListFixtures.Entry($"uto:{count:00}", string.Join(' ', words.Take(count)))).ToArray();
        var index = ListFixtures.Open(entries).Index();

        for (var name = 0; name < 16; name++)
        {
            var tokens = new List<string>();
            foreach (var token in index.Tokens(name))
                tokens.Add(Encoding.ASCII.GetString(index.Text(NameSlots.Ordinal(token))));
            Assert.Equal(words.Take(name + 1).Order(StringComparer.Ordinal), tokens.Order(StringComparer.Ordinal));
            Assert.Equal(NameQuality.Primary, index.Quality(name));
        }
    }

    [Theory]
    [InlineData("SIGNE", true)]
    [InlineData("SIGNA", false)]
    [InlineData("SIGN", false)]
    [InlineData("AAAA", false)]
    [InlineData("ZZZZ", false)]
    public void Find_Text_GivesTheTokenOrNone(string text, bool isThere)
    {
        var index = ListFixtures.Open(ListFixtures.Entry("uto:1", "Signe Tavik"), ListFixtures.Entry("uto:2", "Lene Okonjo")).Index();

        var token = index.Find(text);

        Assert.Equal(isThere, token >= 0);
        if (isThere)
            Assert.Equal(text, Encoding.ASCII.GetString(index.Text(token)));
    }

    [Fact]
    public void EntryOf_MoreNamesThanOneBlockOfRanks_CountsOn()
    {
        var entries = Enumerable.Range(0, 1_400).Select(static i =>
            ListFixtures.Entry($"uto:{i:0000}", "Signe Tavik", aliases: i % 3 == 0 ? [new ListedName("Lene Okonjo", NameQuality.Weak)] : [])).ToArray();
        var index = ListFixtures.Open(entries).Index();

        var expected = 0;
        for (var name = 0; name < index.NameCount;)
        {
            for (var count = expected % 3 == 0 ? 2 : 1; count > 0; count--)
                Assert.Equal(expected, index.EntryOf(name++));
            expected++;
        }

        Assert.Equal(1_400, expected);
    }

    [Fact]
    public void Postings_AnyList_NameEachNameWithTheTokenOnce() => Lists.Sample(static entries =>
    {
        var index = ListFixtures.Open(entries).Index();
        for (var token = 0; token < index.TokenCount; token++)
        {
            var expected = new List<int>();
            for (var name = 0; name < index.NameCount; name++)
            {
                var has = false;
                foreach (var packed in index.Tokens(name))
                    has |= NameSlots.Ordinal(packed) == token;
                if (has)
                    expected.Add(name);
            }

            Assert.Equal(expected, ListFixtures.NamesWith(index, token));
            Assert.Equal(expected.Count, index.PostingCount(token));
        }
    }, iter: 300);

    /// <summary>The same as the writer decides, from the words of the format: one year in all dates, or none.</summary>
    private static int Year(WatchlistEntry entry)
    {
        var years = entry.BirthDates
            .SelectMany(static birth => (int[])[birth.From.Year, birth.To.HasYear ? birth.To.Year : birth.From.Year]).Distinct().ToArray();
        return years.Length == 1 ? years[0] : 0;
    }

    private static IEnumerable<string> Readings(WatchlistEntry entry)
    {
        var readings = entry.Names.SelectMany(static name => NamePreparation.Listed(name.Text).Select(reading =>
            string.Join(' ', reading.Select(static token => $"{token.Text}/{token.Field}/{token.Traits}")) + " " + name.Quality));
        // Readings of the same words and quality are one, whichever field they stand in; without any there is one empty name.
        return readings.DistinctBy(static text => string.Join(' ', text.Split(' ').Select(static word => word.Split('/')[0]))) is var distinct && distinct.Any()
            ? distinct : [" " + NameQuality.Primary];
    }

    private static string Text(PackageIndex index, int name)
    {
        var words = new List<string>();
        foreach (var token in index.Tokens(name))
            words.Add($"{Encoding.ASCII.GetString(index.Text(NameSlots.Ordinal(token)))}/{NameSlots.Field(token)}/{NameSlots.Traits(token)}");
        return string.Join(' ', words) + " " + index.Quality(name);
    }
}
