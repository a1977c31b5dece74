using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Commands;

/// <summary>What an operator types to keep the store: backup, restore, move, retention.</summary>
public sealed class StoreCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BackupAndRestore_AsAnOperatorTypesThem_BringTheStoreBack()
    {
        await RunAsync("init", "--name", "Utopia");
        await RunAsync("staff", "add", "--name", "a.marlow", "--role", "administrator");
        Assert.Contains("bytes", await RunAsync("backup", "--out", _folder.File("b.db")), StringComparison.Ordinal);
        await RunAsync("staff", "add", "--name", "s.lind", "--role", "monitor");

        Assert.Contains("there already", await FailAsync("backup", "--out", _folder.File("b.db")), StringComparison.Ordinal);
        Assert.Contains("before-", await RunAsync("restore", "--from", _folder.File("b.db")), StringComparison.Ordinal);

        var staff = await RunAsync("staff", "list");
        Assert.Contains("a.marlow", staff, StringComparison.Ordinal);
        Assert.DoesNotContain("s.lind", staff, StringComparison.Ordinal);
        Assert.Contains("Whole", await RunAsync("audit", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_HoldsRecords_TellsAppliancesHowFar()
    {
        await RunAsync("init", "--name", "Utopia");
        var data = new DataFolder(_folder.File("data"));
        await using (var store = new SqlCentralStore(SqliteDatabase.Open(data.DatabaseFile, SyntheticRecords.Start)))
        {
            var records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(TestContext.Current.CancellationToken);
            await records.AppendAsync(3, SyntheticRecords.Start, TestContext.Current.CancellationToken);
            Assert.Equal(0, Assert.Single(await store.Records.ListLanesAsync(TestContext.Current.CancellationToken)).BackedUpThrough);
        }

        await RunAsync("backup", "--out", _folder.File("b.db"));

        await using var after = new SqlCentralStore(SqliteDatabase.Open(data.DatabaseFile, SyntheticRecords.Start));
        var lane = Assert.Single(await after.Records.ListLanesAsync(TestContext.Current.CancellationToken));
        Assert.Equal((3, 3), (lane.LastSequence, lane.BackedUpThrough));
    }

    [Fact]
    public async Task Restore_WhileCentralRuns_IsRefused()
    {
        await RunAsync("init", "--name", "Utopia");
        await RunAsync("backup", "--out", _folder.File("b.db"));
        using var running = FolderLock.Take(new DataFolder(_folder.File("data")));

        Assert.Contains("runs on", await FailAsync("restore", "--from", _folder.File("b.db")), StringComparison.Ordinal);
        Assert.Contains("runs on", await FailAsync("storage", "move", "--to", "postgres://central@localhost/central"), StringComparison.Ordinal);
        await RunAsync("status");
    }

    /// <summary>What a power cut within a restore, or a disk that is not mounted, leaves.</summary>
    [Fact]
    public async Task Site_WithoutItsDatabase_IsRefusedUntilItIsRestored()
    {
        await RunAsync("init", "--name", "Utopia");
        await RunAsync("staff", "add", "--name", "a.marlow", "--role", "administrator");
        await RunAsync("backup", "--out", _folder.File("b.db"));
        var database = new DataFolder(_folder.File("data")).DatabaseFile;
        File.Delete(database);

        foreach (var command in (string[][])[["status"], ["init"], ["run", "--grpc-url", "https://127.0.0.1:0", "--dashboard-url", "http://127.0.0.1:0"], ["storage", "move", "--to", "postgres://central@localhost/central"]])
        {
            if (command is ["init"])
                await RunAsync(command);
            else
                Assert.Contains("has lost its database", await FailAsync(command), StringComparison.Ordinal);
            Assert.False(File.Exists(database), $"{command[0]} made an empty one");
        }

        await RunAsync("restore", "--from", _folder.File("b.db"));
        Assert.Contains("a.marlow", await RunAsync("staff", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Move_ThenTheOption_GoesOnInPostgres()
    {
        var address = await PostgresRig.NewDatabaseAsync(TestContext.Current.CancellationToken);
        await RunAsync("init", "--name", "Utopia");
        await RunAsync("staff", "add", "--name", "a.marlow", "--role", "administrator");

        Assert.Contains("Moved", await RunAsync("storage", "move", "--to", address), StringComparison.Ordinal);

        Assert.Contains("was moved to", await FailAsync("status"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            new DataFolder(_folder.File("data")).OptionsFile, $$"""{ "Storage": { "Postgres": "{{address}}", "ConnectionsMax": 4 } }""", TestContext.Current.CancellationToken);
        Assert.Contains("a.marlow", await RunAsync("staff", "list"), StringComparison.Ordinal);
        Assert.Contains("bytes", await RunAsync("backup", "--out", _folder.File("p.db")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EraseAgain_ErasuresThatTheDatabaseLost_AreDoneAgainOnce()
    {
        await RunAsync("init", "--name", "Utopia");
        var data = new DataFolder(_folder.File("data"));
        SyntheticRecords records;
        await using (var store = new SqlCentralStore(SqliteDatabase.Open(data.DatabaseFile, SyntheticRecords.Start)))
        {
            records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(TestContext.Current.CancellationToken);
            await records.AppendAsync(3, SyntheticRecords.Start, TestContext.Current.CancellationToken);
        }

        new ErasureLog(data.ErasuresFile).Append(records.Key(2), SyntheticRecords.Start);
        var other = _folder.File("other.log");
        new ErasureLog(other).Append(records.Key(3), SyntheticRecords.Start);

        Assert.Contains("2 records were here", await RunAsync("storage", "erase-again", "--erasures", other), StringComparison.Ordinal);
        Assert.Contains("0 records were here", await RunAsync("storage", "erase-again", "--erasures", other), StringComparison.Ordinal);
        Assert.Contains("not there", await FailAsync("storage", "erase-again", "--erasures", _folder.File("none.log")), StringComparison.Ordinal);

        await using var after = new SqlCentralStore(SqliteDatabase.Open(data.DatabaseFile, SyntheticRecords.Start));
        Assert.Equal([true, false, false], (await after.Records.ReadLaneAsync(records.Key(1), 3, TestContext.Current.CancellationToken)).Select(static record => record.WrappedKey is not null));
    }

    [Fact]
    public async Task Retention_Show_NamesEveryTimeAndChangesNothing()
    {
        await RunAsync("init", "--name", "Utopia");

        var shown = await RunAsync("retention", "--show");

        foreach (var months in (string[])["6 months", "36 months", "60 months", "72 months"])
            Assert.Contains(months, shown, StringComparison.Ordinal);
        Assert.StartsWith("0 keys masked", await RunAsync("retention"), StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(params string[] args)
    {
        var (code, output, error) = await CallAsync(args);
        Assert.True(code == CentralCommandLine.Done, error);
        return output;
    }

    private async Task<string> FailAsync(params string[] args)
    {
        var (code, _, error) = await CallAsync(args);
        Assert.Equal(CentralCommandLine.Failed, code);
        return error;
    }

    private async Task<(int Code, string Output, string Error)> CallAsync(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CentralCommandLine(
                new InitCommand(), new StaffCommands(), new StatusCommand(), new AuditCommands(), new BackupCommand(), new RestoreCommand(), new StorageCommands(), new RetentionCommand(),
                new RunCommand())
            .RunAsync([.. args, "--data", _folder.File("data")], output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
