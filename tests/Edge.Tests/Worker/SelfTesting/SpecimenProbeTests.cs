using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker.SelfTesting;

public sealed class SpecimenProbeTests : IDisposable
{
    private static readonly WatchlistEntry Listed = Bench.Entry("uto:1", "DRAGOVAR, Viktor Anselm", "1971-03-04");

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Switch_ToAReleaseWithTheSpecimen_FindsHer()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);

        Assert.Equal(ProofState.Found, _bench.List.Current!.Proof.State);
        Assert.Equal("", _bench.List.Remark);
    }

    [Fact]
    public void Switch_ToAnOlderReleaseWithoutHer_ProvesNothingAndSaysWhatToDo()
    {
        _bench.Install(1, Listed);

        Assert.Equal(ProofState.NotSeeded, _bench.List.Current!.Proof.State);
        Assert.Equal("", _bench.List.Problem);
        Assert.Contains("publish the list anew", _bench.List.Remark, StringComparison.Ordinal);

        // Nobody is locked out, and nobody referred, by central being older than the post.
        var encounter = Inspect(Bench.Passport("HALVORSEN", "NILS", "UT7700001", 1966, 1, 30));
        Assert.True(encounter.IsClear);
        Assert.Equal(TileState.Ok, encounter.Tiles.Lists.State);
    }

    [Fact]
    public void Delta_ThatBringsHer_IsProvedAtOnce()
    {
        _bench.Install(1, Listed);

        _bench.InstallDelta(2, [Listed], Listed, ListSpecimen.Entry);

        Assert.Equal(ProofState.Found, _bench.List.Current!.Proof.State);
        Assert.NotNull(_bench.List.Current.Overlay);
    }

    [Fact]
    public void Delta_ThatTakesHerOut_IsTold()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);

        _bench.InstallDelta(2, [Listed, ListSpecimen.Entry], Listed);

        Assert.Equal(ProofState.NotSeeded, _bench.List.Current!.Proof.State);
    }

    [Fact]
    public void Opened_AfterARestart_IsProvedAnew()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        _bench.Restart();
        _bench.OpenKeys();

        Assert.True(_bench.Installer.OpenInstalled().TryGet(out var generation, out var failure), failure?.ToString());
        Assert.Equal(ProofState.NotMade, generation.Proof.State);
        _bench.List.Switch(generation);

        Assert.Equal(ProofState.Found, _bench.List.Current!.Proof.State);
    }

    [Fact]
    public void MatcherThatMisses_FailsListsAndClearsNobody()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        Break();

        var encounter = Inspect(Bench.Passport("HALVORSEN", "NILS", "UT7700001", 1966, 1, 30));

        Assert.Equal(ProofState.Missed, _bench.List.Current!.Proof.State);
        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.Failed, encounter.Tiles.Lists.State);
        Assert.Contains((ushort)OutcomeCode.ReasonCheckFailed, encounter.Verdict.OutcomeCodes);
        Assert.Contains("self-test of the list failed", encounter.Person.Reasons, StringComparison.Ordinal);
    }

    [Fact]
    public void MatcherThatMisses_StillShowsWhatItFinds()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        Break();

        var encounter = Inspect(Bench.Passport("DRAGOVAR", "VIKTOR ANSELM", "UT7700002", 1971, 3, 4));

        Assert.Equal("uto:1", Assert.Single(encounter.VisibleHits).EntryId);
        Assert.Equal(TileState.Failed, encounter.Tiles.Lists.State);
    }

    [Fact]
    public void MatcherThatFindsAgain_IsTrustedAgain()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        var sound = _bench.List.Current!;
        Break();

        _bench.List.Switch(sound);

        Assert.Equal(ProofState.Found, _bench.List.Prove()!.State);
        Assert.True(Inspect(Bench.Passport("HALVORSEN", "NILS", "UT7700001", 1966, 1, 30)).IsClear);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public void PackageDamagedInMemory_IsAMissAndNoFault(byte value)
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        // The envelope was read when it was opened: what follows is what searches look at.
        _bench.List.Current!.Base.Memory.Bytes[64..].Fill(value);

        var proof = _bench.List.Prove();

        Assert.NotEqual(ProofState.Found, proof!.State);
    }

    [Fact]
    public void TravellerWhoIsHer_IsNobodysHitAndLeavesNoCandidate()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);

        var encounter = Inspect(ListSpecimen.PassportLines);

        Assert.Empty(encounter.VisibleHits);
        Assert.DoesNotContain(encounter.Person.Candidates, static candidate => candidate.EntryId == ListSpecimen.EntryId);
        Assert.Empty(_bench.Written(Lane.Alerts));
    }

    [Fact]
    public void Probe_WritesNoEncounterAndNoHit()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);

        _bench.List.Prove();

        Assert.Empty(_bench.Written(Lane.Alerts));
        Assert.Empty(_bench.Written(Lane.Encounters));
        Assert.Empty(_bench.Encounters.State.Open);
    }

    [Fact]
    public void DoubtfulClock_StillFindsHer()
    {
        _bench.Time.SetUtcNow(Bench.Start.AddYears(30));

        _bench.Install(1, Listed, ListSpecimen.Entry);

        Assert.Equal(ClockQuality.Doubtful, _bench.Clock.Read().Quality);
        Assert.Equal(ProofState.Found, _bench.List.Current!.Proof.State);
    }

    [Fact]
    public void UrgentDelistingOfAnother_LeavesHerFindable()
    {
        _bench.Install(1, Listed, ListSpecimen.Entry);
        var (release, metadata, staged) = _bench.ReleaseSuppression(1, removals: ("uto:1", Bench.Start.AddDays(3)));
        Assert.True(_bench.SuppressionInstaller.Install(release, metadata, staged).TryGet(out var suppression, out var failure), failure?.ToString());

        _bench.List.Suppress(suppression);

        Assert.Equal(ProofState.Found, _bench.List.Current!.Proof.State);
        Assert.True(Inspect(Bench.Passport("DRAGOVAR", "VIKTOR ANSELM", "UT7700002", 1971, 3, 4)).IsClear);
    }

    /// <summary>A matcher over a list in which the specimen does not stand, though it stands in the records.</summary>
    private void Break()
    {
        var without = WatchlistRuns.Of(WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write([Listed], 1, 1, "t", new byte[16]))).Value);
        _bench.List.Switch(_bench.List.Current! with { Matcher = new WatchlistMatcher(without, MatchThresholds.Current) });
    }

    private OpenEncounter Inspect(IEnumerable<string> lines)
    {
        _bench.Pipeline.Inspect(new DocumentScan { Lines = [.. lines], LastByteTimestamp = 0 });
        return _bench.Encounters.State.Open[^1];
    }
}
