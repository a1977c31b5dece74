using System.Data.Common;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Central.Storage.Sqlite;

/// <summary>
/// One SQLite file: connections with the pragmas that make a commit survive a power cut, explicit transactions, schema.
/// </summary>
/// <remarks>
/// Every write is inside BEGIN IMMEDIATE: an autocommitted INSERT … RETURNING read by ExecuteScalar never triggers the
/// WAL's checkpoint (measured: the log grows without bound). Writers of this process queue here instead of spinning on
/// SQLite's lock; those of other processes wait up to the busy timeout.
/// </remarks>
internal sealed class SqliteDatabase : ISqlDatabase
{
    /// <summary>Older versions can damage a file when a checkpoint and a writer race (sqlite.org/wal.html, WAL-reset bug).</summary>
    private static readonly Version VersionMin = new(3, 51, 3);

    /// <summary>SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB (sqlite.org/rescode.html).</summary>
    private const int ReadFaultCode = 10, CorruptCode = 11, NotADatabaseCode = 26;

    private const string ConnectionPragmas =
        """
        PRAGMA busy_timeout = 5000;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA secure_delete = ON;
        PRAGMA cell_size_check = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA journal_size_limit = 4194304;
        """;

    private readonly string _path;
    private readonly string _connectionString;
    private readonly bool _heedsMarks;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly SemaphoreSlim _signer = new(1, 1);
    private readonly SqliteConnection _watcher;
    private readonly Lock _watching = new();
    private readonly LocalSignals _signals = new();
    private int _isDisposed;

    private SqliteDatabase(string path, string connectionString, SqliteConnection watcher, bool heedsMarks) =>
        (_path, _connectionString, _watcher, _heedsMarks) = (path, connectionString, watcher, heedsMarks);

    public IStoreSignals Signals => _signals;

