using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class SuppressionTests : IDisposable
{
    private static readonly WatchlistEntry Listed = Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04");
    private static readonly WatchlistEntry Other = Bench.Entry("uto:2", "ISAURA LENE BRANDVOLD", "1991-03-07");

    private readonly Bench _bench = new();

    public SuppressionTests()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Install(1, Listed, Other);
    }

    private DateTimeOffset InThreeDays => _bench.Time.GetUtcNow().AddHours(72);

    [Fact]
    public void Suppress_ListedPerson_NoLongerAlertsAndEverybodyElseDoes()
    {
        Assert.Single(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));

        Suppress(1, ("uto:1", InThreeDays), ("uto:never-listed", InThreeDays));

        Assert.Empty(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
        Assert.Single(Hits("BRANDVOLD", "ISAURA LENE", "1991-03-07"));
        Assert.Equal(1UL, _bench.List.Current!.Metadata.Version);
    }

    /// <summary>The next list still has the entry, whole or by delta: it stays suppressed until a list does without it, or the time is up.</summary>
    [Fact]
    public void Switch_ToAListThatStillHasTheEntry_KeepsItSuppressed()
    {
        Suppress(1, ("uto:1", InThreeDays));

        _bench.InstallDelta(2, [Listed, Other], Listed, Bench.Entry("uto:3", "OBADIAH QUILLFEATHER", "1966-01-02"));
        Assert.Empty(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
        Assert.Single(Hits("QUILLFEATHER", "OBADIAH", "1966-01-02"));
        _bench.Install(3, Listed);

        Assert.Empty(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
    }

    [Fact]
    public void Review_AfterTheTimeIsUp_LetsTheEntryMatchAgain()
    {
        Suppress(1, ("uto:1", InThreeDays), ("uto:2", InThreeDays.AddHours(1)));
        _bench.Time.Advance(TimeSpan.FromHours(72));

        new LeaseWatchService(_bench.Installer, _bench.List, _bench.Journal, _bench.Time, NullLogger<LeaseWatchService>.Instance).Look();

        Assert.Single(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
        Assert.Empty(Hits("BRANDVOLD", "ISAURA LENE", "1991-03-07"));
    }

    /// <summary>A doubtful clock cannot tell whether the three days are over: the traveller is neither cleared nor alerted on, the supervisor looks.</summary>
    [Fact]
    public void Screen_WithADoubtfulClock_GoesToTheSupervisorMarked()
    {
        Suppress(1, ("uto:1", InThreeDays));
        _bench.Clock.Confirm(_bench.Time.GetUtcNow().AddDays(30));
        Assert.Null(_bench.Clock.Read().Trusted);
        _bench.List.Review();

        var candidate = Assert.Single(Screen("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04", isClockDoubtful: true).Candidates);

        Assert.Equal(CandidateLevel.Weak, candidate.Level);
        Assert.True(candidate.IsPastExpiry);
    }

    [Fact]
    public void Suppress_NewestWithoutTheEntry_TakesItBack()
    {
        Suppress(1, ("uto:1", InThreeDays));
        Suppress(2);

        Assert.Single(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
    }

    [Fact]
    public void Restart_ThenSignIn_SuppressesAgain()
    {
        Suppress(1, ("uto:1", InThreeDays));
        _bench.Restart();
        _bench.List.Close();
        using var opening = new Opening(_bench);

        _bench.OpenKeys();

        Assert.Empty(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
    }

    /// <summary>It came while nobody had signed in; nobody is screened before it is in use.</summary>
    [Fact]
    public void SignIn_WithOneThatWaited_SuppressesBeforeTheFirstTraveller()
    {
        var (release, _, _) = _bench.ReleaseSuppression(1, removals: [("uto:1", InThreeDays)]);
        _bench.Restart();
        _bench.List.Close();
        ReleaseStore.OfSuppressions(_bench.Data).Await(release);
        using var opening = new Opening(_bench);

        _bench.OpenKeys();

        Assert.Empty(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
        Assert.Equal(1UL, _bench.SuppressionInstaller.HighestVersion());
        var records = _bench.Journal.ReadUnsent(Lane.Audit)!.Records;
        Assert.Contains(records, static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.SuppressionInstalled);
    }

    /// <summary>What waits is damaged and cannot be taken into use: nobody who was delisted before is listed again by that.</summary>
    [Fact]
    public void SignIn_WithOneThatWaitedAndCannotBeTaken_KeepsTheOneBefore()
    {
        Suppress(1, ("uto:1", InThreeDays));
        var (release, _, staged) = _bench.ReleaseSuppression(2, removals: [("uto:1", InThreeDays), ("uto:2", InThreeDays)]);
        _bench.Restart();
        _bench.List.Close();
        ReleaseStore.OfSuppressions(_bench.Data).Await(release);
        File.WriteAllBytes(staged, [.. File.ReadAllBytes(staged).Reverse()]);
        using var opening = new Opening(_bench);

        _bench.OpenKeys();

        Assert.Empty(Hits("DRAGOVAR", "VIKTOR ANSELM", "1971-03-04"));
        Assert.Single(Hits("BRANDVOLD", "ISAURA LENE", "1991-03-07"));
    }

    [Fact]
    public void Verify_SuppressionThatCarriesAList_IsNotTrusted()
    {
        var refused = _bench.SuppressionInstaller.Verify(_bench.ReleaseSuppression(1, segment: ReleaseMetadata.BaseSegment, ("uto:1", InThreeDays)).Release);

        Assert.Equal(ReleaseStage.Trust, refused.Failure.Stage);
    }

    [Fact]
    public void Verify_OlderThanSeenBefore_IsRefused()
    {
        Suppress(3, ("uto:1", InThreeDays));

        Assert.Equal(ReleaseStage.Version, _bench.SuppressionInstaller.Verify(_bench.ReleaseSuppression(2).Release).Failure.Stage);
    }

    [Fact]
    public void Install_Damaged_IsRefusedAndTheFormerStays()
    {
        Suppress(1, ("uto:1", InThreeDays));
        var (release, metadata, staged) = _bench.ReleaseSuppression(2);
        File.WriteAllBytes(staged, [.. File.ReadAllBytes(staged).Reverse()]);

        Assert.Equal(ReleaseStage.Segment, _bench.SuppressionInstaller.Install(release, metadata, staged).Failure.Stage);
        Assert.Equal(1UL, _bench.SuppressionInstaller.OpenInstalled().Value.Metadata.Version);
    }

    public void Dispose() => _bench.Dispose();

    private void Suppress(ulong version, params (string EntryId, DateTimeOffset LapsesAt)[] removals)
    {
        var (release, metadata, staged) = _bench.ReleaseSuppression(version, removals: removals);
        Assert.True(_bench.SuppressionInstaller.Verify(release).TryGet(out _, out var failure), failure?.ToString());
        Assert.True(_bench.SuppressionInstaller.Install(release, metadata, staged).TryGet(out var suppression, out failure), failure?.ToString());
        _bench.List.Suppress(suppression);
    }

    private IEnumerable<Candidate> Hits(string surname, string givenNames, string birth) => Screen(surname, givenNames, birth, isClockDoubtful: false).Hits;

    private ScreeningResult Screen(string surname, string givenNames, string birth, bool isClockDoubtful)
    {
        Assert.True(PartialDate.TryParse(birth, out var date));
        return _bench.List.Current!.Matcher.Screen(
            new MatchQuery { Surname = surname, GivenNames = givenNames, BirthDate = date }, DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime), isClockDoubtful);
    }

    private sealed class Opening : IDisposable
    {
        private readonly OpeningService _service;

        internal Opening(Bench bench)
        {
            _service = new OpeningService(
                bench.Keyring, bench.Journal, bench.Installer, bench.SuppressionInstaller, bench.List, bench.Encounters, NullLogger<OpeningService>.Instance);
            _ = _service.StartAsync(CancellationToken.None);
        }

        public void Dispose() => _ = _service.StopAsync(CancellationToken.None);
    }
}
