using System.Collections.Immutable;
using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class ReportedDocumentTests : IDisposable
{
    private const string Stolen = "U10000001";

    private static readonly WatchlistEntry Listed = Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04");
    private static readonly WatchlistEntry Comes = Bench.Entry("uto:3", "OBADIAH QUILLFEATHER", "1966-01-02");
    private static readonly string[] Steps = ["documents", "overlay", "description", "highest version", "pointer", "removal"];

    private readonly Bench _bench = new();

    [Fact]
    public void Inspect_StolenPassport_IsAHitOfItsOwnKind()
    {
        Install(1, Stolen);

        var encounter = Inspect(Stolen);

        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.Attention, encounter.Tiles.Lists.State);
        Assert.Contains((ushort)OutcomeCode.ReasonDocumentReported, encounter.Verdict.OutcomeCodes);
        var hit = Assert.Single(encounter.VisibleHits);
        Assert.True(hit.IsDocument);
        Assert.Equal(("document:Stolen in Utopia", "SeizeDocument", ""), (hit.EntryId, hit.Action, hit.MatchedName));
        var alert = RecordHeader.Parse(Assert.Single(_bench.Journal.ReadUnsent(Lane.Alerts)!.Records).Header).Value;
        Assert.Equal((RecordKind.Hit, encounter.Verdict.RecordId), (alert.Kind, alert.RelatedRecordId));
        Assert.Equal([(ushort)OutcomeCode.ReasonDocumentReported], alert.OutcomeCodes);
    }

    [Fact]
    public void Decide_StolenPassportWithoutAnOutcome_IsRefused()
    {
        Install(1, Stolen);
        var encounter = Inspect(Stolen);

        var form = new DecisionForm(OutcomeCode.Referred, ImmutableDictionary<string, OutcomeCode>.Empty, "", "", false) { Showing = encounter.Showing };

        var problems = _bench.Desk.Decide(encounter.Id, form);
        var decided = _bench.Desk.Decide(encounter.Id, form with { HitOutcomes = form.HitOutcomes.Add("document:Stolen in Utopia", OutcomeCode.HitConfirmed) });

        Assert.Contains("needs an outcome", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Empty(decided);
    }

    [Fact]
    public void Inspect_NumberThatIsNotListed_IsClear()
    {
        Install(1, "U10000002", "UI0000001");

        Assert.True(Inspect(Stolen).IsClear);
    }

    /// <summary>A list that asks for discretion changes nothing at the counter, and is in the records.</summary>
    [Fact]
    public void Inspect_StolenPassportOfADiscreetList_IsInTheRecordsAlone()
    {
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(1, [Registers.Terms(0, "Quiet", RequestedAction.Discreet)], [new RegisterRow(Stolen)])));
        _bench.Install(1, Listed);

        var encounter = Inspect(Stolen);

        Assert.True(encounter.IsClear);
        Assert.Empty(encounter.VisibleHits);
        Assert.True(encounter.HasHits);
        var alert = RecordHeader.Parse(Assert.Single(_bench.Journal.ReadUnsent(Lane.Alerts)!.Records).Header).Value;
        Assert.True((alert.Flags & RecordFlags.Discreet) != 0);
        Assert.DoesNotContain((ushort)OutcomeCode.ReasonDocumentReported, encounter.Verdict.OutcomeCodes);
    }

    [Theory]
    [InlineData("U1000000I", "UTO", TileState.Attention)]
    [InlineData(Stolen, "UTO", TileState.Attention)]
    [InlineData(Stolen, "", TileState.NotChecked)]
    [InlineData("", "", TileState.NotChecked)]
    [InlineData(Stolen, "XXA", TileState.Ok)]
    [InlineData(Stolen, "XXA", TileState.Attention, "UTO")]
    public void InspectManual_NumberAsTyped_IsNeverASilentClear(string number, string nationality, TileState lists, string issuer = "")
    {
        Install(1, Stolen);

        _bench.Pipeline.InspectManual(
            new PersonalPart { Surname = "LINDQUIST", GivenNames = "ASTRID", Nationality = nationality, DocumentNumber = number },
            new MatchQuery { Surname = "LINDQUIST", GivenNames = "ASTRID", Nationality = nationality, IssuingState = issuer, DocumentNumber = DocumentNumber.Parse(number) });

        Assert.Equal(lists, Assert.Single(_bench.Encounters.State.Open).Tiles.Lists.State);
    }

    /// <summary>A list that has ended by a clock nobody trusts is not let lapse, and alerts nobody at once: the supervisor looks.</summary>
    [Fact]
    public void Inspect_ByADoubtfulClock_DocumentOfAnEndedListIsForTheSupervisor()
    {
        var ends = DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime).AddDays(2);
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(1, [Registers.Terms(0, "Stolen in Utopia", expiresOn: ends)], [new RegisterRow(Stolen)])));
        _bench.Install(1, Listed);
        _bench.Time.Advance(TimeSpan.FromDays(3));
        _bench.Clock.Confirm(_bench.Time.GetUtcNow().AddDays(30));
        Assert.Null(_bench.Clock.Read().Trusted);

        var encounter = Inspect(Stolen);

        Assert.Empty(encounter.VisibleHits);
        Assert.Equal("weak", Assert.Single(encounter.Person.Candidates).Level);
        Assert.Null(_bench.Journal.ReadUnsent(Lane.Alerts));
        Assert.Equal(TileState.Attention, encounter.Tiles.Lists.State);
    }

    /// <summary>What had ended when the release was made is not in it, which no clock is needed to say.</summary>
    [Fact]
    public void Inspect_ByADoubtfulClock_ListThatHadEndedBeforeTheReleaseIsSaid()
    {
        var ended = DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime).AddDays(-1);
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(1, [Registers.Terms(0, "Stolen in Utopia", expiresOn: ended)], [])));
        _bench.Install(1, Listed);
        _bench.Clock.Confirm(_bench.Time.GetUtcNow().AddDays(30));
        Assert.Null(_bench.Clock.Read().Trusted);

        Assert.Equal(TileState.NotChecked, Inspect(Stolen).Tiles.Lists.State);
    }

    /// <summary>The code of the issuer was misread: compared as a national's, and never a silent clear.</summary>
    [Fact]
    public void Inspect_IssuerThatIsNoCode_IsComparedByNationalityAndSaid()
    {
        Install(1, Stolen);
        var lines = Bench.Passport("LINDQUIST", "ASTRID", Stolen, 1988, 4, 17).ToArray();
        var unlisted = Bench.Passport("LINDQUIST", "ASTRID", "U10000009", 1988, 4, 17).ToArray();

        foreach (var (zone, hits) in new[] { (lines, 1), (unlisted, 0) })
        {
            _bench.Pipeline.Inspect(Scan([zone[0].Replace("P<UTO", "P<QQQ", StringComparison.Ordinal), zone[1]]));
            var encounter = _bench.Encounters.Newest!;
            Assert.Equal(hits, encounter.VisibleHits.Length);
            Assert.Equal(TileState.NotChecked, encounter.Tiles.Lists.State);
        }
    }

    /// <summary>Two people of the suppress-only role take a single document off, at every post, for three days.</summary>
    [Fact]
    public void Suppress_OfADocument_IsNoHitWhileItLasts()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        Install(1, Stolen, "U10000002");
        var id = ReportedDocument.SuppressionIdOf(
            DocumentKey.Of(_bench.List.Current!.Documents.Register!.Head.ListKey.Span, "UTO", DocumentClass.Passport, DocumentNumber.Parse(Stolen)), 0);

        Suppress(1, id);
        Assert.True(Inspect(Stolen).IsClear);
        Assert.Single(Inspect("U10000002").VisibleHits);

        // A list that comes meanwhile still has it; after three days it counts again.
        Install(2, Stolen);
        Assert.True(Inspect(Stolen).IsClear);
        _bench.Encounters.Clear();
        _bench.Time.Advance(TimeSpan.FromHours(72));
        _bench.List.Review();
        Assert.Single(Inspect(Stolen).VisibleHits);
    }

    /// <summary>By a clock nobody trusts a withdrawal never ends; so what was withdrawn goes to the supervisor instead of vanishing.</summary>
    [Fact]
    public void Suppress_OfADocumentByADoubtfulClock_IsForTheSupervisor()
    {
        Install(1, Stolen);
        Suppress(1, ReportedDocument.SuppressionIdOf(DocumentKey.Of(Registers.ListKey, "UTO", DocumentClass.Passport, DocumentNumber.Parse(Stolen)), 0));
        _bench.Clock.Confirm(_bench.Time.GetUtcNow().AddDays(30));
        Assert.Null(_bench.Clock.Read().Trusted);
        _bench.List.Review();

        var encounter = Inspect(Stolen);

        Assert.Empty(encounter.VisibleHits);
        var candidate = Assert.Single(encounter.Person.Candidates);
        Assert.Equal("weak", candidate.Level);
        Assert.Contains("withdrawn urgently", candidate.Differences, StringComparison.Ordinal);
    }

    /// <summary>What one authority takes back, others still say.</summary>
    [Fact]
    public void Suppress_OfWhatOneListSays_LeavesTheOther()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(
            1, [Registers.Terms(0, "A"), Registers.Terms(1, "B")], [new RegisterRow(Stolen, List: 5)], groups: [new DocumentListGroup(5, [0, 1])])));
        _bench.Install(1, Listed);

        Suppress(1, ReportedDocument.SuppressionIdOf(DocumentKey.Of(Registers.ListKey, "UTO", DocumentClass.Passport, DocumentNumber.Parse(Stolen)), 0));

        Assert.Equal("document:B", Assert.Single(Inspect(Stolen).VisibleHits).EntryId);
    }

    /// <summary>The list ends while the service runs: no restart is needed for the counter to say so, and central's next release ends it.</summary>
    [Fact]
    public void Review_ListOfDocumentsThatEnds_ShowsAtEveryTraveller()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        var ends = DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime).AddDays(2);
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(1, [Registers.Terms(0, "Stolen in Utopia", expiresOn: ends)], [new RegisterRow(Stolen)])));
        _bench.Install(1, Listed);
        Assert.Equal("", _bench.List.Problem);

        _bench.Time.Advance(TimeSpan.FromDays(2));
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.List.Review();

        Assert.Contains("'Stolen in Utopia' ended on", _bench.List.Problem, StringComparison.Ordinal);
        var encounter = Inspect("U10000009");
        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.NotChecked, encounter.Tiles.Lists.State);
        _bench.Documents.Clear();
        _bench.Install(2, Listed);
        Assert.Equal("", _bench.List.Problem);
    }

    [Fact]
    public void Open_DocumentsDamagedOnTheCard_AreNotCheckedAndTheListIs()
    {
        Install(1, Stolen);
        Damage(_bench.Releases.DocumentsPath(1));

        var opened = _bench.Installer.OpenInstalled().Value;
        _bench.List.Switch(opened);

        Assert.Contains("documents reported stolen or lost are not checked", _bench.List.Problem, StringComparison.Ordinal);
        var encounter = Inspect("U10000009");
        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.NotChecked, encounter.Tiles.Lists.State);
        Assert.Contains((ushort)OutcomeCode.ReasonListNotChecked, encounter.Verdict.OutcomeCodes);
        _bench.Pipeline.Inspect(Scan(Bench.Passport("DRAGOVAR", "VIKTOR ANSELM", "U10000003", 1971, 3, 4)));
        Assert.Equal("uto:1", Assert.Single(_bench.Encounters.Newest!.VisibleHits).EntryId);
        Assert.Equal(TileState.NotChecked, _bench.Encounters.Newest.Tiles.Lists.State);
    }

    [Fact]
    public void Open_DocumentsGoneFromTheCard_AreNotChecked()
    {
        Install(1, Stolen);
        File.Delete(_bench.Releases.DocumentsPath(1));

        Assert.NotEmpty(_bench.Installer.OpenInstalled().Value.Documents.Problem);
    }

    [Fact]
    public void Install_DocumentsDamagedOnTheirWay_AreRefusedWithTheirRelease()
    {
        Install(1, Stolen);
        _bench.Documents.Clear();
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(2, new RegisterRow(Stolen))));
        var (release, metadata, staged) = _bench.Release(2, Listed, Comes);
        Damage(_bench.Releases.StagingPath(metadata.Find(ReleaseMetadata.DocumentsSegment)!.Value.Segment));

        var refused = _bench.Installer.Install(release, metadata, ReleaseMetadata.BaseSegment, staged, _bench.List.Current);

        Assert.Equal(ReleaseStage.Segment, refused.Failure.Stage);
        Assert.Equal(1UL, _bench.Installer.OpenInstalled().Value.Metadata.Version);
    }

    [Fact]
    public void Install_DocumentsOfAnotherVersion_AreRefused()
    {
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(7, new RegisterRow(Stolen))));
        var (release, metadata, staged) = _bench.Release(1, Listed);

        Assert.Contains("of version 7", _bench.Installer.Install(release, metadata, ReleaseMetadata.BaseSegment, staged, null).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_DeltaOfDocuments_LeadsToTheBytesThatWereSigned()
    {
        Install(1, Stolen, "U10000002");

        InstallDelta(2, Registers.Of(2, new RegisterRow("U10000002"), new RegisterRow("U10000004")));

        Assert.True(Inspect(Stolen).IsClear);
        Assert.Single(Inspect("U10000004").VisibleHits);
        var opened = _bench.Installer.OpenInstalled().Value;
        Assert.Equal((2UL, 2L, ""), (opened.Metadata.Version, opened.Documents.Register!.Count, opened.Documents.Problem));
        Assert.Equal(1L, _bench.Installer.OpenFormer().Value.Documents.Register!.Count - 1);
    }

    [Fact]
    public void Install_DeltaOfDocumentsThatLeadsElsewhere_IsRefused()
    {
        Install(1, Stolen);
        var (release, metadata) = ReleaseDelta(2, Registers.Of(2, new RegisterRow("U10000002")), ledTo: Registers.Of(2, new RegisterRow("U10000003")));

        var refused = _bench.TryDelta(release, metadata);

        Assert.Contains("not what the metadata signs for", refused.Failure.Reason, StringComparison.Ordinal);
        Assert.Single(Inspect(Stolen).VisibleHits);
    }

    /// <summary>The service is killed before each step of the switch: old list and old documents, or new and new, never a mixture.</summary>
    [Fact]
    public void Install_KilledBeforeAnyStep_LeavesListAndDocumentsOfOneVersion()
    {
        foreach (var step in Steps)
        {
            using var test = new ReportedDocumentTests();
            var bench = test._bench;
            test.Install(1, Stolen);
            var (release, metadata) = test.ReleaseDelta(2, Registers.Of(2, new RegisterRow("U10000002")));
            bench.Releases = ReleaseStore.OfLists(bench.Data, reached =>
            {
                if (reached == step)
                    throw new KilledException();
            });

            Assert.Throws<KilledException>(() => bench.TryDelta(release, metadata));
            bench.Releases = ReleaseStore.OfLists(bench.Data);
            var opened = bench.Installer.OpenInstalled().Value;

            Assert.Equal(step == "removal" ? 2UL : 1UL, opened.Metadata.Version);
            Assert.Equal(opened.Metadata.Version, opened.Documents.Register!.Version);
            bench.List.Switch(opened);
            Assert.Equal(step == "removal", test.Inspect(Stolen).IsClear);
            if (step != "removal")
                Assert.True(bench.Installer.Verify(release).IsSuccess, step);
        }
    }

    [Fact]
    public void Install_SiteThatHasNoMoreDocuments_LeavesNoneBehind()
    {
        Install(1, Stolen);
        _bench.Documents.Clear();
        _bench.Install(2, Listed);
        _bench.Install(3, Listed);

        Assert.True(Inspect(Stolen).IsClear);
        Assert.Empty(Directory.GetFiles(_bench.Data.Lists, "*.documents"));
    }

    public void Dispose() => _bench.Dispose();

    private static DocumentScan Scan(IEnumerable<string> lines) => new() { Lines = [.. lines], LastByteTimestamp = 0 };

    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private OpenEncounter Inspect(string number)
    {
        _bench.Pipeline.Inspect(Scan(Bench.Passport("LINDQUIST", "ASTRID", number, 1988, 4, 17)));
        return _bench.Encounters.Newest!;
    }

    private void Install(ulong version, params string[] numbers)
    {
        _bench.Documents.Clear();
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, Registers.Of(version, numbers.Select(static number => new RegisterRow(number)))));
        _bench.Install(version, Listed);
    }

    private void Suppress(ulong version, string id)
    {
        var (release, metadata, staged) = _bench.ReleaseSuppression(version, removals: [(id, _bench.Time.GetUtcNow().AddHours(72))]);
        Assert.True(_bench.SuppressionInstaller.Install(release, metadata, staged).TryGet(out var suppression, out var failure), failure?.ToString());
        _bench.List.Suppress(suppression);
    }

    private void InstallDelta(ulong version, byte[] after)
    {
        var (release, metadata) = ReleaseDelta(version, after);
        Assert.True(_bench.TryDelta(release, metadata).TryGet(out var generation, out var failure), failure?.ToString());
        _bench.List.Switch(generation);
    }

    /// <summary>A release whose list and documents have deltas, with the documents' whole not downloaded.</summary>
    /// <param name="ledTo">Where the delta leads, when it is elsewhere.</param>
    private (SignedMetadata Release, ReleaseMetadata Metadata) ReleaseDelta(ulong version, byte[] after, byte[]? ledTo = null)
    {
        var current = _bench.List.Current!;
        _bench.Documents.Clear();
        _bench.Documents.Add((ReleaseMetadata.DocumentsSegment, after));
        _bench.Documents.Add((
            ReleaseMetadata.DocumentsDeltaSegment(current.Metadata.Version),
            DocumentRegisterRun.Between(current.Documents.Register!, Registers.Open(ledTo ?? after), ZstdFrames.Pack)));
        var (release, metadata, _) = _bench.Release(version, [Listed, Comes], (current.Metadata.Version, [Listed]));
        File.Delete(_bench.Releases.StagingPath(metadata.Find(ReleaseMetadata.DocumentsSegment)!.Value.Segment));
        return (release, metadata);
    }

    private sealed class KilledException : Exception;
}