    /// <summary>Opens or makes the file and brings its schema up to date.</summary>
    /// <param name="path">The file; made readable by its owner alone.</param>
    /// <param name="now">Noted beside a migration.</param>
    /// <param name="throughVersion">Last migration to apply; tests make older databases with it.</param>
    /// <param name="isForCopying">True for whoever moves or restores a store: marks of the store are no obstacle then.</param>
    /// <exception cref="CentralFault">The library is too old, the schema too new, or the file cannot be opened.</exception>
    public static SqliteDatabase Open(string path, DateTimeOffset now, int? throughVersion = null, bool isForCopying = false)
    {
        if (!File.Exists(path))
            PrivateFiles.Create(path, []);
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            DefaultTimeout = 5,
        }.ToString();
        try
        {
            using var connection = OpenConnection(connectionString);
            RequireVersion(connection);
            connection.Run("PRAGMA auto_vacuum = INCREMENTAL");
            connection.Run("PRAGMA journal_mode = WAL");
            Migrate(connection, path, now, throughVersion ?? Migrations.Sqlite.Newest);

            // An older schema knows no marks.
            var heedsMarks = !isForCopying && throughVersion is null;
            if (heedsMarks)
            {
                using var transaction = connection.BeginTransaction(deferred: true);
                StoreMarks.RequireNone(transaction, path);
            }

            return new SqliteDatabase(path, connectionString, OpenConnection(connectionString), heedsMarks);
        }
        catch (SqliteException fault)
        {
            // A pooled connection would hold this file also after another was put in its place.
            SqliteConnection.ClearPool(new SqliteConnection(connectionString));
            throw new CentralFault(
                $"The database {path} cannot be opened ({fault.Message.TrimEnd('.')}); check that it is a database of "
                + "central-checkpoint and that this user may read and write it.", fault);
        }
    }

    /// <summary>Reads in one consistent snapshot.</summary>
    public Task<T> ReadAsync<T>(Func<DbTransaction, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var connection = OpenConnection(_connectionString);
        using var transaction = connection.BeginTransaction(deferred: true);
        return Task.FromResult(work(transaction));
    }

    public async Task<T> ReadLongAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var connection = OpenConnection(_connectionString);
        await using var transaction = connection.BeginTransaction(deferred: true);
        return await work(transaction);
    }

    /// <summary>Writes in one transaction; durable when the task ends. There is one writer whatever the scope.</summary>
    public async Task<T> WriteAsync<T>(WriteScope scope, Func<DbTransaction, T> work, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var connection = OpenConnection(_connectionString);
            await using var transaction = connection.BeginTransaction(deferred: false);

            // Whoever opened the store before it was moved away may not write what nobody would read.
            if (_heedsMarks)
                StoreMarks.RequireNone(transaction, _path);
            var result = work(transaction);
            await transaction.CommitAsync(CancellationToken.None);
            _signals.Raise();
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Lock(DbTransaction transaction, WriteScope scope)
    {
        // BEGIN IMMEDIATE has done so already.
    }

    public void InsertRecords(DbTransaction transaction, RecordRun run, int skip)
    {
        using var inserts = new SqliteRecordInserts((SqliteTransaction)transaction, run);
        foreach (var record in run.Records.Skip(skip))
            inserts.Add(record);
    }

    public void InsertRows(DbTransaction transaction, string table, IReadOnlyList<string> columns, IReadOnlyList<object[]> rows)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Names of tables and columns of our own schema.
        command.CommandText =
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(static (_, i) => $"@{i}"))})";
#pragma warning restore CA2100
        for (var i = 0; i < columns.Count; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@{i}" });
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                command.Parameters[i].Value = row[i];
            command.ExecuteNonQuery();
        }
    }

    public Task EnsureMonthsAsync(IEnumerable<DateTimeOffset> months, CancellationToken cancellationToken) => Task.CompletedTask;

    public void DropEmptyMonths(DbTransaction transaction, DateTimeOffset through)
    {
        // One file: what is deleted is free for what comes.
    }

    /// <summary>Copies the whole file while others read and write, as of one moment (SQLite's online backup).</summary>
    /// <param name="path">A file that is not there yet; made readable by its owner alone.</param>
    public void BackUp(string path)
    {
        // Under another name until it is whole: what was cut off must not pass for a backup.
        var part = path + ".part";
        foreach (var suffix in (string[])["", "-journal", "-wal", "-shm"])
            File.Delete(part + suffix);
        PrivateFiles.Create(part, []);
        using (var source = OpenConnection(_connectionString))
        using (var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = part, Pooling = false }.ToString()))
        {
            target.Open();
            source.BackupDatabase(target);

            // One file that can be carried away: without a log beside it, and checked from end to end.
            target.Run("PRAGMA journal_mode = DELETE");
            RequireIntegrity(target, path);
        }

        // Appliances erase what stands in a backup: it must be on the disk under its name before they are told.
        PrivateFiles.PutInPlace(part, path);
    }

    /// <summary>Makes a file that nobody has open whole without a log beside it, on the disk.</summary>
    public static void Seal(string path)
    {
        var file = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2 };
        using (var connection = new SqliteConnection(file.ToString()))
        {
            connection.Open();
            connection.Run("PRAGMA journal_mode = DELETE");
        }

        PrivateFiles.Flush(path);
        PrivateFiles.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <exception cref="CentralFault">A page of the file is damaged.</exception>
    /// <param name="name">What the file is called to a person.</param>
    public void RequireIntegrity(string name)
    {
        using var connection = OpenConnection(_connectionString);
        RequireIntegrity(connection, name);
    }

    public Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(ReadChangeMark());
    }

    /// <summary>A number that changes when any other connection commits (PRAGMA data_version on one that never writes).</summary>
    public long ReadChangeMark()
    {
        lock (_watching)
            return (long)_watcher.Scalar("PRAGMA data_version")!;
    }

    /// <summary>Within this process; a command beside the server finds its version taken when it stores, and says so.</summary>
    public async Task<IAsyncDisposable> HoldSignerAsync(CancellationToken cancellationToken)
    {
        await _signer.WaitAsync(cancellationToken);
        return new SignerHold(_signer);
    }

    /// <summary>
    /// Empties the write-ahead log into the file, as far as readers allow. A long reader is not waited for: writers wait behind this, and the next time comes.
    /// </summary>
    public async Task MaintainAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var connection = OpenConnection(_connectionString);
            connection.Run("PRAGMA busy_timeout = 100; PRAGMA wal_checkpoint(TRUNCATE)");
        }
        finally
        {
            _writer.Release();
        }
    }

    public long LogBytes => new FileInfo(_path + "-wal") is { Exists: true, Length: var length } ? length : 0;

    /// <summary>Table by table, each in a snapshot of its own: one over all would keep the log from being emptied for as long as it takes.</summary>
    public Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<string>>(
            () =>
            {
                var found = new List<string>();
                try
                {
                    using var connection = OpenConnection(_connectionString);
                    foreach (var table in Tables(connection))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        found.AddRange(Damage(connection, table));
                    }
                }
                catch (SqliteException fault) when (fault.SqliteErrorCode is CorruptCode or NotADatabaseCode or ReadFaultCode)
                {
                    found.Add(fault.Message);
                }

                return found;
            },
            cancellationToken);

    /// <summary>Harmless when it is done twice: the store and the services that made it both do it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        await _watcher.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _writer.Dispose();
        _signer.Dispose();
    }

    private static SqliteConnection OpenConnection(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        connection.Run(ConnectionPragmas);
        return connection;
    }

    private static List<string> Tables(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        return transaction.Query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", static row => row.GetString(0));
    }

    private static IEnumerable<string> Damage(SqliteConnection connection, string table)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        return transaction.Query($"PRAGMA integrity_check('{table}')", static row => row.GetString(0))
            .Where(static line => line != "ok")
            .Select(line => $"{table}: {line}");
    }

    private static void RequireIntegrity(SqliteConnection connection, string name)
    {
        if (connection.Scalar("PRAGMA integrity_check") is not "ok")
            throw new CentralFault($"{name} is damaged: so is the database it was copied from, or a disk. Keep both, and look at the last good backup.");
    }

    private static void RequireVersion(SqliteConnection connection)
    {
        if (Version.Parse(connection.ServerVersion) < VersionMin)
        {
            throw new CentralFault(
                $"The SQLite library is version {connection.ServerVersion}; central-checkpoint needs {VersionMin} or newer.");
        }
    }

    /// <summary>Applies what is missing, each step in a transaction of its own, under the write lock from the first look on.</summary>
    private static void Migrate(SqliteConnection connection, string path, DateTimeOffset now, int throughVersion)
    {
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            transaction.Run(
                "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
            transaction.Commit();
        }

        foreach (var migration in Migrations.Sqlite.All)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            var current = (long)transaction.Scalar("SELECT coalesce(max(version), 0) FROM schema_version")!;
            if (current > Migrations.Sqlite.Newest)
            {
                throw new CentralFault(
                    $"The database {path} has schema {current}, newer than schema {Migrations.Sqlite.Newest} of this program; "
                    + "install the version of central-checkpoint that wrote it, or a newer one.");
            }

            if (migration.Version <= current || migration.Version > throughVersion)
                continue;
            transaction.Run(migration.Sql);
            transaction.Run(
                "INSERT INTO schema_version (version, name, applied_at) VALUES (@version, @name, @at)",
                ("@version", migration.Version), ("@name", migration.Name), ("@at", Instant.ToMicroseconds(now)));
            transaction.Commit();
        }
    }

    private sealed class SignerHold(SemaphoreSlim signer) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            signer.Release();
            return ValueTask.CompletedTask;
        }
    }
}
