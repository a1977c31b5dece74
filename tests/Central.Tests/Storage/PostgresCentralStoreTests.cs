using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Storage;

public sealed class PostgresCentralStoreTests : CentralStoreSuite
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private string _address = "";
    private SqlCentralStore? _store;

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefusedWithASentence()
    {
        await using (var database = PostgresRig.Open(_address, Now))
        {
            await database.WriteAsync(
                static transaction => transaction.Run("INSERT INTO schema_version (version, name, applied_at) VALUES (999, 'x', 1)"), Token);
        }

        Assert.Contains("999", Assert.Throws<CentralFault>(() => PostgresRig.Open(_address, Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WorkThrows_RollsBack()
    {
        await using var database = PostgresRig.Open(_address, Now);

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<int>(
            static transaction =>
            {
                transaction.Run("INSERT INTO schema_version (version, name, applied_at) VALUES (500, 'x', 1)");
                throw new InvalidOperationException("stop");
            },
            Token));

        Assert.Equal((long)Migrations.Postgres.Newest, await database.ReadAsync(
            static transaction => (long)transaction.Scalar("SELECT max(version) FROM schema_version")!, Token));
    }

    [Fact]
    public async Task Signals_CommitOfAnotherNode_Arrive()
    {
        await using var other = new SqlCentralStore(PostgresRig.Open(_address, Now));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var listening = Store.Signals.ListenAsync(stop.Token);
        await Store.Signals.WaitBeyondAsync(0, Token);
        var before = Store.Signals.Count;

        await other.Audit.AppendAsync(new Central.Audit.AuditEvent(Now, "test", "test", "news"), Token);

        await Store.Signals.WaitBeyondAsync(before, Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    [Fact]
    public async Task Months_Always_AreMadeAheadAndTakeWhatArrives()
    {
        await using var database = PostgresRig.Open(_address, Now);
        await database.MaintainAsync(Now.AddMonths(5), Token);

        var months = await database.ReadAsync(
            static transaction => transaction.Query(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'records'::regclass ORDER BY 1", static row => row.GetString(0)),
            Token);

        Assert.Contains("records_2026_11", months);
        Assert.Contains("records_2027_04", months);
        Assert.Contains("records_2027_07", months);
    }

    [Fact]
    public async Task Schema_OfBothEngines_HasTheSameTablesAndColumns()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = Central.Storage.Sqlite.SqliteDatabase.Open(folder.File("central.db"), Now);
        await using var postgres = PostgresRig.Open(_address, Now);

        var ours = await sqlite.ReadAsync(
            static transaction => transaction.Query(
                "SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
                static row => row.GetString(0)),
            Token);
        var theirs = await postgres.ReadAsync(
            static transaction => transaction.Query(
                """
                SELECT table_name || '.' || column_name FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name::text NOT IN (SELECT inhrelid::regclass::text FROM pg_inherits)
                """,
                static row => row.GetString(0)),
            Token);

        Assert.Equal(ours.Order(StringComparer.Ordinal), theirs.Order(StringComparer.Ordinal));
    }

    private protected override async Task<ICentralStore> OpenAsync()
    {
        _address = await PostgresRig.NewDatabaseAsync(Token);
        return _store = new SqlCentralStore(PostgresRig.Open(_address, Now));
    }
}
