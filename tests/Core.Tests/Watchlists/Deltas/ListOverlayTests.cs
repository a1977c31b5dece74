using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Core.Tests.Watchlists.Deltas;

public sealed class ListOverlayTests
{
    private static readonly string[] Surnames = ["Brandvold", "Okonjo", "Maridottir", "Quillfeather", "Solberget", "Zefirova", "Tavik"];
    private static readonly string[] GivenNames = ["Isaura", "Tarik", "Signe", "Obadiah", "Althea", "Ondine", "Lene"];

    /// <summary>As many releases as in three years of daily ones; each time central compares packages and the appliance lays one run.</summary>
    [Fact]
    public void Write_AThousandRandomDeltas_EachReachesTheRootOfTheFullList()
    {
        var seed = Environment.GetEnvironmentVariable("CHECKPOINT_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed}");
        var random = new Random(seed);
        var entries = Enumerable.Range(0, 120).Select(i => Entry(random, i)).ToDictionary(static entry => entry.EntryId);
        var lowest = ListFixtures.Open([.. entries.Values]);
        WatchlistPackage? overlay = null;
        var before = lowest;
        for (ulong version = 13; version < 1013; version++)
        {
            Change(random, entries, (int)version);
            var full = ListFixtures.Open(WatchlistPackageWriter.Write(entries.Values, version, ListFixtures.CompiledAt, "Utopia national list", ListFixtures.DocumentKey)).Value;
            var sent = EntryDelta.Between(before, entries.ToDictionary(static item => item.Key, static item => EntryRecord.Encode(item.Value))).Encode(ZstdFrames.Pack);
            var delta = EntryDelta.Decode(sent, ZstdFrames.TryUnpack).Value;
            overlay = ListFixtures.Open(ListOverlay.Write(lowest, overlay, delta, version, ListFixtures.CompiledAt)).Value;

            var runs = WatchlistRuns.Of(lowest, [overlay]);

            Assert.True(full.Info.StateRoot.Span.SequenceEqual(StateRoot.Of(runs)), $"version {version}");
            Assert.Equal(full.EntryCount, runs.EntryCount);
            before = full;
        }
    }

    /// <summary>What a delta changes alerts by its new form and no longer by its old one, as in a list that was compiled anew.</summary>
    [Fact]
    public void Write_ThenSearched_FindsWhatWasPutAndNothingThatWent()
    {
        var lowest = ListFixtures.Open(ListFixtures.Several());
        var after = ListFixtures.Several().Where(static entry => entry.EntryId != "uto:1")
            .Append(ListFixtures.Entry("uto:9", "Solberget, Althea", "1980-02-03", document: "ZZ9")).ToDictionary(static entry => entry.EntryId, EntryRecord.Encode);
        var overlay = ListFixtures.Open(ListOverlay.Write(lowest, null, EntryDelta.Between(lowest, after), 13, ListFixtures.CompiledAt)).Value;
        var matcher = new WatchlistMatcher(WatchlistRuns.Of(lowest, [overlay]), MatchThresholds.Current);

        Assert.Equal(["uto:9"], Found(matcher, "SOLBERGET", "ALTHEA", "1980-02-03"));
        Assert.Empty(Found(matcher, "BRANDVOLD", "ISAURA LENE", "1991-03-07"));
    }

    [Fact]
    public void Write_OverAFormerRun_LeavesOutWhatTheDeltaTakesAway()
    {
        var lowest = ListFixtures.Open(ListFixtures.Several());
        var first = ListFixtures.Open(ListOverlay.Write(lowest, null, Delta(["uto:1"], ListFixtures.Entry("uto:9", "ADDED PERSON")), 13, 1)).Value;

        var second = ListFixtures.Open(ListOverlay.Write(lowest, first, Delta(["uto:9"], ListFixtures.Entry("uto:1", "LISTED AGAIN")), 14, 2)).Value;

        Assert.Equal(["uto:9"], second.RemovedEntryIds);
        Assert.Equal("uto:1", second.EntryId(0));
        Assert.Equal(1, second.EntryCount);
        Assert.Equal(4, WatchlistRuns.Of(lowest, [second]).EntryCount);
    }

    private static IEnumerable<string> Found(WatchlistMatcher matcher, string surname, string givenNames, string birth) =>
        matcher.Screen(
            new MatchQuery { Surname = surname, GivenNames = givenNames, BirthDate = ListFixtures.Date(birth), DocumentNumber = DocumentNumber.Parse("") },
            new DateOnly(2026, 11, 23), isClockDoubtful: false).Hits.Select(static hit => hit.Entry.EntryId);

    private static EntryDelta Delta(string[] removed, params WatchlistEntry[] put) => new()
    {
        FromVersion = 12,
        FromStateRoot = new byte[32],
        Removed = [.. removed],
        Put = [.. put.Select(static entry => new DeltaEntry(entry, EntryRecord.Encode(entry)))],
    };

    private static void Change(Random random, Dictionary<string, WatchlistEntry> entries, int version)
    {
        foreach (var id in entries.Keys.Where(_ => random.Next(40) == 0).ToArray())
            entries.Remove(id);
        foreach (var id in entries.Keys.Where(_ => random.Next(60) == 0).ToArray())
            entries[id] = Entry(random, int.Parse(id.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture));
        for (var added = random.Next(7); added > 0; added--)
        {
            // Now and then one that was there before.
            var entry = Entry(random, random.Next(2) == 0 ? random.Next(150) : (version * 10) + added);
            entries[entry.EntryId] = entry;
        }
    }

    private static WatchlistEntry Entry(Random random, int number) => ListFixtures.Entry(
        $"uto:{number}",
        $"{Surnames[random.Next(Surnames.Length)]}, {GivenNames[random.Next(GivenNames.Length)]}",
        random.Next(4) == 0 ? "" : $"{random.Next(1940, 2005)}-{random.Next(1, 13):00}-{random.Next(1, 29):00}",
        random.Next(3) == 0 ? "UTO" : "",
        random.Next(3) == 0 ? 'F' : '\0',
        random.Next(2) == 0 ? $"UT{random.Next(1_000_000)}" : "");
}
