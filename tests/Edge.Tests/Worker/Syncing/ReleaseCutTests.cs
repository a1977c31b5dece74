using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>
/// The power goes at each step in which files change while the real client takes a root, delistings, accounts and a list, from central or from a
/// stick. Of every prefix of the steps a card is made: as it is after a kill, and as it may be after a cut, on which what was not flushed is there or not,
/// name by name, or cut off. Afterwards the old state or the new is in use, whole, and the next look brings the new one.
/// </summary>
public sealed class ReleaseCutTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly ScriptedCentral _central;

    public ReleaseCutTests()
    {
        _central = new ScriptedCentral(_bench);
        Publish(1, [ReleaseRig.Listed, ReleaseRig.Delisted], null);
        Admit(1);
    }

    [Fact]
    public async Task Look_CutAtAnyStepOfAWholeListDelistingsAccountsAndARoot_LeavesOldOrNewAndGoesOn() =>
        await CutAsync(isByDelta: false, static rig => rig.LookAsync(), static rig => rig.LookAsync());

    [Fact]
    public async Task Look_CutAtAnyStepOfADelta_LeavesOldOrNewAndGoesOn() =>
        await CutAsync(isByDelta: true, static rig => rig.LookAsync(), static rig => rig.LookAsync());

    [Fact]
    public async Task Bundle_CutAtAnyStepFromLayingItDown_LeavesOldOrNewAndGoesOn() =>
        await CutAsync(isByDelta: false, InstallBundleAsync, async rig =>
        {
            // What was laid down is taken at the next start; what was not is carried to the post again.
            await rig.Sync.TakeBundleAsync(TestContext.Current.CancellationToken);
            if (rig.Version != 2)
                await InstallBundleAsync(rig);
        });

    /// <summary>The laboratory proves itself: on a card that writes nothing when it is told to, lists are lost.</summary>
    [Fact]
    public async Task Laboratory_WithoutFlushes_FindsLoss()
    {
        var random = new Random(Faults.Seed("self-test of the cut"));
        var recording = await RecordAsync(await PublishNextAsync(isByDelta: false), static rig => rig.LookAsync());
        var lost = 0;
        for (var at = recording.Count - 1; at > 0 && lost == 0; at--)
        {
            try
            {
                await ComesBackAsync(recording.AfterACut(at, random, isFlushed: false), "", isByDelta: false, static rig => rig.LookAsync());
            }
            catch (Exception found) when (found is Xunit.Sdk.XunitException or InvalidDataException)
            {
                lost++;
            }
        }

        Assert.True(lost > 0, "A cut that undoes what was flushed loses lists; a laboratory that finds none does not cut.");
    }

    public void Dispose() => _bench.Dispose();

    private async Task InstallBundleAsync(ReleaseRig rig)
    {
        var stick = rig.Data.Path + ".stick";
        await File.WriteAllBytesAsync(stick, _central.Bundle(), TestContext.Current.CancellationToken);
        BundleIntake.Lay(rig.Data, stick);
        File.Delete(stick);
        await rig.Sync.TakeBundleAsync(TestContext.Current.CancellationToken);
    }

    /// <param name="again">What happens after the next start.</param>
    private async Task CutAsync(bool isByDelta, Func<ReleaseRig, Task> take, Func<ReleaseRig, Task> again)
    {
        var cuts = Faults.Number("CHECKPOINT_CUTS", 1);
        var random = new Random(Faults.Seed($"{cuts} power cuts at each step"));
        var recording = await RecordAsync(await PublishNextAsync(isByDelta), take);

        var wholeNew = 0;
        for (var at = 0; at < recording.Count; at++)
        {
            wholeNew += await ComesBackAsync(recording.After(at), $"killed before step {at} ({recording.Name(at)})", isByDelta, again) ? 1 : 0;
            for (var cut = 0; cut < cuts; cut++)
                wholeNew += await ComesBackAsync(recording.AfterACut(at, random), $"cut before step {at} ({recording.Name(at)})", isByDelta, again) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{recording.Count} steps, {recording.Count * (cuts + 1)} cards, {wholeNew} with the new list");
        Assert.InRange(recording.Count, 40, 400);
        Assert.InRange(wholeNew, 1, recording.Count * (cuts + 1));
    }

    /// <summary>Starts on a card: old or new is in use; and after one look the new.</summary>
    /// <returns>True when it was the new one.</returns>
    private async Task<bool> ComesBackAsync(CardImage card, string when, bool isByDelta, Func<ReleaseRig, Task> again)
    {
        var data = card.Lay();
        try
        {
            using var rig = new ReleaseRig(_bench, _central, data);
            var found = rig.Version;
            Assert.True(found is 1 or 2, $"{when}: list {found} is in use; {string.Join("; ", rig.Notes)}");
            Assert.True(rig.People.Current?.Version is 1 or 2, $"{when}: accounts {rig.People.Current?.Version}; {string.Join("; ", rig.Notes)}");
            Assert.True(rig.List.Suppression?.Metadata.Version is null or 1, when);
            Assert.Equal(found == 2 ? 3 : 2, rig.List.Current!.Base.Package.EntryCount + (rig.List.Current.Overlay?.Package.EntryCount ?? 0));
            rig.AssertListedIsNotCleared(when);
            AssertDocuments(rig, found.Value, when);

            await again(rig);

            Assert.True(rig.Version == 2, $"{when}: list {rig.Version} after the next look: {rig.List.Problem}");
            Assert.Equal((2UL, 2UL, 1UL), (rig.Trust.Current.Version, rig.People.Current!.Version, rig.List.Suppression!.Metadata.Version));
            Assert.Equal("", rig.List.Problem);
            Assert.Equal((2UL, 1UL), (rig.Lists.HighestVersion(), rig.Suppressions.HighestVersion()));
            Assert.False(rig.IsHit(ReleaseRig.Delisted), when);
            rig.AssertListedIsNotCleared(when);
            AssertDocuments(rig, 2, when);
            if (isByDelta && found == 1)
                Assert.True(rig.List.Current!.Overlay is not null, $"{when}: the whole list was taken again");
            return found == 2;
        }
        finally
        {
            Directory.Delete(data.Path, recursive: true);
        }
    }

    /// <summary>The documents are those of the list, never of another.</summary>
    private static void AssertDocuments(ReleaseRig rig, ulong version, string when)
    {
        Assert.Equal("", rig.List.Current!.Documents.Problem);
        Assert.True(rig.IsReported(ReleasedDocuments.Stolen) && rig.IsReported($"UY{version}") && !rig.IsReported($"UY{3 - version}"), $"{when}: documents of another list than {version}");
    }

    /// <summary>The first releases are in use, and central has the next ones.</summary>
    private async Task<CardImage> PublishNextAsync(bool isByDelta)
    {
        var before = await InUseAsync();
        _bench.Time.Advance(TimeSpan.FromHours(1));
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(2)));
        _central.Publish(
            _bench.ReleaseSuppression(1, removals: [("uto:2", _bench.Time.GetUtcNow().AddHours(72))]), ReleaseStore.OfSuppressions(_bench.Data));
        Admit(2);
        Publish(2, [ReleaseRig.Listed, ReleaseRig.Delisted, Bench.Entry("uto:3", "OBADIAH QUILLFEATHER", "1966-01-02")], isByDelta ? 1 : null);
        return before;
    }

    /// <summary>The card with the first releases in use.</summary>
    private async Task<CardImage> InUseAsync()
    {
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        Assert.Equal(1UL, rig.Version);
        return CardImage.Of(_bench.Data);
    }

    private async Task<Recording> RecordAsync(CardImage before, Func<ReleaseRig, Task> take)
    {
        var data = before.Lay();
        using var rig = new ReleaseRig(_bench, _central, data);
        var recording = new Recording(data);
        DataFolder.Watcher.Value = recording.Note;
        await take(rig);
        DataFolder.Watcher.Value = null;
        recording.End();
        Assert.Equal(2UL, rig.Version);
        Directory.Delete(data.Path, recursive: true);
        return recording;
    }

    private void Publish(ulong version, EdgeCheckpoint.Watchlists.WatchlistEntry[] entries, ulong? deltaFrom)
    {
        ReleasedDocuments.Give(_bench, version, NumbersOf(version), deltaFrom is { } former ? (former, NumbersOf(former)) : null);
        _central.Publish(
            _bench.Release(version, entries, deltaFrom is { } from ? (from, [ReleaseRig.Listed, ReleaseRig.Delisted]) : null), _bench.Releases);
    }

    /// <summary>The stolen document of all lists, one of each list, and others.</summary>
    private static string[] NumbersOf(ulong version) =>
        [ReleasedDocuments.Stolen, $"UY{version}", .. Enumerable.Range(0, 300).Select(static i => $"UZ{i:000000}")];

    private void Admit(ulong version) => _central.Publish(
        _bench.ReleasePeople(_bench.NewAccounts(version, _bench.People.Current!.Accounts)), ReleaseStore.OfPeople(_bench.Data));

    /// <summary>What lay on the card before each step, and what of it a cut may undo.</summary>
    private sealed class Recording(DataFolder data)
    {
        private readonly List<(FileStep Step, string Path, CardImage Before)> _steps = [];

        internal int Count => _steps.Count;

        internal void Note(FileStep step, string path) => _steps.Add((step, Path.GetRelativePath(data.Path, path), CardImage.Of(data)));

        /// <summary>All is done; a cut may come then too.</summary>
        internal void End() => _steps.Add((FileStep.FlushFolder, "", CardImage.Of(data)));

        internal string Name(int at) => $"{_steps[at].Step} {_steps[at].Path}";

        internal CardImage After(int at) => _steps[at].Before;

        /// <summary>
        /// For each name one of the contents it has had since its folder was flushed, or none where there was none; content that was not flushed is cut off.
        /// </summary>
        /// <param name="isFlushed">False for a card that lies about flushes.</param>
        internal CardImage AfterACut(int at, Random random, bool isFlushed = true)
        {
            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var name in _steps.Take(at + 1).SelectMany(static step => step.Before.Files.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var folder = Path.GetDirectoryName(name)!;
                var flushed = _steps.FindLastIndex(Math.Max(0, at - 1), at, step => isFlushed && step.Step == FileStep.FlushFolder && step.Path == folder) + 1;
                if (!_steps[random.Next(flushed, at + 1)].Before.Files.TryGetValue(name, out var content))
                    continue;
                var written = _steps.FindLastIndex(Math.Max(0, at - 1), at, step => step.Step == FileStep.Write && step.Path == name);
                var isWhole = written < 0 || _steps.FindIndex(written, at - written, step => step.Step == FileStep.Flush && step.Path == name) >= 0;
                files[name] = isWhole ? content : content[..random.Next(content.Length + 1)];
            }

            return new CardImage(files);
        }
    }
}
