using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.SelfTesting;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class HealthRecordServiceTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly SimulatedBoard _board;
    private readonly ChangingScanner _scanner = new();
    private readonly HealthRecordService _service;

    public HealthRecordServiceTests()
    {
        _board = new SimulatedBoard(Path.Combine(_bench.Data.Path, "board"), _bench.Time, NullLoggerFactory.Instance);
        var certificate = new CertificateWatch(_bench.Credentials, _bench.Link, _bench.Clock, _bench.Time);
        var health = new ApplianceHealth(_scanner, _board, new BoardOptions(), _bench.Journal, _bench.List, _bench.Tamper, _bench.Climate, _bench.Power, _bench.KeyStore, certificate,
            new BlockBook(_bench.Data), new CommandBook(_bench.Data), new RefusedEpochs(_bench.Time, Options.Create(new SyncOptions())), new SelfTestBook(), _bench.Clock, _bench.Time);
        _service = new HealthRecordService(
            health, _bench.Journal, _bench.List, _bench.Clock, Options.Create(new HealthOptions()), _bench.Time, NullLogger<HealthRecordService>.Instance);
    }

    [Fact]
    public void Look_NothingChanges_WritesAMinuteAfterTheStartAndEveryQuarterOfAnHour()
    {
        Pass(TimeSpan.FromSeconds(50));
        Assert.Empty(Notes());

        Pass(TimeSpan.FromMinutes(46));

        Assert.Equal(4, Notes().Count);
    }

    [Fact]
    public void Look_PartChangesItsState_WritesSoonAndOnce()
    {
        Pass(TimeSpan.FromMinutes(5));
        Assert.Single(Notes());
        _scanner.Health = new DeviceHealth(DeviceState.Failed, "The reader is\nnot plugged in.", Bench.Start);

        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(2, Notes().Count);
        Pass(TimeSpan.FromMinutes(10));

        Assert.Equal(2, Notes().Count);
        Assert.Contains("part-reader=Failed The reader is not plugged in.", Notes()[^1].Split('\n'));
    }

    [Fact]
    public void Look_PartFlaps_WritesOnceAMinuteAtMost()
    {
        for (var i = 0; i < 360; i++)
        {
            _scanner.Health = new DeviceHealth(i % 2 == 0 ? DeviceState.Failed : DeviceState.Ok, "", Bench.Start);
            Pass(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(Notes().Count, 4, 60);
    }

    [Fact]
    public void Look_CardNearlyFull_WritesNothingUntilThereIsRoom()
    {
        _bench.Disk.UsedPercent = 96;
        _bench.Journal.Upkeep();
        Pass(TimeSpan.FromHours(1));
        Assert.Empty(Notes());

        _bench.Disk.UsedPercent = 40;
        _bench.Journal.Upkeep();
        Pass(TimeSpan.FromSeconds(10));

        Assert.Contains("disk-used-percent=40", Assert.Single(Notes()).Split('\n'));
    }

    [Fact]
    public void Look_JournalTakesNothing_TriesAgainAndStopsNothing()
    {
        using (var connection = new SqliteConnection($"Data Source={JournalStore.PathsIn(_bench.Data.Path)[1]};Pooling=False"))
        {
            connection.Open();
            JournalDatabase.Execute(connection, "CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'full'); END");
        }

        Pass(TimeSpan.FromMinutes(3));
        Assert.Empty(Notes());

        _bench.Journal.Append(new RecordDraft(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1") { EncounterId = Guid.NewGuid() });
        Assert.Null(_bench.Journal.Problem);
    }

    /// <summary>A marked traveller and the officer are nowhere in it; what the appliance knows of itself is.</summary>
    [Fact]
    public void Look_AfterATraveller_SaysHowTheApplianceDoesAndNothingOfAnybody()
    {
        _bench.Install(7, Bench.Entry("UTO-1", "NILS MARKEDNAME", "1966-01-30"));
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Pipeline.Inspect(new DocumentScan { Lines = Bench.Passport("MARKEDNAME", "NILS", "MARK12345", 1966, 1, 30), LastByteTimestamp = 0 });
        _bench.Time.Advance(TimeSpan.FromMinutes(2));

        _service.Look();

        var record = _bench.Journal.ReadUnsent(Lane.Health)!.Records[^1];
        var header = RecordHeader.Parse(record.Header).Value;
        Assert.Equal((RecordKind.Health, RecordDraft.Appliance, 7UL), (header.Kind, header.ActorId, header.ListVersion));
        Assert.Null(header.EncounterId);
        var note = Assert.Single(Notes());
        var lines = note.Split('\n');
        Assert.Contains("clock=Confirmed", lines);
        Assert.Contains("list-version=7", lines);
        Assert.Contains("list-age-seconds=120", lines);
        Assert.Contains("uptime-seconds=120", lines);
        Assert.Contains("disk-used-percent=10", lines);
        Assert.Contains("part-reader=Ok", lines);
        Assert.Contains(lines, static line => line.StartsWith("waiting-Encounters=", StringComparison.Ordinal) && line != "waiting-Encounters=0");
        Assert.All(["MARKED", "NILS", "MARK12345", "OFF-1", "Marlow"], word => Assert.DoesNotContain(word, note, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Time goes by in the service's steps.</summary>
    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(10))
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(10));
            _service.Look();
        }
    }

    private List<string> Notes() =>
    [
        .. (_bench.Journal.ReadUnsent(Lane.Health)?.Records ?? []).Select(record =>
        {
            Assert.True(SealedRecord.Open(_bench.Keyring.JournalKey!, record.WrappedForAppliance.Span, record.Header, record.Ciphertext.Span).TryGet(out var personal, out _));
            return PersonalPart.Decode(personal).Value.Note;
        }),
    ];

    public void Dispose()
    {
        _board.Dispose();
        _bench.Dispose();
    }

    private sealed class ChangingScanner : IDocumentScanner
    {
        public string Name => "changing";

        public DeviceHealth Health { get; set; } = new(DeviceState.Ok, "", DateTimeOffset.UnixEpoch);

        public async IAsyncEnumerable<DocumentScan> ReadAllAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
