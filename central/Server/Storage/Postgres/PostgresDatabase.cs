using System.Data;
using System.Data.Common;
using EdgeCheckpoint.Central.Storage.Sql;
using Npgsql;

namespace EdgeCheckpoint.Central.Storage.Postgres;

/// <summary>
/// One PostgreSQL database, shared by as many nodes as there are: transactions under advisory locks, schema, months, signals.
/// </summary>
/// <remarks>
/// Advisory locks stand where SQLite has its one writer. Whatever writes an audit line has everything to itself, on all nodes: a
/// chain has one end. Records of different lanes and heartbeats of different appliances go side by side.
/// </remarks>
internal sealed class PostgresDatabase : ISqlDatabase
{
    private const int MigrationLock = 4;
    private const string SignerLock = "SELECT pg_advisory_lock(6, 0)";
    private const string SignerUnlock = "SELECT pg_advisory_unlock(6, 0)";
    private const int VersionMin = 15;

    private readonly NpgsqlDataSource _source;
    private readonly DatabaseThreads _threads;
    private readonly PostgresSignals _signals;
    private int _isDisposed;

    private PostgresDatabase(NpgsqlDataSource source, int connectionsMax)
    {
        _source = source;
        _threads = new DatabaseThreads(connectionsMax);
        _signals = new PostgresSignals(source);
    }

    public IStoreSignals Signals => _signals;

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <param name="now">Noted beside a migration; the months around it get partitions.</param>
    /// <param name="isForCopying">True for whoever moves or restores a store: marks of the store are no obstacle then.</param>
    /// <exception cref="CentralFault">The server cannot be reached or is too old, or the schema is too new.</exception>
    public static PostgresDatabase Open(NpgsqlConnectionStringBuilder settings, DateTimeOffset now, int connectionsMax, bool isForCopying = false)
    {
        var source = NpgsqlDataSource.Create(settings);
        try
        {
            using (var connection = source.OpenConnection())
            {
                if (connection.PostgreSqlVersion.Major < VersionMin)
                    throw new CentralFault($"The database server is PostgreSQL {connection.PostgreSqlVersion}; central-checkpoint needs {VersionMin} or newer.");
                Migrate(connection, settings, now);
                PostgresMonths.Ensure(connection, now);
                using var transaction = connection.BeginTransaction();
                if (!isForCopying)
                    StoreMarks.RequireNone(transaction, $"{settings.Database} at {settings.Host}");
            }

            return new PostgresDatabase(source, connectionsMax);
        }
        catch (DbException fault)
        {
            source.Dispose();
            throw new CentralFault(
                $"The database {settings.Database} at {settings.Host} cannot be opened ({fault.Message.TrimEnd('.')}); check that its "
                + "server runs, that Storage:Postgres names it, and that this user may connect and make tables.", fault);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public Task<T> ReadAsync<T>(Func<DbTransaction, T> work, CancellationToken cancellationToken) =>
        _threads.RunAsync(
            () =>
            {
                using var connection = _source.OpenConnection();
                using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
                var result = work(transaction);
                transaction.Commit();
                return result;
            },
            cancellationToken);

    public async Task<T> ReadLongAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await work(transaction);
    }

    public Task<T> WriteAsync<T>(WriteScope scope, Func<DbTransaction, T> work, CancellationToken cancellationToken) =>
        _threads.RunAsync(
            () =>
            {
                using var connection = _source.OpenConnection();

                // Read committed: each statement sees what was committed before the lock was given.
                using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
                Lock(transaction, scope);
                var result = work(transaction);
                if (scope == WriteScope.Everything)
                    PostgresSignals.Announce(transaction);
                transaction.Commit();
                return result;
            },
            cancellationToken);

    void ISqlDatabase.Lock(DbTransaction transaction, WriteScope scope) => Lock(transaction, scope);

    public void InsertRecords(DbTransaction transaction, RecordRun run, int skip) =>
        PostgresRecordCopy.Insert((NpgsqlConnection)transaction.Connection!, run, skip);

    public void InsertRows(DbTransaction transaction, string table, IReadOnlyList<string> columns, IReadOnlyList<object[]> rows)
    {
        using var copy = ((NpgsqlConnection)transaction.Connection!).BeginBinaryImport($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            copy.StartRow();
            foreach (var value in row)
            {
                if (value is DBNull)
                    copy.WriteNull();
                else
                    copy.Write(value);
            }
        }

        copy.Complete();
    }

    /// <summary>Makes the partitions of the months in which something arrived: a store that is copied brings its past along.</summary>
    public Task EnsureMonthsAsync(IEnumerable<DateTimeOffset> months, CancellationToken cancellationToken) =>
        _threads.RunAsync(
            () =>
            {
                using var connection = _source.OpenConnection();
                foreach (var month in months)
                    PostgresMonths.EnsureMonth(connection, month);
                return true;
            },
            cancellationToken);

    public void DropEmptyMonths(DbTransaction transaction, DateTimeOffset through) => PostgresMonths.DropEmpty(transaction, through);

    /// <summary>
    /// The transactions that are committed, as one number. It differs as soon as anybody writes, in another database of the same server
    /// too: that costs a look and loses nothing.
    /// </summary>
    public Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken) =>
        ReadAsync(static transaction => (long)transaction.Scalar("SELECT hashtextextended(pg_current_snapshot()::text, 0)")!, cancellationToken);

