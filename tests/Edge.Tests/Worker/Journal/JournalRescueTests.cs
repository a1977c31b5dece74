using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker.Journal;

/// <summary>A card in another reader.</summary>
public sealed class JournalRescueTests : IDisposable
{
    private readonly Bench _bench = new();

    public JournalRescueTests()
    {
        for (var i = 0; i < 300; i++)
        {
            _bench.Journal.Append(
                new RecordDraft(Lane.Audit, RecordKind.Viewed, "OFF-1"),
                new RecordDraft(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1") { EncounterId = Guid.NewGuid(), Personal = new PersonalPart { Note = new string('N', 600) } });
        }

        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Audit, 300, 0);
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 10, 0);
    }

    [Fact]
    public void Write_OfAWholeCard_HasWhatCentralLacksInRunsThatVerify()
    {
        var before = Contents();

        var (report, runs) = Rescue(takesAll: false);

        Assert.Equal((290, 0, 0), (report.Records, report.Stranded, report.Lost));
        Assert.Equal(11UL, runs[0].Statement.FirstSequence);
        AssertVerify(runs);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void Write_All_BeginsAtTheBeginning()
    {
        var (report, runs) = Rescue(takesAll: true);

        Assert.Equal(600, report.Records);
        Assert.Equal(2, runs.Count(static run => run.Statement.FirstSequence == 1));
        AssertVerify(runs);
    }

    [Fact]
    public void Write_OfADamagedCard_GoesRoundTheDamageAndCountsIt()
    {
        _bench.Restart();
        var path = Path.Combine(_bench.Data.Journal, "journal.db");
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(new byte[100]);
            file.Position = file.Length / 2;
            file.Write(new byte[4096]);
        }

        var before = Contents();

        var (report, runs) = Rescue(takesAll: false);

        Assert.InRange(report.Records, 1, 289);
        Assert.InRange(report.Lost, 1, 20);
        Assert.Equal(290, report.Records + report.Stranded + report.Lost);
        AssertVerify(runs);
        Assert.Equal(before, Contents());
    }

    /// <summary>Where the card says for whom to seal, nothing stays on it that is whole: what is behind a lost record travels as the appliance would have sent it.</summary>
    [Fact]
    public void Write_OfADamagedCardThatKnowsCentralsKey_CarriesWhatIsBehindALostRecord()
    {
        _bench.Restart();
        Zero(length: 4096);
        var before = Contents();
        var stranded = Rescue(takesAll: false).Report.Stranded;

        var (report, runs) = Rescue(takesAll: false, knowsKey: true);

        Assert.InRange(stranded, 1, 289);
        Assert.Equal((0, stranded), (report.Stranded, report.Carried));
        Assert.Equal(290, report.Records + report.Carried + report.Lost);
        AssertVerify(runs);
        AssertEachOnce(runs);
        Assert.Equal(before, Contents());
        var carriers = runs.SelectMany(static run => run.Records).Select(static record => RecordHeader.Parse(record.Header).Value).Where(static header => header.Kind == RecordKind.Salvaged).ToArray();
        Assert.Equal(stranded, carriers.Select(static header => header.RelatedRecordId).Distinct().Count());
        Assert.All(carriers, static header => Assert.Equal((RecordKind.EncounterVerdict, "OFF-1"), (header.EffectiveKind, header.ActorId)));

        // The same records, whoever writes them again: the appliance or a second rescue.
        Assert.Equal(
            carriers.Select(static header => header.RecordId),
            Rescue(takesAll: false, knowsKey: true).Runs.SelectMany(static run => run.Records).Select(static record => RecordHeader.Parse(record.Header).Value)
                .Where(static header => header.Kind == RecordKind.Salvaged).Select(static header => header.RecordId));
    }

    [Fact]
    public void Write_OfACardWithAClosedLane_SendsItUpToThereAndCarriesWhatIsNotCarriedYet()
    {
        _bench.Journal.Close(Lane.Encounters, _bench.Identity.Epoch, 101, "a test");
        _bench.Journal.CarryOn();
        Assert.InRange(_bench.Journal.Untold, 1, 199);
        var carriedHere = 200 - (int)_bench.Journal.Untold;
        _bench.Restart();

        var (report, runs) = Rescue(takesAll: true, knowsKey: true);

        Assert.Equal((0, 0), (report.Stranded, report.Lost));
        AssertVerify(runs);
        var headers = runs.SelectMany(static run => run.Records).Select(static record => RecordHeader.Parse(record.Header).Value).Where(static header => header.Lane == Lane.Encounters).ToArray();
        Assert.Equal(100, headers.Count(static header => header.Kind == RecordKind.EncounterVerdict));
        Assert.Equal(200, headers.Where(static header => header.Kind == RecordKind.Salvaged).Select(static header => header.RelatedRecordId).Distinct().Count());
        Assert.Equal(200 - carriedHere, report.Carried);
    }

