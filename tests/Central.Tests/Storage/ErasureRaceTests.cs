using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>
/// An order to erase that meets a write of the same record halfway, on two connections of PostgreSQL. A trigger holds the write where it has read
/// what it decides by, until the test lets it go.
/// </summary>
public sealed class ErasureRaceTests : IAsyncLifetime
{
    /// <summary>A lock of the test's own; central takes none of this kind.</summary>
    private const int Gate = 99;

    private string _address = "";
    private PostgresDatabase _first = null!;
    private PostgresDatabase _second = null!;

    public async ValueTask InitializeAsync()
    {
        _address = await PostgresRig.NewDatabaseAsync(Token);
        (_first, _second) = (PostgresRig.Open(_address, SyntheticRecords.Start), PostgresRig.Open(_address, SyntheticRecords.Start));
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Erase_WhileTheRecordIsAppended_LeavesItWithoutItsKey(bool isAgain)
    {
        var store = new SqlCentralStore(_first);
        var records = new SyntheticRecords(store, "ap-1");
        await records.EnrolAsync(Token);
        await records.AppendAsync(3, SyntheticRecords.Start, Token);

        var erased = await InterleaveAsync(
            "records",
            () => records.AppendAsync(3, SyntheticRecords.Start, Token),
            other => EraseAsync(other, records.Key(5), isAgain));

        Assert.True(erased);
        Assert.Null((await store.Records.ReadLaneAsync(records.Key(5), 1, Token))[0].WrappedKey);
        Assert.Empty(await store.Records.FindByTermAsync(records.Runs[1].Records[1].BlindTerms[0], Token));
        Assert.NotNull((await store.Records.ReadLaneAsync(records.Key(6), 1, Token))[0].WrappedKey);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Erase_WhileTheKeyIsPutAway_DestroysItToo(bool isAgain)
    {
        var store = new SqlCentralStore(_first);
        var records = new SyntheticRecords(store, "ap-1");
        await records.EnrolAsync(Token);
        await records.AppendAsync(3, SyntheticRecords.Start, Token);
        var window = new ArrivalWindow(SyntheticRecords.Start.AddDays(-1), SyntheticRecords.Start.AddDays(1));

        var erased = await InterleaveAsync(
            "masked_keys",
            () => store.Retention.MaskAsync(window, SyntheticRecords.Start.AddMonths(6), Token),
            other => EraseAsync(other, records.Key(2), isAgain));

        Assert.True(erased);
        Assert.Equal([true, false, true], (await store.Records.ReadLaneAsync(records.Key(1), 3, Token)).Select(static record => record.IsMasked || record.WrappedKey is not null));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<bool> EraseAsync(SqlCentralStore store, RecordKey record, bool isAgain) =>
        isAgain
            ? await store.Records.EraseAgainAsync([record], SyntheticRecords.Event("erase again"), Token) == 1
            : await store.Records.EraseAsync(record, SyntheticRecords.Event("erase"), Token);

    /// <summary>1. Holds the write at its first row. 2. Begins the erasure; it waits for the write, or comes to its end before it. 3. Lets the write go.</summary>
    private async Task<bool> InterleaveAsync(string table, Func<Task> write, Func<SqlCentralStore, Task<bool>> erase)
    {
        await _second.WriteAsync(
            transaction => transaction.Run(
                $"""
                CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Gate}, 0); RETURN NEW; END $$;
                CREATE TRIGGER gate BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION gate();
                """),
            Token);
        Task writing, erasing;
        await using (var holder = Npgsql.NpgsqlDataSource.Create(PostgresAddress.Parse(_address, "", 2)))
        await using (var connection = await holder.OpenConnectionAsync(Token))
        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            // 1
            transaction.Scalar($"SELECT pg_advisory_xact_lock({Gate}, 0)");
            writing = Task.Run(write, Token);
            await WaitsAsync($"classid = {Gate}", writing);

            // 2
            erasing = Task.Run(() => erase(new SqlCentralStore(_second)), Token);
            await WaitsAsync($"classid <> {Gate}", erasing);

            // 3
            await transaction.CommitAsync(Token);
        }

        await writing;
        await erasing;
        return await (Task<bool>)erasing;
    }

    private Task WaitsAsync(string condition, Task work) =>
        Until.TrueAsync(
            "it waits for a lock",
            async token => work.IsCompleted || await _first.ReadAsync(
                transaction => (long)transaction.Scalar(
                    $"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND {condition} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")! > 0,
                token),
            TimeSpan.FromSeconds(30),
            Token);
}
