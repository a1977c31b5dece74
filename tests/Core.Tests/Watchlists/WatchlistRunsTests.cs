using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class WatchlistRunsTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);

    private static readonly string[] Pool = ["Signe Tavik", "Tarik Okonjo", "Lene Brandvold", "Obadiah Quillfeather", "Isaura Maridottir"];

    [Fact]
    public void Of_NamesThatNobodyHas_RemovesNothing()
    {
        var lowest = ListFixtures.Open(ListFixtures.Several());

        var runs = WatchlistRuns.Of(lowest, [Overlay(13, lowest, ["uto:77"])]);

        Assert.Equal(4, runs.EntryCount);
        Assert.Equal(["uto:1", "uto:2", "uto:3", "uto:4"], Live(runs));
    }

    [Fact]
    public void Of_OverlayReplacesAndRemoves_OldEntriesAreGone()
    {
        var lowest = ListFixtures.Open(ListFixtures.Several());
        var overlay = Overlay(
            13, lowest, ["uto:1"], ListFixtures.Entry("uto:2", "NEWNAME ALTHEA"), ListFixtures.Entry("uto:9", "ADDED PERSON"));

        var runs = WatchlistRuns.Of(lowest, [overlay]);

        Assert.Equal(["uto:1"], overlay.RemovedEntryIds);
        Assert.Equal(4, runs.EntryCount);
        Assert.Equal(["uto:2", "uto:3", "uto:4", "uto:9"], Live(runs));
        Assert.Equal("NEWNAME ALTHEA", Find(runs, "uto:2").DisplayName);
        Assert.Equal(13UL, runs.Info.Version);
    }

    [Fact]
    public void Of_EntryRemovedAndListedAgain_IsLiveInTheLastRunOnly()
    {
        var lowest = ListFixtures.Open(ListFixtures.Several());
        var removing = Overlay(13, lowest, ["uto:1", "uto:3"]);
        var again = Overlay(14, lowest, [], ListFixtures.Entry("uto:1", "Brandvold, Isaura Again"));

        var runs = WatchlistRuns.Of(lowest, [removing, again]);

        Assert.Equal(["uto:1", "uto:2", "uto:4"], Live(runs));
        Assert.Equal("Brandvold, Isaura Again", Find(runs, "uto:1").DisplayName);
        Assert.Equal(14UL, runs.Info.Version);
    }

    [Fact]
    public void Of_RunThatRemovesWhatItHolds_KeepsItsOwn()
    {
        var lowest = ListFixtures.Open(ListFixtures.Several());

        var runs = WatchlistRuns.Of(lowest, [Overlay(13, lowest, ["uto:1"], ListFixtures.Entry("uto:1", "Brandvold, Isaura New"))]);

        Assert.Equal(4, runs.EntryCount);
        Assert.Equal("Brandvold, Isaura New", Find(runs, "uto:1").DisplayName);
    }

    [Fact]
    public void Of_AnyRuns_HoldsWhatOperationsInOrderLeave()
    {
        var change = Gen.Select(Gen.Int[0, 6].Array[0, 3], Gen.Int[0, 6].Array[0, 3]);

        change.Array[0, 4].Sample(static changes =>
        {
            var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var lowest = ListFixtures.Open(ListFixtures.Several());
            foreach (var entry in ListFixtures.Several())
                expected[entry.EntryId] = entry.DisplayName;
            var overlays = new List<WatchlistPackage>();
            foreach (var (removed, added) in changes)
            {
                var version = 13UL + (ulong)overlays.Count;
                string[] removedIds = [.. removed.Distinct().Select(static id => $"uto:{id}")];
                WatchlistEntry[] entries = [.. added.Distinct().Select(id => ListFixtures.Entry($"uto:{id}", $"Signe Run{version}"))];
                foreach (var id in removedIds)
                    expected.Remove(id);
                foreach (var entry in entries)
                    expected[entry.EntryId] = entry.DisplayName;
                overlays.Add(Overlay(version, lowest, removedIds, entries));
            }

            var runs = WatchlistRuns.Of(lowest, overlays);

            Assert.Equal(expected.Count, runs.EntryCount);
            Assert.Equal(expected.Keys, Live(runs));
            foreach (var (id, name) in expected)
                Assert.Equal(name, Find(runs, id).DisplayName);
        }, iter: 300);
    }

    [Fact]
    public void Screen_RemovedOrReplacedEntry_IsFoundByNeitherNameNorDocument()
    {
        var lowest = ListFixtures.Open(ListFixtures.Several());
        var matcher = new WatchlistMatcher(
            WatchlistRuns.Of(lowest, [Overlay(13, lowest, ["uto:1"], ListFixtures.Entry("uto:2", "Althea Solberget", "1980"))]), MatchThresholds.Current);

        Assert.Empty(matcher.Screen(Query("BRANDVOLD", "ISAURA LENE", "1991-03-07", "UT4471X02"), Today, false).Candidates);
        Assert.Empty(matcher.Screen(Query("OKONJO HALVARD", "TARIK", "1980", "ZE123"), Today, false).Candidates);
        Assert.Equal("uto:2", Assert.Single(matcher.Screen(Query("SOLBERGET", "ALTHEA", "1980"), Today, false).Hits).Entry.EntryId);
    }

    [Fact]
    public void WeightOf_OverlayOverABase_IsTheBasesWhateverTheOverlayHolds()
    {
        var lowest = Skewed();
        var overlay = Overlay(13, lowest, [], [.. Enumerable.Range(0, 30).Select(static i => ListFixtures.Entry($"new:{i}", "Signe Zefirova"))]);

        Assert.Null(lowest.WeightOf("ZEFIROVA"));
        Assert.Null(lowest.WeightOf(""));
        Assert.Equal(lowest.WeightOf("SIGNE"), overlay.WeightOf("SIGNE"));
        Assert.InRange(lowest.WeightOf("SIGNE")!.Value, 51, 200);
        // What the base does not have is as rare as can be, though all thirty have it.
        Assert.Equal(byte.MaxValue, overlay.WeightOf("ZEFIROVA"));
    }

    [Fact]
    public void Screen_BeforeAndAfterAnOverlay_UnchangedEntriesScoreTheSame()
    {
        var lowest = Skewed();
        var before = new WatchlistMatcher(lowest, MatchThresholds.Current);
        var after = new WatchlistMatcher(
            WatchlistRuns.Of(lowest, [Overlay(13, lowest, ["uto:5"], [.. Enumerable.Range(0, 40).Select(static i => ListFixtures.Entry($"new:{i}", "Zefirova, Ondine"))])]),
            MatchThresholds.Current);
        foreach (var name in Pool)
        {
            var (given, family) = (name.Split(' ')[0], name.Split(' ')[1]);
            var query = Query(family, given);
            var old = before.Screen(query, Today, false).Candidates.Where(static candidate => candidate.Entry.EntryId != "uto:5");
            Assert.Equal(old.Select(Text), after.Screen(query, Today, false).Candidates.Select(Text));
        }
    }

    [Fact]
    public void Screen_EntryRepeatedInAnOverlay_ScoresAsInTheBase()
    {
        var lowest = Skewed();
        var moved = Enumerable.Range(0, lowest.EntryCount).Select(lowest.Entry).Single(static entry => entry.EntryId == "uto:1");
        var after = new WatchlistMatcher(WatchlistRuns.Of(lowest, [Overlay(13, lowest, [], moved)]), MatchThresholds.Current);
        var query = Query(moved.DisplayName.Split(' ')[1] + "A", moved.DisplayName.Split(' ')[0]);

        Assert.Equal(
            new WatchlistMatcher(lowest, MatchThresholds.Current).Screen(query, Today, false).Candidates.Select(Text),
            after.Screen(query, Today, false).Candidates.Select(Text));
    }

    /// <summary>A base in which some names are common and others rare.</summary>
    private static WatchlistPackage Skewed() => ListFixtures.Open(
        [.. Enumerable.Range(0, 12).Select(static i => ListFixtures.Entry($"uto:{i}", i < 8 ? $"{Pool[i % 3]}" : Pool[i % Pool.Length]))]);

    private static WatchlistPackage Overlay(ulong version, WatchlistPackage lowest, string[] removed, params WatchlistEntry[] entries) =>
        ListFixtures.Open(WatchlistPackageWriter.Write(
            entries, version, ListFixtures.CompiledAt, "Utopia national list", ListFixtures.DocumentKey, new OverlayOf(lowest.WeightOf, removed))).Value;

    private static IEnumerable<(int Run, int Entry)> Places(WatchlistRuns runs) =>
        from run in Enumerable.Range(0, runs.Runs.Length)
        from entry in Enumerable.Range(0, runs.Runs[run].EntryCount)
        where runs.IsLive(run, entry)
        select (run, entry);

    private static IEnumerable<string> Live(WatchlistRuns runs) =>
        Places(runs).Select(place => runs.Runs[place.Run].EntryId(place.Entry)).Order(StringComparer.Ordinal);

    private static WatchlistEntry Find(WatchlistRuns runs, string id) =>
        Places(runs).Select(place => runs.Runs[place.Run].Entry(place.Entry)).Single(entry => entry.EntryId == id);

    private static string Text(Candidate candidate) => $"{candidate.Entry.EntryId} {candidate.Level} {candidate.Score:R} {string.Join('|', candidate.Alignment)}";

    private static MatchQuery Query(string surname, string givenNames, string birth = "", string document = "") => new()
    {
        Surname = surname,
        GivenNames = givenNames,
        BirthDate = birth.Length == 0 ? PartialDate.Unknown : ListFixtures.Date(birth),
        DocumentNumber = DocumentNumber.Parse(document),
    };
}
