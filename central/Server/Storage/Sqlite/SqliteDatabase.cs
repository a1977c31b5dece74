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

    private readonly string _connectionString;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly SqliteConnection _watcher;
    private readonly SemaphoreSlim _watching = new(1, 1);
    private readonly LocalSignals _signals = new();

    private SqliteDatabase(string connectionString, SqliteConnection watcher) =>
        (_connectionString, _watcher) = (connectionString, watcher);

    public IStoreSignals Signals => _signals;

    /// <summary>Opens or makes the file and brings its schema up to date.</summary>
    /// <param name="path">The file; made readable by its owner alone.</param>
    /// <param name="now">Noted beside a migration.</param>
    /// <param name="throughVersion">Last migration to apply; tests make older databases with it.</param>
    /// <exception cref="CentralFault">The library is too old, the schema too new, or the file cannot be opened.</exception>
    public static SqliteDatabase Open(string path, DateTimeOffset now, int? throughVersion = null)
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
            return new SqliteDatabase(connectionString, OpenConnection(connectionString));
        }
        catch (SqliteException fault)
        {
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

    /// <summary>Writes in one transaction; durable when the task ends. There is one writer whatever the scope.</summary>
    public async Task<T> WriteAsync<T>(WriteScope scope, Func<DbTransaction, T> work, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var connection = OpenConnection(_connectionString);
            await using var transaction = connection.BeginTransaction(deferred: false);
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

    public void LockEverything(DbTransaction transaction)
    {
        // BEGIN IMMEDIATE has done so already.
    }

    public void InsertRecords(DbTransaction transaction, RecordRun run, int skip)
    {
        using var inserts = new SqliteRecordInserts((SqliteTransaction)transaction, run);
        foreach (var record in run.Records.Skip(skip))
            inserts.Add(record);
    }

    /// <summary>A number that changes when any other connection commits (PRAGMA data_version on one that never writes).</summary>
    public async Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken)
    {
        await _watching.WaitAsync(cancellationToken);
        try
        {
            return (long)_watcher.Scalar("PRAGMA data_version")!;
        }
        finally
        {
            _watching.Release();
        }
    }

    /// <summary>Empties the write-ahead log into the file, as far as readers allow.</summary>
    public async Task MaintainAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var connection = OpenConnection(_connectionString);
            connection.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        finally
        {
            _writer.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watcher.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _writer.Dispose();
        _watching.Dispose();
    }

    private static SqliteConnection OpenConnection(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        connection.Run(ConnectionPragmas);
        return connection;
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
}
