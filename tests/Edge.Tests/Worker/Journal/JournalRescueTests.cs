using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

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

    private (RescueReport Report, List<RescuedRun> Runs) Rescue(bool takesAll)
    {
        using var file = new MemoryStream();
        var report = JournalRescue.Write(file, JournalStore.PathsIn(_bench.Data.Path), _bench.Key, takesAll);
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
