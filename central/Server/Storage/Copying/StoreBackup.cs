using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;

namespace EdgeCheckpoint.Central.Storage.Copying;

/// <summary>
/// A backup of the whole store, made while central works: one SQLite file as of one moment, whichever the engine. It can be restored
/// into either.
/// </summary>
internal sealed class StoreBackup(ISqlDatabase database, TimeProvider time)
{
    private const string Purpose = "backup";

    /// <param name="path">A file that is not there yet.</param>
    /// <exception cref="CentralFault">It is there, or the copy is not whole.</exception>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
            throw new CentralFault($"{path} is there already; a backup never replaces another.");
        if (database is SqliteDatabase sqlite)
        {
            sqlite.BackUp(path);
            return;
        }

        // What is cut off leaves a file that says it is not complete, and is refused by restore.
        await using (var target = SqliteDatabase.Open(path, time.GetUtcNow(), isForCopying: true))
        {
            var copy = new StoreCopy(target, time);
            await database.ReadLongAsync(source => copy.RunAsync(source, Purpose, static _ => { }, cancellationToken), cancellationToken);
            await copy.FinishAsync(cancellationToken);
        }

        SqliteDatabase.Seal(path);
    }
}
