using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Central.Storage.Copying;

/// <summary>What a restore did.</summary>
/// <param name="Erased">Records in the backup whose key was destroyed after it was made, and is destroyed again.</param>
/// <param name="Former">The database that was there before, kept, or the log that was left of it; null when there was neither.</param>
internal sealed record Restored(int Erased, string? Former);

/// <summary>
/// Puts a backup in the place of the store. What was erased since is erased again before anybody can read it; what was received
/// since comes again from the appliances, whose <c>durable_through</c> goes back (DESIGN §6).
/// </summary>
internal sealed class StoreRestore(DataFolder folder, StorageOptions options, RetentionOptions retention, TimeProvider time)
{
    private const string Purpose = "restore";

    /// <summary>The database, and what SQLite would apply to whatever file of that name it finds beside.</summary>
    private static readonly string[] Files = ["", "-journal", "-wal", "-shm"];

    /// <summary>
    /// 1. Gathers erasures: of the present store, of this folder's log, of those given. 2. Checks the backup in a copy. 3. Erases in
    /// the copy, by order and by age, and writes the audit. 4. Puts it in place: by renaming it over the former, or by filling an empty PostgreSQL
    /// database. Cut off at any moment, the same command goes on; meanwhile the site has the former store, the restored one, or none and says so.
    /// </summary>
    public async Task<Restored> RunAsync(string backup, IReadOnlyList<string> erasureFiles, string actor, CancellationToken cancellationToken)
    {
        // 1
        if (new FileInfo(backup) is not { Exists: true, Length: > 0 } || File.Exists(backup + "-wal") || File.Exists(backup + "-journal"))
            throw new CentralFault($"{backup} is no backup: it is missing or empty, or a log lies beside it; give a file that central-checkpoint backup has made.");
        var erasures = await GatherAsync(erasureFiles, cancellationToken);

        // 2
        var copy = folder.DatabaseFile + ".restoring";
        Discard(copy);
        PrivateFiles.Create(copy, []);
        File.Copy(backup, copy, overwrite: true);
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        int erased;
        await using (var database = SqliteDatabase.Open(copy, time.GetUtcNow()))
        {
            database.RequireIntegrity(backup);
            if ((await new SqlCentralStore(database).Audit.ReadNewestAsync(1, cancellationToken)).Count == 0)
                throw new CentralFault($"{backup} is no backup of a site: its audit is empty; the store was left as it is.");

            // 3
            erased = await new SqlCentralStore(database).Records.EraseAgainAsync(
                erasures,
                new AuditEvent(time.GetUtcNow(), actor, AuditAction.StoreRestored, Path.GetFileName(backup)),
                cancellationToken);
            await new RetentionRun(new SqlCentralStore(database), retention, time).RunAsync(actor, cancellationToken);
            if (options.Postgres.Length > 0)
                await FillAsync(database, cancellationToken);
        }

        // 4
        if (options.Postgres.Length > 0)
        {
            Discard(copy);
            return new Restored(erased, null);
        }

        SqliteDatabase.Seal(copy);
        var former = KeepFormer();
        PrivateFiles.PutInPlace(copy, folder.DatabaseFile);
        return new Restored(erased, former);
    }

    private async Task FillAsync(SqliteDatabase source, CancellationToken cancellationToken)
    {
        await using var target = PostgresDatabase.Open(
            PostgresAddress.Parse(options.Postgres, options.PasswordFile, options.ConnectionsMax), time.GetUtcNow(), options.ConnectionsMax, isForCopying: true);
        var fill = new StoreCopy(target, time);
        await source.ReadLongAsync(rows => fill.RunAsync(rows, Purpose, static _ => { }, cancellationToken), cancellationToken);
        await fill.FinishAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<RecordKey>> GatherAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        IEnumerable<RecordKey> known = ErasureLog.Gather(folder.ErasuresFile, files);
        if (options.Postgres.Length == 0 && File.Exists(folder.DatabaseFile))
            known = known.Concat(await ReadPresentAsync(cancellationToken));
        return [.. known.Distinct()];
    }

    /// <summary>The present store may be the reason for restoring: when it does not open, the log has to do.</summary>
    private async Task<IReadOnlyList<RecordKey>> ReadPresentAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var present = SqliteDatabase.Open(folder.DatabaseFile, time.GetUtcNow(), isForCopying: true);
            return await new SqlCentralStore(present).Records.ListErasuresAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is CentralFault or System.Data.Common.DbException)
        {
            return [];
        }
    }

    /// <summary>
    /// 1. Brings the log of the former database into its file. 2. Gives what is there a second name beside, for evidence is never deleted. 3. Takes away a log
    /// that is left, also one whose database is gone: SQLite would replay it into the new file, and what was erased would be back. The database goes first, so
    /// that a power cut leaves none, and central refuses to start.
    /// </summary>
    private string? KeepFormer()
    {
        // 1
        if (File.Exists(folder.DatabaseFile))
            TrySeal();

        // 2
        string[] left = [.. Files.Where(suffix => File.Exists(folder.DatabaseFile + suffix))];
        if (left.Length == 0)
            return null;
        var former = FormerName();
        foreach (var suffix in left)
            PrivateFiles.Keep(folder.DatabaseFile + suffix, former + suffix);
        PrivateFiles.FlushFolder(folder.Root);

        // 3
        if (left is [""])
            return former;
        foreach (var suffix in left)
        {
            File.Delete(folder.DatabaseFile + suffix);
            PrivateFiles.FlushFolder(folder.Root);
        }

        return former + left[0];
    }

    /// <summary>A name of its own: a command that was cut off may have kept something in this very second.</summary>
    private string FormerName()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{folder.DatabaseFile}.before-{time.GetUtcNow():yyyyMMddHHmmss}");
        var free = name;
        for (var i = 2; Files.Any(suffix => File.Exists(free + suffix)); i++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        return free;
    }

    private void TrySeal()
    {
        try
        {
            SqliteDatabase.Seal(folder.DatabaseFile);
        }
        catch (SqliteException)
        {
            // It does not open: the reason for restoring. Its log goes along as it is.
        }
    }

    private static void Discard(string path)
    {
        foreach (var suffix in Files)
            File.Delete(path + suffix);
    }
}