    /// <summary>An advisory lock of a session of its own: it ends with the connection, so that a node that dies does not hold it.</summary>
    public async Task<IAsyncDisposable> HoldSignerAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var take = connection.CreateCommand();
            take.CommandText = SignerLock;
            take.CommandTimeout = 0;
            await take.ExecuteNonQueryAsync(cancellationToken);
            return new SignerHold(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task MaintainAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _threads.RunAsync(
            () =>
            {
                using var connection = _source.OpenConnection();
                PostgresMonths.Ensure(connection, now);
                return true;
            },
            cancellationToken);

    public long LogBytes => 0;

    public Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Harmless when it is done twice: the store and the services that made it both do it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        _threads.Dispose();
        await _source.DisposeAsync();
    }

    private static void Lock(DbTransaction transaction, WriteScope scope) =>
        transaction.Scalar(
            scope.MayBeLost
                ? "SELECT pg_advisory_xact_lock(@kind, hashtext(@name)), set_config('synchronous_commit', 'off', true)"
                : "SELECT pg_advisory_xact_lock(@kind, hashtext(@name))",
            ("@kind", scope.Kind), ("@name", scope.Name));

    /// <summary>Applies what is missing, each step in a transaction of its own; one node does it and the others wait.</summary>
    private static void Migrate(NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings, DateTimeOffset now)
    {
        foreach (var migration in Migrations.Postgres.All)
        {
            using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
            Lock(transaction, new WriteScope(MigrationLock, ""));
            transaction.Run("CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)");
            var current = (long)transaction.Scalar("SELECT coalesce(max(version), 0) FROM schema_version")!;
            if (current > Migrations.Postgres.Newest)
            {
                throw new CentralFault(
                    $"The database {settings.Database} has schema {current}, newer than schema {Migrations.Postgres.Newest} of this program; "
                    + "install the version of central-checkpoint that wrote it, or a newer one.");
            }

            if (migration.Version <= current)
                continue;
            transaction.Run(migration.Sql);
            transaction.Run(
                "INSERT INTO schema_version (version, name, applied_at) VALUES (@version, @name, @at)",
                ("@version", migration.Version), ("@name", migration.Name), ("@at", now));
            transaction.Commit();
        }
    }

    private sealed class SignerHold(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (var release = connection.CreateCommand())
            {
                release.CommandText = SignerUnlock;
                await release.ExecuteNonQueryAsync();
            }

            await connection.DisposeAsync();
        }
    }
}
