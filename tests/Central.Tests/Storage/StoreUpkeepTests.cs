using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>The log beside SQLite's file is emptied and measured, and the file is looked through.</summary>
public sealed class StoreUpkeepTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(SyntheticRecords.Start);
    private readonly LogCollector _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<CentralMetrics>().BuildServiceProvider();
    private SqliteDatabase _database = null!;
    private SqlCentralStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _database = SqliteDatabase.Open(_folder.File("central.db"), SyntheticRecords.Start);
        _store = new SqlCentralStore(_database);
        var records = new SyntheticRecords(_store, "ap-1");
        await records.EnrolAsync(Token);
        for (var i = 0; i < 8; i++)
            await records.AppendAsync(50, SyntheticRecords.Start, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Upkeep_LogWithRecords_IsEmptiedAndMeasured()
    {
        using var measured = new Gauge("checkpoint.store.wal");
        var before = _store.LogBytes;

        await Upkeep().DoAsync(Token);

        Assert.True(before > 100_000);
        Assert.Equal(before, measured.Read());
        Assert.Equal(0, _store.LogBytes);
    }

    /// <summary>A reader of an hour (a backup) must hold up neither the writers nor the next upkeep.</summary>
    [Fact]
    public async Task Upkeep_SomebodyReadsForLong_IsNotWaitedForAndDoneTheNextTime()
    {
        await _database.ReadLongAsync(
            async rows =>
            {
                Assert.NotNull(rows.Scalar("SELECT count(*) FROM records"));
                await _store.Audit.AppendAsync(SyntheticRecords.Event("beside a reader"), Token);
                await Upkeep().DoAsync(Token);
                Assert.NotEqual(0, _store.LogBytes);
                return true;
            },
            Token);

        await Upkeep().DoAsync(Token);

        Assert.Equal(0, _store.LogBytes);
    }

    [Fact]
    public async Task Check_WholeFile_SaysSo()
    {
        await Check().LookAsync(Token);

        Assert.Contains(_log.Lines, static line => line.Contains("is whole", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_PageDamaged_IsAnAlarmThatNamesTheTable()
    {
        await Upkeep().DoAsync(Token);
        var root = await _database.ReadAsync(static transaction => (long)transaction.Scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'forks'")!, Token);
        await _store.DisposeAsync();
        await using (var file = new FileStream(_folder.File("central.db"), FileMode.Open))
        {
            file.Position = (root - 1) * 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 4096).ToArray(), Token);
        }

        await using var damaged = new SqlCentralStore(SqliteDatabase.Open(_folder.File("central.db"), SyntheticRecords.Start));
        using var measured = new Gauge("checkpoint.store.damage");
        using var factory = Loggers();
        await new StoreCheck(damaged, _services.GetRequiredService<CentralMetrics>(), _time, factory.CreateLogger<StoreCheck>()).LookAsync(Token);

        Assert.Contains(_log.Lines, static line => line.Contains("Damaged", StringComparison.Ordinal));
        Assert.True(measured.Read() > 0);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ILoggerFactory Loggers() => LoggerFactory.Create(logging => logging.AddProvider(_log));

    private StoreUpkeep Upkeep()
    {
        using var factory = Loggers();
        return new StoreUpkeep(_store, _services.GetRequiredService<CentralMetrics>(), _time, factory.CreateLogger<StoreUpkeep>());
    }

    private StoreCheck Check()
    {
        using var factory = Loggers();
        return new StoreCheck(_store, _services.GetRequiredService<CentralMetrics>(), _time, factory.CreateLogger<StoreCheck>());
    }

    /// <summary>A gauge as a collector reads it; the newest of its name, since tests have meters beside each other.</summary>
    private sealed class Gauge : IDisposable
    {
        private readonly System.Diagnostics.Metrics.MeterListener _listener = new();
        private readonly List<long> _values = [];

        public Gauge(string name)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _values.Add(value));
            _listener.Start();
        }

        public long Read()
        {
            _values.Clear();
            _listener.RecordObservableInstruments();
            return _values.Max();
        }

        public void Dispose() => _listener.Dispose();
    }
}
