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
    private const int VersionMin = 15;

    private readonly NpgsqlDataSource _source;
    private readonly DatabaseThreads _threads;
    private readonly PostgresSignals _signals;

    private PostgresDatabase(NpgsqlDataSource source, int connectionsMax)
    {
        _source = source;
        _threads = new DatabaseThreads(connectionsMax);
        _signals = new PostgresSignals(source);
    }

    public IStoreSignals Signals => _signals;

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <param name="now">Noted beside a migration; the months around it get partitions.</param>
    /// <exception cref="CentralFault">The server cannot be reached or is too old, or the schema is too new.</exception>
    public static PostgresDatabase Open(NpgsqlConnectionStringBuilder settings, DateTimeOffset now, int connectionsMax)
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

    public void LockEverything(DbTransaction transaction) => Lock(transaction, WriteScope.Everything);

    public void InsertRecords(DbTransaction transaction, RecordRun run, int skip) =>
        PostgresRecordCopy.Insert((NpgsqlConnection)transaction.Connection!, run, skip);

    /// <summary>
    /// The transactions that are committed, as one number. It differs as soon as anybody writes, in another database of the same server
    /// too: that costs a look and loses nothing.
    /// </summary>
    public Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken) =>
        ReadAsync(static transaction => (long)transaction.Scalar("SELECT hashtextextended(pg_current_snapshot()::text, 0)")!, cancellationToken);

    public Task MaintainAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _threads.RunAsync(
            () =>
            {
                using var connection = _source.OpenConnection();
                PostgresMonths.Ensure(connection, now);
                return true;
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _threads.Dispose();
        await _source.DisposeAsync();
    }

    private static void Lock(DbTransaction transaction, WriteScope scope) =>
        transaction.Scalar("SELECT pg_advisory_xact_lock(@kind, hashtext(@name))", ("@kind", scope.Kind), ("@name", scope.Name));

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
}