    /// <summary>What is behind a lost record was written again by the appliance, inside records of the new epoch: it is not counted as left on the card.</summary>
    [Fact]
    public void Write_AfterARecovery_CountsWhatTravelsInsideOthersAndNamesTheEvidence()
    {
        _bench.Restart();
        _bench.OpenKeys();
        Zero(length: 4096);
        while (_bench.Journal.Recoveries == 0 && _bench.Journal.ReadUnsent(Lane.Encounters) is { } batch)
            _bench.Journal.SetDurable(batch.Epoch, Lane.Encounters, batch.FirstSequence + (ulong)batch.Records.Length - 1, 0);
        Assert.Equal(1, _bench.Journal.Recoveries);
        _bench.Restart();

        var (report, runs) = Rescue(takesAll: false, knowsKey: true);

        Assert.Equal(0, report.Stranded);
        Assert.InRange(report.Carried, 1, 289);
        Assert.InRange(report.Lost, 1, 20);
        Assert.False(report.IsWhole);
        Assert.Equal(["journal.db", "journal.db", "health.db"], report.Files.Select(static source => Path.GetFileName(source.Path)));
        Assert.Contains("evidence", report.Files[1].Path, StringComparison.Ordinal);
        AssertVerify(runs);
        AssertEachOnce(runs);
    }

    [Fact]
    public void Write_NewestFileLostAPage_TakesTheRecordsFromAnOlderCopy()
    {
        _bench.Restart();
        CopyToEvidence(_bench.Data.Journal, "20261128T000000Z");
        Zero(length: 8192);

        var (report, runs) = Rescue(takesAll: false);

        Assert.Equal((290, 0, 0), (report.Records, report.Stranded, report.Lost));
        Assert.True(report.IsWhole);
        Assert.InRange(report.Files[1].OnlyHere, 1, 40);
        AssertVerify(runs);
        AssertEachOnce(runs);
    }

    /// <summary>A power cut between the two moves of the ladder: the damaged file is aside, the fresh one not yet in its place.</summary>
    [Fact]
    public void Write_OnlyARebuiltFile_IsRead()
    {
        _bench.Restart();
        var path = JournalStore.PathsIn(_bench.Data.Path)[0];
        File.Move(path, path + ".rebuilt");

        var (report, runs) = Rescue(takesAll: false);

        Assert.Equal(290, report.Records);
        AssertVerify(runs);
    }

    [Fact]
    public void Write_TwoCopiesThatWentOnApart_NamesThePlacesAndTakesOneOfEach()
    {
        _bench.Restart();
        var clone = new DataFolder(Path.Combine(_bench.Data.Path, "clone"));
        Directory.CreateDirectory(clone.Journal);
        foreach (var file in Directory.GetFiles(_bench.Data.Journal))
            File.Copy(file, Path.Combine(clone.Journal, Path.GetFileName(file)), overwrite: true);
        using (var journal = new JournalStore(
            clone, _bench.Identity, _bench.Trust, _bench.People, _bench.Clock, Options.Create(_bench.JournalOptions), _bench.Disk, NullLogger<JournalStore>.Instance))
        {
            journal.Append(new RecordDraft(Lane.Audit, RecordKind.Viewed, "OFF-2"));
        }

        _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.Viewed, "OFF-1"), new RecordDraft(Lane.Audit, RecordKind.Viewed, "OFF-1"));
        _bench.Restart();
        CopyToEvidence(clone.Journal, "20261128T000000Z");

        var (report, runs) = Rescue(takesAll: false);

        var forked = Assert.Single(report.Forked);
        Assert.Equal((Lane.Audit, 301UL), (forked.Lane, forked.Sequence));
        Assert.Equal(292, report.Records);
        Assert.False(report.IsWhole);
        AssertVerify(runs);
        AssertEachOnce(runs);
    }

    private static void AssertEachOnce(List<RescuedRun> runs)
    {
        var places = runs.SelectMany(static run => run.Records).Select(static record => RecordHeader.Parse(record.Header).Value).Select(static header => (header.Epoch, header.Lane, header.Sequence)).ToArray();
        Assert.Equal(places.Length, places.Distinct().Count());
    }

    /// <summary>Spoils the middle of the journal.</summary>
    private void Zero(int length)
    {
        using var file = new FileStream(JournalStore.PathsIn(_bench.Data.Path)[0], FileMode.Open, FileAccess.Write);
        file.Position = file.Length / 2 / 4096 * 4096;
        file.Write(new byte[length]);
    }

    private void CopyToEvidence(string from, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(JournalRebuild.EvidenceIn(_bench.Data.Journal), name)).FullName;
        foreach (var file in Directory.GetFiles(from, "journal.db*").Where(static file => !file.EndsWith(".begun", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    private (RescueReport Report, List<RescuedRun> Runs) Rescue(bool takesAll, bool knowsKey = false)
    {
        using var file = new MemoryStream();
        var report = JournalRescue.Write(file, JournalRescue.FilesIn(_bench.Data.Path), _bench.Key, takesAll, knowsKey ? _bench.Trust.Current.RecordKeys[0] : default);
        file.Position = 0;
        return (report, [.. RescueFile.Read(file).Select(static run => run.Value)]);
    }

    private void AssertVerify(List<RescuedRun> runs) =>
        Assert.All(runs, run => Assert.True(RecordBatch.Verify(
            run.Statement, run.Records, SignatureAlgorithm.EcdsaP256Sha256, run.Signature.Span, _bench.Key.SigningKeySpki.Span).IsSuccess));

    private Dictionary<string, string> Contents() =>
        Directory.GetFiles(_bench.Data.Journal).ToDictionary(static file => file, static file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));

    public void Dispose() => _bench.Dispose();
}
