using System.Globalization;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class DeltaInstallTests : IDisposable
{
    private static readonly WatchlistEntry Stays = Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04");
    private static readonly WatchlistEntry Goes = Bench.Entry("uto:2", "ISAURA LENE BRANDVOLD", "1991-03-07");
    private static readonly WatchlistEntry Comes = Bench.Entry("uto:3", "OBADIAH QUILLFEATHER", "1966-01-02");

    private readonly Bench _bench = new();

    private static readonly string[] Steps = ["overlay", "description", "highest version", "pointer", "removal"];

    [Fact]
    public void Install_DeltaThenRestart_OpensTheNewListFromOldBaseAndOverlay()
    {
        _bench.Install(1, Stays, Goes);
        var lowest = _bench.List.Current!.Base;
        _bench.InstallDelta(2, [Stays, Goes], Stays, Comes);

        Assert.Same(lowest, _bench.List.Current!.Base);
        Assert.Equal(2, _bench.List.Current.Runs.EntryCount);
        var opened = _bench.Installer.OpenInstalled().Value;

        Assert.Equal(2UL, opened.Metadata.Version);
        Assert.Equal(["uto:1", "uto:3"], Ids(opened));
        Assert.Equal(2UL, _bench.Installer.HighestVersion());
    }

    /// <summary>The key of the base lies under that of the newest release alone, once its own generation has left the card.</summary>
    [Fact]
    public void Install_ManyDeltas_KeepTwoGenerationsAndTheBaseTheyLieOn()
    {
        WatchlistEntry[] before = [Stays];
        _bench.Install(1, before);
        var lowest = _bench.List.Current!.Metadata.ReleaseId;
        for (ulong version = 2; version < 8; version++)
        {
            WatchlistEntry[] after = [Stays, Bench.Entry($"uto:{version}", $"ADDED PERSON{(char)('A' + version)}", "1980-01-01")];
            _bench.InstallDelta(version, before, after);
            before = after;
        }

        Assert.Null(_bench.Keys.Find(lowest));
        Assert.Equal(2, Directory.GetFiles(_bench.Data.Lists, "*.json").Length);
        Assert.Equal(3, Directory.GetFiles(_bench.Data.Lists, "*.sealed").Length);
        Assert.Equal(["uto:1", "uto:7"], Ids(_bench.Installer.OpenInstalled().Value));
        Assert.Equal(["uto:1", "uto:6"], Ids(_bench.Installer.OpenFormer().Value));
    }

    [Fact]
    public void Install_WholeListAfterDeltas_LeavesNoOldBaseBehind()
    {
        _bench.Install(1, Stays);
        _bench.InstallDelta(2, [Stays], Stays, Comes);
        _bench.Install(3, Stays);
        _bench.Install(4, Stays);

        Assert.Equal(["00000000000000000003.sealed", "00000000000000000004.sealed"], Directory.GetFiles(_bench.Data.Lists, "*.sealed").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Install_DeltaThatLeadsElsewhere_IsRefusedAndTheOldListStays()
    {
        _bench.Install(1, Stays, Goes);
        var (release, metadata, _) = _bench.Release(
            2, [Stays, Comes], (1, [Stays, Goes]), change: static metadata => Another(metadata, root: new byte[32]).Encode());

        var refused = _bench.TryDelta(release, Another(metadata, root: new byte[32]));

        Assert.Equal(ReleaseStage.Content, refused.Failure.Stage);
        Assert.Contains("not what the metadata signs for", refused.Failure.Reason, StringComparison.Ordinal);
        Assert.Equal(1UL, _bench.Installer.OpenInstalled().Value.Metadata.Version);
        Assert.Equal(1UL, _bench.Installer.HighestVersion());
    }

    [Fact]
    public void Install_DeltaForAnotherList_IsRefused()
    {
        _bench.Install(1, Stays, Goes);
        var (release, metadata, _) = _bench.Release(2, [Stays, Comes], (1, [Stays]));

        Assert.Contains("the delta is for another list of version 1", _bench.TryDelta(release, metadata).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_DeltaThatIsNone_IsRefused()
    {
        _bench.Install(1, Stays, Goes);
        var (release, metadata, _) = _bench.Release(2, [Stays, Comes], (1, [Stays, Goes]), changeDelta: static delta => delta[..^9]);

        Assert.Equal(ReleaseStage.Content, _bench.TryDelta(release, metadata).Failure.Stage);
        Assert.Equal(["uto:1", "uto:2"], Ids(_bench.Installer.OpenInstalled().Value));
    }

    [Fact]
    public void SegmentFor_ListWithoutADeltaFromHere_IsTheWholeList()
    {
        _bench.Install(1, Stays, Goes);
        var (_, metadata, _) = _bench.Release(9, [Stays, Comes], (7, [Stays]));

        Assert.Equal(ReleaseMetadata.BaseSegment, _bench.Installer.SegmentFor(metadata, _bench.List.Current)!.Name);
    }

    /// <summary>So much has changed that a search of two runs costs what one of the whole list would not.</summary>
    [Fact]
    public void SegmentFor_ListUnderALargeOverlay_IsTheWholeList()
    {
        _bench.Install(1, Stays, Goes);
        _bench.InstallDelta(2, [Stays, Goes], Stays, Comes);
        var (_, metadata, _) = _bench.Release(3, [Stays], (2, [Stays, Comes]));

        Assert.Equal(ReleaseMetadata.BaseSegment, _bench.Installer.SegmentFor(metadata, _bench.List.Current)!.Name);
    }

    /// <summary>The service is killed before each step of the switch: the old list or the new one opens, whole, and the release can be taken again.</summary>
    [Fact]
    public void Install_KilledBeforeAnyStep_LeavesOneListWholeAndGoesOn()
    {
        foreach (var step in Steps)
        {
            using var bench = new Bench();
            bench.Install(1, Stays, Goes);
            bench.InstallDelta(2, [Stays, Goes], Stays, Goes, Comes);
            var (release, metadata, _) = bench.Release(3, [Stays, Comes], (2, [Stays, Goes, Comes]));
            bench.Releases = ReleaseStore.OfLists(bench.Data, reached =>
            {
                if (reached == step)
                    throw new KilledException();
            });

            Assert.Throws<KilledException>(() => bench.Installer.Install(
                release, metadata, "delta-2", bench.Releases.StagingPath(metadata.Find("delta-2")!.Value.Segment), bench.List.Current));
            bench.Releases = ReleaseStore.OfLists(bench.Data);
            var opened = bench.Installer.OpenInstalled().Value;

            Assert.Equal(step == "removal" ? 3UL : 2UL, opened.Metadata.Version);
            Assert.Equal(step == "removal" ? ["uto:1", "uto:3"] : ["uto:1", "uto:2", "uto:3"], Ids(opened));
            if (step == "removal")
                continue;
            Assert.True(bench.Installer.Verify(release).IsSuccess, step);
            Assert.True(bench.TryDelta(release, metadata).IsSuccess, step);
            Assert.Equal(["uto:1", "uto:3"], Ids(bench.Installer.OpenInstalled().Value));
        }
    }

    [Fact]
    public void Open_WithADamagedOverlay_TakesTheGenerationBeforeAndSaysSo()
    {
        _bench.Install(1, Stays, Goes);
        _bench.InstallDelta(2, [Stays, Goes], Stays, Comes);
        Damage(_bench.Releases.FilePath(2));
        _bench.Restart();
        _bench.List.Close();
        var opening = new OpeningService(_bench.Keyring, _bench.Journal, _bench.Installer, _bench.SuppressionInstaller, _bench.List, _bench.Encounters, NullLogger<OpeningService>.Instance);
        _ = opening.StartAsync(CancellationToken.None);

        _bench.OpenKeys();

        Assert.Equal(1UL, _bench.List.Current!.Metadata.Version);
        Assert.Contains("damaged", _bench.List.Problem, StringComparison.Ordinal);
        Assert.Equal(ReleaseMetadata.BaseSegment, _bench.Installer.SegmentFor(_bench.Release(3, [Stays], (2, [Stays, Comes])).Metadata, _bench.List.Current)!.Name);
    }

    [Fact]
    public void Open_AfterTheLeaseOfTheNewest_OpensNeitherGeneration()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Install(1, Stays, Goes);
        _bench.InstallDelta(2, [Stays, Goes], Stays, Comes);
        var former = _bench.List.Current!.Base.Metadata.ReleaseId;
        _bench.Time.Advance(TimeSpan.FromDays(14));

        new LeaseWatchService(_bench.Installer, _bench.List, _bench.Journal, _bench.Time, NullLogger<LeaseWatchService>.Instance).Look();

        Assert.Null(_bench.Keys.Find(former));
        Assert.Equal(ReleaseStage.ContentKey, _bench.Installer.OpenInstalled().Failure.Stage);
        Assert.Equal(ReleaseStage.ContentKey, _bench.Installer.OpenFormer().Failure.Stage);
    }

    /// <summary>A delta that came while nobody had signed in is for the list on the card, which is opened first.</summary>
    [Fact]
    public void Open_WithADeltaThatWaited_TakesItAtTheSignIn()
    {
        _bench.Install(1, Stays, Goes);
        var (release, metadata, _) = _bench.Release(2, [Stays, Comes], (1, [Stays, Goes]));
        _bench.Restart();
        _bench.List.Close();
        Assert.Equal("delta-1", _bench.Installer.SegmentFor(metadata, null)!.Name);
        File.Delete(_bench.Releases.StagingPath(metadata.Find(ReleaseMetadata.BaseSegment)!.Value.Segment));
        _bench.Releases.Await(release);
        var opening = new OpeningService(_bench.Keyring, _bench.Journal, _bench.Installer, _bench.SuppressionInstaller, _bench.List, _bench.Encounters, NullLogger<OpeningService>.Instance);
        _ = opening.StartAsync(CancellationToken.None);

        _bench.OpenKeys();

        Assert.Equal(["uto:1", "uto:3"], Ids(_bench.List.Current!));
        Assert.Null(_bench.Releases.FindAwaiting());
    }

    /// <summary>The card is full when somebody signs in: the list that waits cannot be taken into use, and the one that is installed opens.</summary>
    [Fact]
    public void Open_WithAWaitingListAndAFullCard_TakesTheInstalledOne()
    {
        _bench.Install(1, Stays);
        _bench.Install(2, Stays, Goes);
        var (release, metadata, _) = _bench.Release(3, [Stays, Comes], (2, [Stays, Goes]));
        _bench.Restart();
        _bench.List.Close();
        _bench.Releases.Await(release);
        _bench.Releases = ReleaseStore.OfLists(_bench.Data, static _ => throw new IOException("No space left on device"));
        var opening = new OpeningService(_bench.Keyring, _bench.Journal, _bench.Installer, _bench.SuppressionInstaller, _bench.List, _bench.Encounters, NullLogger<OpeningService>.Instance);
        _ = opening.StartAsync(CancellationToken.None);

        _bench.OpenKeys();

        Assert.Equal(2UL, _bench.List.Current!.Metadata.Version);
        Assert.NotNull(_bench.Releases.FindAwaiting());
        Assert.Equal(3UL, metadata.Version);
    }

    /// <summary>Bits of every file of the installed list are flipped, from a seed: it is refused by name, or it is the same list.</summary>
    [Fact]
    public void Open_WithAnyBitFlippedOnTheCard_OpensTheSameListOrNone()
    {
        var seed = Number("CHECKPOINT_SEED", Random.Shared.Next());
        var flips = Number("CHECKPOINT_FLIPS", 400);
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed} CHECKPOINT_FLIPS={flips}");
        var random = new Random(seed);
        _bench.Install(1, Stays, Goes);
        _bench.InstallDelta(2, [Stays, Goes], Stays, Comes);
        var root = _bench.List.Current!.Metadata.StateRoot.ToArray();
        string[] files =
            [.. Directory.GetFiles(_bench.Data.Lists), .. Directory.GetFiles(_bench.Data.ContentKeys), Path.Combine(_bench.Data.State, "highest-list-version")];
        var refused = 0;
        for (var flip = 0; flip < flips; flip++)
        {
            var path = files[random.Next(files.Length)];
            var whole = File.ReadAllBytes(path);
            var changed = whole.ToArray();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            DataFolder.Write(path, changed);

            var opened = _bench.Installer.OpenInstalled();

            // No flip shuts out the lists to come, or lets an older one in.
            if (path.StartsWith(_bench.Data.State, StringComparison.Ordinal))
                Assert.Equal(2UL, _bench.Installer.HighestVersion());
            if (!opened.IsSuccess)
                refused++;
            else if (opened.Value.Metadata.Version == 2)
                Assert.True(root.AsSpan().SequenceEqual(StateRoot.Of(opened.Value.Runs)), path);
            else
                Assert.Equal(["uto:1", "uto:2"], Ids(opened.Value));
            DataFolder.Write(path, whole);
        }

        Assert.InRange(refused, flips / 4, flips);
        Assert.True(_bench.Installer.OpenInstalled().IsSuccess);
    }

    public void Dispose() => _bench.Dispose();

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;

    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static IEnumerable<string> Ids(ListGeneration generation) =>
        (from run in Enumerable.Range(0, generation.Runs.Runs.Length)
         from entry in Enumerable.Range(0, generation.Runs.Runs[run].EntryCount)
         where generation.Runs.IsLive(run, entry)
         select generation.Runs.Runs[run].EntryId(entry)).Order(StringComparer.Ordinal);

    private static ReleaseMetadata Another(ReleaseMetadata metadata, byte[] root) => new()
    {
        Kind = metadata.Kind,
        ReleaseId = metadata.ReleaseId,
        Version = metadata.Version,
        IssuedAtUnixMicroseconds = metadata.IssuedAtUnixMicroseconds,
        ExpiresAtUnixMicroseconds = metadata.ExpiresAtUnixMicroseconds,
        StateRoot = root,
        Segments = metadata.Segments,
    };

    private sealed class KilledException : Exception;
}
