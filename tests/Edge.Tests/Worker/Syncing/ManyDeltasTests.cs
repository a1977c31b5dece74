using System.Globalization;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>
/// Release after release by delta through the real client: entries come, change, go and come again. After each the root over base and overlay is that of the
/// list compiled whole, and what the card holds opens to it after a start. <c>CHECKPOINT_DELTAS</c> says how many.
/// </summary>
public sealed class ManyDeltasTests : IDisposable
{
    private static readonly string[] Surnames = ["BRANDVOLD", "OKONJO", "MARIDOTTIR", "QUILLFEATHER", "SOLBERGET", "ZEFIROVA", "TAVIK"];
    private static readonly string[] GivenNames = ["ISAURA", "TARIK", "SIGNE", "OBADIAH", "ALTHEA", "ONDINE", "LENE"];

    private readonly Bench _bench = new();

    [Fact]
    public async Task Look_ManyRandomDeltas_EachReachesTheRootOfTheWholeList()
    {
        var deltas = Faults.Number("CHECKPOINT_DELTAS", 50);
        var random = new Random(Faults.Seed(string.Create(CultureInfo.InvariantCulture, $"{deltas} deltas")));
        var central = new ScriptedCentral(_bench);
        var entries = Enumerable.Range(10, 150).Select(number => Entry(random, number)).Prepend(ReleaseRig.Listed).ToDictionary(static entry => entry.EntryId);
        WatchlistEntry[] before = [.. entries.Values];
        var numbers = new SortedSet<string>(Enumerable.Range(0, 200).Select(static i => $"UZ{i:000000}").Append(ReleasedDocuments.Stolen), StringComparer.Ordinal);
        string[] numbersBefore = [.. numbers];
        ReleasedDocuments.Give(_bench, 1, numbersBefore);
        central.Publish(_bench.Release(1, before), _bench.Releases);
        var rig = new ReleaseRig(_bench, central, _bench.Data);
        await rig.LookAsync();
        var (byDelta, whole) = (0, 0);
        for (ulong version = 2; version < (ulong)deltas + 2; version++)
        {
            Change(random, entries, (int)version);
            WatchlistEntry[] after = [.. entries.Values];
            Change(random, numbers);
            string[] numbersAfter = [.. numbers];
            ReleasedDocuments.Give(_bench, version, numbersAfter, (version - 1, numbersBefore));
            _bench.Time.Advance(TimeSpan.FromHours(24));
            central.Publish(_bench.Release(version, after, (version - 1, before)), _bench.Releases);

            rig.Notes.Clear();
            await rig.LookAsync();

            Assert.True(rig.Version == version, $"version {version}: list {rig.Version}, {rig.List.Problem}");
            Assert.Empty(rig.Notes);
            var full = StateRoot.Compute(after.Select(static entry => (entry.EntryId, EntryRecord.Encode(entry))));
            Assert.True(full.AsSpan().SequenceEqual(StateRoot.Of(rig.List.Current!.Runs)), $"version {version}: another root than the whole list's");
            Assert.Equal(after.Length, rig.List.Current.Runs.EntryCount);
            Assert.True(rig.IsHit(after[random.Next(after.Length)]) && rig.IsHit(ReleaseRig.Listed), $"version {version}: somebody listed is no hit");
            Assert.Equal(("", (long)numbers.Count), (rig.List.Current.Documents.Problem, rig.List.Current.Documents.Register!.Count));
            Assert.True(
                rig.IsReported(ReleasedDocuments.Stolen) && rig.IsReported(numbersAfter[random.Next(numbersAfter.Length)])
                && !numbersBefore.Except(numbersAfter).Any(rig.IsReported), $"version {version}: a document that is listed is no hit, or one that is not is one");
            Assert.InRange(Directory.GetFiles(rig.Data.Lists).Length, 5, 9);
            if (rig.List.Current.Overlay is null)
                whole++;
            else
                byDelta++;
            if (random.Next(10) == 0 || version == (ulong)deltas + 1)
            {
                rig.Dispose();
                rig = new ReleaseRig(_bench, central, _bench.Data);
                Assert.True(rig.Version == version && full.AsSpan().SequenceEqual(StateRoot.Of(rig.List.Current!.Runs)), $"version {version}: another list after a start");
            }

            (before, numbersBefore) = (after, numbersAfter);
        }

        rig.Dispose();
        // A large overlay is followed by a whole list, which is the next base.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{byDelta} by delta, {whole} whole, {entries.Count} entries at the end"));
        Assert.True(byDelta > whole && whole > 0, $"{byDelta} by delta, {whole} whole");
    }

    public void Dispose() => _bench.Dispose();

    private static void Change(Random random, SortedSet<string> numbers)
    {
        numbers.RemoveWhere(number => number != ReleasedDocuments.Stolen && random.Next(60) == 0);
        for (var added = random.Next(6); added > 0; added--)
            numbers.Add($"UZ{random.Next(400):000000}");
    }

    private static void Change(Random random, Dictionary<string, WatchlistEntry> entries, int version)
    {
        foreach (var id in entries.Keys.Where(id => id != ReleaseRig.Listed.EntryId && random.Next(80) == 0).ToArray())
            entries.Remove(id);
        foreach (var id in entries.Keys.Where(id => id != ReleaseRig.Listed.EntryId && random.Next(120) == 0).ToArray())
            entries[id] = Entry(random, int.Parse(id.AsSpan(4), CultureInfo.InvariantCulture));
        for (var added = random.Next(4); added > 0; added--)
        {
            // Now and then one that was there before.
            var entry = Entry(random, random.Next(2) == 0 ? random.Next(10, 180) : (version * 10) + 1000 + added);
            entries[entry.EntryId] = entry;
        }
    }

    private static WatchlistEntry Entry(Random random, int number) => Bench.Entry(
        $"uto:{number}",
        $"{GivenNames[random.Next(GivenNames.Length)]} {Surnames[random.Next(Surnames.Length)]}",
        $"{random.Next(1940, 2005)}-{random.Next(1, 13):00}-{random.Next(1, 29):00}");
}
