using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Copying;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>From one machine to PostgreSQL: every row the same, the old store closed, a kill at any moment survived.</summary>
public sealed class StoreMoveTests : IAsyncLifetime
{
    private readonly Rig.TemporaryFolder _folder = new();
    private DataFolder _data = null!;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        _address = await PostgresRig.NewDatabaseAsync(Token);
        _data = new DataFolder(_folder.File("data"));
        SiteKeys.Create(_data, "Utopia", "https://127.0.0.1:7443", TimeProvider.System.GetUtcNow());
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Tables_OfTheSchema_AreAllCopied()
    {
        await using var database = SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start);

        var tables = await database.ReadAsync(
            static transaction => transaction.Query(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", static row => row.GetString(0)),
            Token);

        Assert.Equal(
            tables.Order(StringComparer.Ordinal),
            StoreTables.All.Select(static table => table.Name).Concat(StoreTables.NotCopied).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Move_Whole_KeepsEveryRowAndClosesTheOldStore()
    {
        await FillAsync(300);

        var tables = await MoveAsync();

        Assert.Equal(300, tables.Single(static table => table.Name == "records").Rows);
        var refusal = Assert.Throws<CentralFault>(() => SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start));
        Assert.Contains(_address, refusal.Message, StringComparison.Ordinal);
        await using var store = new SqlCentralStore(PostgresRig.Open(_address, SyntheticRecords.Start));
        Assert.True((await new AuditVerification(store).VerifyAsync(null, static _ => { }, Token)).IsSuccess);
        Assert.Equal("store.moved", (await store.Audit.ReadNewestAsync(1, Token))[0].Event.Action);
        await using var database = PostgresRig.Open(_address, SyntheticRecords.Start);
        Assert.Equal(0L, await database.ReadAsync(static transaction => transaction.Scalar("SELECT count(*) FROM records_other"), Token));
    }

    [Fact]
    public async Task Move_IntoAStoreThatIsInUse_IsRefused()
    {
        await FillAsync(1);
        await using (var used = new SqlCentralStore(PostgresRig.Open(_address, SyntheticRecords.Start)))
            await used.Audit.AppendAsync(SyntheticRecords.Event("in use"), Token);

        Assert.Contains("empty", (await Assert.ThrowsAsync<CentralFault>(MoveAsync)).Message, StringComparison.Ordinal);

        await using var still = SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start);
    }

