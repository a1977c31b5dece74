using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Copying;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Testing;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>A backup is whole; what is restored has nothing that was erased, and takes again what came later.</summary>
public sealed class BackupAndRestoreTests : IAsyncLifetime
{
    private readonly Rig.TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(SyntheticRecords.Start.AddHours(1));
    private DataFolder _data = null!;

    public ValueTask InitializeAsync()
    {
        _data = new DataFolder(_folder.File("data"));
        _data.Create();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_AfterErasuresAndNewRecords_ErasesAgainAndTakesAgain(bool isPostgres)
    {
        var address = isPostgres ? await PostgresRig.NewDatabaseAsync(Token) : "";
        var backup = _folder.File("backup.db");
        SyntheticRecords records;
        await using (var store = Open(address))
        {
            records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            await records.AppendAsync(10, SyntheticRecords.Start, Token);
            await BackUpAsync(address, backup);

            // After the backup: one it has and one it has not are erased, and more arrive.
            await records.AppendAsync(10, SyntheticRecords.Start, Token);
            Assert.True(await store.Records.EraseAsync(records.Key(3), SyntheticRecords.Event("erase"), Token));
            Assert.True(await store.Records.EraseAsync(records.Key(12), SyntheticRecords.Event("erase"), Token));
        }

        var restoredAddress = isPostgres ? await PostgresRig.NewDatabaseAsync(Token) : "";
        var restored = await Restore(restoredAddress).RunAsync(backup, [], "test", Token);

        Assert.Equal(1, restored.Erased);
        await using var after = Open(restoredAddress);
        Assert.Equal(10, Assert.Single(await after.Records.ListLanesAsync(Token)).LastSequence);
        Assert.Null((await ReadAsync(after, records, 3)).WrappedKey);
        Assert.NotNull((await ReadAsync(after, records, 4)).WrappedKey);
        Assert.Equal("store.restored", (await after.Audit.ReadNewestAsync(1, Token))[0].Event.Action);
        Assert.True((await new AuditVerification(after).VerifyAsync(null, static _ => { }, Token)).IsSuccess);

        // The appliance is told how far back it must go, and sends again; the erased one comes without its key.
        var again = await after.Records.AppendAsync(records.Runs[1], Token);
        Assert.Equal((AppendOutcome.Stored, 20L, 10), (again.Outcome, again.DurableThrough, again.Added));
        Assert.Null((await ReadAsync(after, records, 12)).WrappedKey);
        Assert.NotNull((await ReadAsync(after, records, 13)).WrappedKey);
        var (erased, kept) = (records.Runs[1].Records[1].BlindTerms[0], records.Runs[1].Records[2].BlindTerms[0]);
        Assert.Empty(await after.Records.FindByTermAsync(erased, Token));
        Assert.Single(await after.Records.FindByTermAsync(kept, Token));
    }

    [Fact]
    public async Task Restore_DatabaseGone_ErasesWhatTheLogKnows()
    {
        var backup = _folder.File("backup.db");
        SyntheticRecords records;
        await using (var store = Open(""))
        {
            records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            await records.AppendAsync(5, SyntheticRecords.Start, Token);
            await BackUpAsync("", backup);
            await store.Records.EraseAsync(records.Key(2), SyntheticRecords.Event("erase"), Token);
        }

        await File.WriteAllTextAsync(_data.DatabaseFile, "what a damaged disk left of it", Token);
        await File.AppendAllTextAsync(_data.ErasuresFile, "2026-11-01T12:00:0", Token);

        var restored = await Restore("").RunAsync(backup, [], "test", Token);

        Assert.Equal(1, restored.Erased);
        Assert.StartsWith("what a damaged", await File.ReadAllTextAsync(restored.Former!, Token), StringComparison.Ordinal);
        await using var after = Open("");
        Assert.Null((await ReadAsync(after, records, 2)).WrappedKey);
    }

    /// <summary>A power cut between two renames would leave a site without a database.</summary>
    [Fact]
    public async Task Restore_OverAStore_NeverLeavesTheSiteWithoutOne()
    {
        var backup = _folder.File("backup.db");
        await using (var store = Open(""))
        {
            var records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            await records.AppendAsync(5, SyntheticRecords.Start, Token);
            await BackUpAsync("", backup);
            await records.AppendAsync(5, SyntheticRecords.Start, Token);
        }

        var names = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var watcher = Watch(names);

        var restored = await Restore("").RunAsync(backup, [], "test", Token);
        await EndAsync(names);
        Assert.Contains("central.db.restoring became central.db", names);
        Assert.DoesNotContain("deleted central.db", names);
        Assert.DoesNotContain(names, static name => name.StartsWith("central.db became", StringComparison.Ordinal));
        await using var former = new SqlCentralStore(SqliteDatabase.Open(restored.Former!, _time.GetUtcNow()));
        Assert.Equal(10, Assert.Single(await former.Records.ListLanesAsync(Token)).LastSequence);
    }

    /// <summary>A log cannot be brought into its file where somebody still reads it. It must not pass for the restored file's.</summary>
    [Fact]
    public async Task Restore_LogThatStays_GoesAfterItsDatabase()
    {
        var backup = _folder.File("backup.db");
        await using var store = Open("");
        var records = new SyntheticRecords(store, "ap-1");
        await records.EnrolAsync(Token);
        await records.AppendAsync(5, SyntheticRecords.Start, Token);
        await BackUpAsync("", backup);
        await records.AppendAsync(5, SyntheticRecords.Start, Token);
        var names = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var watcher = Watch(names);

        Restored restored;
        await using (var reader = SqliteDatabase.Open(_data.DatabaseFile, _time.GetUtcNow()))
        {
            restored = await reader.ReadLongAsync(
                rows =>
                {
                    Assert.NotNull(rows.Scalar("SELECT max(sequence) FROM records"));
                    return Restore("").RunAsync(backup, [], "test", Token);
                },
                Token);
        }

        await EndAsync(names);
        Assert.Equal(
            ["deleted central.db", "deleted central.db-wal", "central.db.restoring became central.db"],
            names.Where(static name => name is "deleted central.db" or "deleted central.db-wal" || name.EndsWith("became central.db", StringComparison.Ordinal)));
        await using var former = new SqlCentralStore(SqliteDatabase.Open(restored.Former!, _time.GetUtcNow()));
        Assert.Equal(10, Assert.Single(await former.Records.ListLanesAsync(Token)).LastSequence);
        await using var after = new SqlCentralStore(SqliteDatabase.Open(_data.DatabaseFile, _time.GetUtcNow()));
        Assert.Equal(5, Assert.Single(await after.Records.ListLanesAsync(Token)).LastSequence);
    }

    /// <summary>
    /// SQLite replays a log into whatever file of that name it finds: the key that was erased would be back. The first run was cut off at each of its steps, or
    /// a disk lost the database alone; the same command is given again, within the same second.
    /// </summary>
    [Theory]
    [InlineData("-wal")] // Lost, or cut off after the first of the deletes.
    [InlineData("-wal", "-shm")]
    [InlineData("-shm")]
    [InlineData("-journal")]
    [InlineData("", "-wal", "-shm")] // Cut off before the deletes.
    [InlineData("", "-wal", "-shm", ".restoring", ".restoring-wal")] // While it wrote the new file.
    [InlineData(".restoring")] // Before the rename.
    public async Task Restore_OverWhatIsLeftOfTheFormer_AppliesNothingOfIt(params string[] left)
    {
        var backup = _folder.File("backup.db");
        SyntheticRecords records;
        await using (var store = Open(""))
        {
            records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            await records.AppendAsync(5, SyntheticRecords.Start, Token);
            await BackUpAsync("", backup);
            await records.AppendAsync(5, SyntheticRecords.Start, Token);
            foreach (var suffix in (string[])["", "-wal", "-shm"])
                File.Copy(_data.DatabaseFile + suffix, _folder.File("left" + suffix));
            await store.Records.EraseAsync(records.Key(2), SyntheticRecords.Event("erase"), Token);
        }

        File.Copy(_folder.File("left-wal"), _folder.File("left-journal"));
        File.Copy(_folder.File("left"), _folder.File("left.restoring"));
        File.Copy(_folder.File("left-wal"), _folder.File("left.restoring-wal"));
        File.Delete(_data.DatabaseFile);
        foreach (var suffix in left)
            File.Copy(_folder.File("left" + suffix), _data.DatabaseFile + suffix);
        var keptBefore = _data.DatabaseFile + $".before-{_time.GetUtcNow():yyyyMMddHHmmss}";
        await File.WriteAllTextAsync(keptBefore, "kept by the run that was cut off", Token);

        var restored = await Restore("").RunAsync(backup, [], "test", Token);

        await using (var after = Open(""))
        {
            Assert.Equal(5, Assert.Single(await after.Records.ListLanesAsync(Token)).LastSequence);
            Assert.Null((await ReadAsync(after, records, 2)).WrappedKey);
            Assert.NotNull((await ReadAsync(after, records, 3)).WrappedKey);
            Assert.True((await new AuditVerification(after).VerifyAsync(null, static _ => { }, Token)).IsSuccess);
        }

        // Evidence stays: what lay there has another name, and what an earlier run has kept is as it was.
        Assert.Equal("kept by the run that was cut off", await File.ReadAllTextAsync(keptBefore, Token));
        Assert.Equal(left.Any(static suffix => !suffix.StartsWith('.')), restored.Former is not null);
        Assert.True(restored.Former is null || new FileInfo(restored.Former).Length > 0);
        Assert.Equal(["central.db"], Directory.GetFiles(_data.Root, "central.db*").Select(Path.GetFileName).Where(static name => !name!.Contains(".before-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Backup_WhileRecordsArrive_IsOfOneMoment()
    {
        var backup = _folder.File("backup.db");
        await using (var store = Open(""))
        {
            var records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            var writing = Task.Run(
                async () =>
                {
                    for (var i = 0; i < 60; i++)
                        await records.AppendAsync(5, SyntheticRecords.Start, Token);
                },
                Token);
            await BackUpAsync("", backup);
            await writing;
        }

        await using var copy = new SqlCentralStore(SqliteDatabase.Open(backup, _time.GetUtcNow()));
        Assert.True((await new AuditVerification(copy).VerifyAsync(null, static _ => { }, Token)).IsSuccess);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_NothingInTheBackup_LeavesTheStoreAsItWas(bool isDatabase)
    {
        var backup = _folder.File("backup.db");
        if (isDatabase)
        {
            await using var empty = SqliteDatabase.Open(backup, _time.GetUtcNow());
        }
        else
        {
            await File.WriteAllBytesAsync(backup, [], Token);
        }

        if (isDatabase)
            SqliteDatabase.Seal(backup);
        await using (var store = Open(""))
        {
            var records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            await records.AppendAsync(3, SyntheticRecords.Start, Token);
        }

        await Assert.ThrowsAsync<CentralFault>(() => Restore("").RunAsync(backup, [], "test", Token));

        await using var after = Open("");
        Assert.Equal(3, Assert.Single(await after.Records.ListLanesAsync(Token)).LastSequence);
    }

    [Fact]
    public async Task Restore_DamagedBackup_LeavesTheStoreAsItWas()
    {
        var backup = _folder.File("backup.db");
        await using (var store = Open(""))
        {
            var records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            await records.AppendAsync(200, SyntheticRecords.Start, Token);
            await BackUpAsync("", backup);
        }

        var bytes = await File.ReadAllBytesAsync(backup, Token);
        Array.Fill(bytes, (byte)0xFF, bytes.Length / 2, 8_192);
        await File.WriteAllBytesAsync(backup, bytes, Token);

        await Assert.ThrowsAsync<CentralFault>(() => Restore("").RunAsync(backup, [], "test", Token));

        await using var after = Open("");
        Assert.Equal(200, Assert.Single(await after.Records.ListLanesAsync(Token)).LastSequence);
    }

    [Fact]
    public async Task Restore_BackupThatWasCutOff_IsRefused()
    {
        var backup = _folder.File("backup.db");
        await using (var database = SqliteDatabase.Open(backup, _time.GetUtcNow()))
        {
            await database.WriteAsync(
                transaction =>
                {
                    StoreMarks.Set(transaction, StoreMark.BeingFilled, "backup", _time.GetUtcNow());
                    return true;
                },
                Token);
        }

        SqliteDatabase.Seal(backup);

        Assert.Contains("not complete", (await Assert.ThrowsAsync<CentralFault>(() => Restore("").RunAsync(backup, [], "test", Token))).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Notes what becomes of names in the data folder, in order.</summary>
    private FileSystemWatcher Watch(System.Collections.Concurrent.ConcurrentQueue<string> names)
    {
        var watcher = new FileSystemWatcher(_data.Root);
        watcher.Deleted += (_, change) => names.Enqueue($"deleted {change.Name}");
        watcher.Renamed += (_, change) => names.Enqueue($"{change.OldName} became {change.Name}");
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    /// <summary>Waits until the watcher has told everything.</summary>
    private async Task EndAsync(System.Collections.Concurrent.ConcurrentQueue<string> names)
    {
        await File.WriteAllTextAsync(Path.Combine(_data.Root, "end"), "", Token);
        File.Delete(Path.Combine(_data.Root, "end"));
        await Until.TrueAsync("the watcher has told all", _ => Task.FromResult(names.Contains("deleted end")), TimeSpan.FromSeconds(30), Token);
    }

    private SqlCentralStore Open(string address) => new(OpenDatabase(address), new ErasureLog(_data.ErasuresFile));

    private ISqlDatabase OpenDatabase(string address) => StorageWiring.OpenDatabase(_data, Options(address), _time.GetUtcNow());

    private static StorageOptions Options(string address) => new() { Postgres = address, ConnectionsMax = PostgresRig.ConnectionsMax };

    private StoreRestore Restore(string address) => new(_data, Options(address), new RetentionOptions(), _time);

    private async Task BackUpAsync(string address, string path)
    {
        await using var database = OpenDatabase(address);
        await new StoreBackup(database, _time).WriteAsync(path, Token);
    }

    private static async Task<StoredRecord> ReadAsync(SqlCentralStore store, SyntheticRecords records, long sequence) =>
        (await store.Records.ReadLaneAsync(records.Key(sequence), 1, Token))[0];
}