    [Fact]
    public async Task Move_RowDamagedOnTheWay_IsFound()
    {
        await FillAsync(50);
        await using (var cluster = PostgresRig.Open(_address, SyntheticRecords.Start))
        {
            await cluster.WriteAsync(
                static transaction =>
                {
                    transaction.Run(
                        """
                        CREATE FUNCTION damage() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN NEW.ciphertext := set_bit(NEW.ciphertext, 5, 1 - get_bit(NEW.ciphertext, 5)); RETURN NEW; END $$;
                        CREATE TRIGGER damage BEFORE INSERT ON records FOR EACH ROW WHEN (NEW.sequence = 17) EXECUTE FUNCTION damage();
                        """);
                    return true;
                },
                Token);
        }

        Assert.Contains("Table records is not the same", (await Assert.ThrowsAsync<CentralFault>(MoveAsync)).Message, StringComparison.Ordinal);

        // Neither is the damaged copy served, nor the good one closed.
        Assert.Contains("not complete", Assert.Throws<CentralFault>(() => PostgresRig.Open(_address, SyntheticRecords.Start)).Message, StringComparison.Ordinal);
        await using var still = SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start);
    }

    /// <summary>A command beside the move writes after the copy has passed the table: the line must not be lost, and the same command must do.</summary>
    [Theory]
    [InlineData("appliances")]
    [InlineData("audit")]
    [InlineData("admission_changes")]
    public async Task Move_CommandWritesMeanwhile_IsRefusedAndMovesItTheNextTime(string after)
    {
        await FillAsync(50);
        await using (var beside = new SqlCentralStore(SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start)))
        {
            var fault = await Assert.ThrowsAsync<CentralFault>(() => MoveAsync(table =>
            {
                if (table.Name == after)
                    Task.Run(() => WriteAsync(beside), Token).Wait(Token);
            }));
            Assert.Contains("give this one again", fault.Message, StringComparison.Ordinal);
        }

        await MoveAsync();

        await using var store = new SqlCentralStore(PostgresRig.Open(_address, SyntheticRecords.Start));
        Assert.Equal("North Gate", (await store.Appliances.FindTicketAsync("t-late", Token))!.PostName);
        Assert.Equal(51, (await store.Records.CountAsync(Token)).Sum(static count => count.Count));
        Assert.True((await new AuditVerification(store).VerifyAsync(null, static _ => { }, Token)).IsSuccess);

        async Task WriteAsync(SqlCentralStore store)
        {
            var ticket = new Ticket
            {
                TicketId = "t-late",
                SecretSha256 = new byte[32],
                PostName = "North Gate",
                HardwareSerial = "",
                IssuedAt = SyntheticRecords.Start,
                ExpiresAt = SyntheticRecords.Start,
            };
            await store.Appliances.AddTicketsAsync([(ticket, SyntheticRecords.Event("t-late"))], Token);
            var records = new SyntheticRecords(store, "ap-0");
            await records.EnrolAsync(Token);
            await records.AppendAsync(1, SyntheticRecords.Start, Token);
        }
    }

    /// <summary>A command that asked for a passphrase while the store was moved away under it.</summary>
    [Fact]
    public async Task Move_CommandWritesAfterwards_IsRefused()
    {
        await FillAsync(1);
        await using var open = new SqlCentralStore(SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start));

        await MoveAsync();

        var fault = await Assert.ThrowsAsync<CentralFault>(() => open.Audit.AppendAsync(SyntheticRecords.Event("too late"), Token));
        Assert.Contains(_address, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The command itself, killed again and again at a moment of chance, until it comes to its end.</summary>
    [Fact]
    public async Task Move_ProcessKilledAtRandom_GoesOnAndLosesNothing()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CHECKPOINT_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed}");
        var random = new Random(seed);
        const int Records = 30_000;
        await FillAsync(Records);
        string[] move = [.. ProgramFiles.Central, "storage", "move", "--to", _address, "--data", _data.Root];
        var kills = 0;
        while (true)
        {
            await using var process = ChildProcess.Start(move[..1], move[1..]);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            if (kills < 8)
                patience.CancelAfter(TimeSpan.FromMilliseconds(random.Next(300, 900)));
            try
            {
                Assert.True(await process.ExitAsync(TimeSpan.FromMinutes(2), patience.Token) == 0, process.Log);
                break;
            }
            catch (OperationCanceledException) when (kills < 8 && !Token.IsCancellationRequested)
            {
                await process.KillAsync();
                kills++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills");
        Assert.True(kills > 0);
        await using var store = new SqlCentralStore(PostgresRig.Open(_address, SyntheticRecords.Start));
        var whole = (await new AuditVerification(store).VerifyAsync(null, static _ => { }, Token)).Value;
        Assert.Equal(Records, whole.Records);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task FillAsync(int count)
    {
        await using var store = new SqlCentralStore(SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start));
        var records = new SyntheticRecords(store, "ap-1");
        await records.EnrolAsync(Token);
        for (var done = 0; done < count; done += 250)
            await records.AppendAsync(Math.Min(250, count - done), SyntheticRecords.Start.AddMonths(-(done / 250 % 5)), Token);
    }

    private Task<IReadOnlyList<CopiedTable>> MoveAsync() => MoveAsync(static _ => { });

    private async Task<IReadOnlyList<CopiedTable>> MoveAsync(Action<CopiedTable> progress)
    {
        await using var source = SqliteDatabase.Open(_data.DatabaseFile, SyntheticRecords.Start, isForCopying: true);
        return await new StoreMove(TimeProvider.System).RunAsync(
            source, PostgresAddress.Parse(_address, "", 2), _address, 2, "test", progress, Token);
    }
}
