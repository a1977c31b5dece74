using EdgeCheckpoint.Central.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>Prepared inserts in transactions on one connection with the flushes of central, and nothing else.</summary>
internal sealed class BareSqliteLoop : IDisposable
{
    private const string Record = "INSERT INTO records (appliance_id, epoch, lane, sequence, kind, encounter_id, received_at, header, ciphertext, chain) VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9)";
    private const string Key = "INSERT INTO record_keys (appliance_id, epoch, lane, sequence, wrapped_key, received_at) VALUES (@0, @1, @2, @3, @4, @5)";
    private const string Term = "INSERT INTO blind_terms (term, appliance_id, epoch, lane, sequence, received_at) VALUES (@0, @1, @2, @3, @4, @5)";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _record;
    private readonly SqliteCommand _key;
    private readonly SqliteCommand _term;

    public BareSqliteLoop(string file)
    {
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        using var pragmas = _connection.CreateCommand();
        pragmas.CommandText = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 4194304;";
        pragmas.ExecuteNonQuery();
        (_record, _key, _term) = (Prepare(Record, 10), Prepare(Key, 6), Prepare(Term, 6));
    }

    public void Insert(IReadOnlyList<RecordRun> runs)
    {
        foreach (var run in runs)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            _record.Transaction = _key.Transaction = _term.Transaction = transaction;
            var epoch = run.Epoch.ToByteArray(bigEndian: true);
            var at = Instant.ToMicroseconds(run.ReceivedAt);
            foreach (var record in run.Records)
            {
                var sequence = (long)record.Parsed.Sequence;
                Run(_record, run.ApplianceId, epoch, 1, sequence, 1, record.Parsed.EncounterId!.Value.ToByteArray(bigEndian: true), at, record.Sealed.Header.ToArray(), record.Sealed.Ciphertext.ToArray(), record.Sealed.Chain.ToArray());
                Run(_key, run.ApplianceId, epoch, 1, sequence, record.Sealed.WrappedForCentral.ToArray(), at);
                foreach (var term in record.BlindTerms)
                    Run(_term, term, run.ApplianceId, epoch, 1, sequence, at);
            }

            transaction.Commit();
        }
    }

    public void Dispose()
    {
        _record.Dispose();
        _key.Dispose();
        _term.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, int count)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // One of the three constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < count; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@{i}" });
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}

/// <summary>COPY in transactions on as many connections as there are writers, and nothing else.</summary>
internal sealed class BarePostgresLoop(string settings, int writers) : IAsyncDisposable
{
    private readonly NpgsqlConnection[] _connections = [.. Enumerable.Range(0, writers).Select(_ => Open(settings))];

    public void Insert(int writer, IReadOnlyList<RecordRun> runs)
    {
        foreach (var run in runs)
        {
            using var transaction = _connections[writer].BeginTransaction();
            var epoch = run.Epoch.ToByteArray(bigEndian: true);
            var at = Instant.ToMicroseconds(run.ReceivedAt);
            Copy(writer, run, "records (appliance_id, epoch, lane, sequence, kind, encounter_id, received_at, header, ciphertext, chain)", (rows, record) =>
            {
                Begin(rows, run, epoch, record);
                rows.Write(1L, NpgsqlDbType.Bigint);
                rows.Write(record.Parsed.EncounterId!.Value.ToByteArray(bigEndian: true), NpgsqlDbType.Bytea);
                rows.Write(at, NpgsqlDbType.Bigint);
                rows.Write(record.Sealed.Header, NpgsqlDbType.Bytea);
                rows.Write(record.Sealed.Ciphertext, NpgsqlDbType.Bytea);
                rows.Write(record.Sealed.Chain, NpgsqlDbType.Bytea);
            });
            Copy(writer, run, "record_keys (appliance_id, epoch, lane, sequence, wrapped_key, received_at)", (rows, record) =>
            {
                Begin(rows, run, epoch, record);
                rows.Write(record.Sealed.WrappedForCentral, NpgsqlDbType.Bytea);
                rows.Write(at, NpgsqlDbType.Bigint);
            });
            Copy(writer, run, "blind_terms (appliance_id, epoch, lane, sequence, term, received_at)", (rows, record) =>
            {
                foreach (var term in record.BlindTerms)
                {
                    Begin(rows, run, epoch, record);
                    rows.Write(term, NpgsqlDbType.Bytea);
                    rows.Write(at, NpgsqlDbType.Bigint);
                }
            });
            transaction.Commit();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
            await connection.DisposeAsync();
    }

    private static NpgsqlConnection Open(string settings)
    {
        var connection = new NpgsqlConnection(settings);
        connection.Open();
        return connection;
    }

    private void Copy(int writer, RecordRun run, string target, Action<NpgsqlBinaryImporter, IncomingRecord> write)
    {
        using var rows = _connections[writer].BeginBinaryImport($"COPY {target} FROM STDIN (FORMAT BINARY)");
        foreach (var record in run.Records)
            write(rows, record);
        rows.Complete();
    }

    private static void Begin(NpgsqlBinaryImporter rows, RecordRun run, byte[] epoch, IncomingRecord record)
    {
        rows.StartRow();
        rows.Write(run.ApplianceId, NpgsqlDbType.Text);
        rows.Write(epoch, NpgsqlDbType.Bytea);
        rows.Write(1L, NpgsqlDbType.Bigint);
        rows.Write((long)record.Parsed.Sequence, NpgsqlDbType.Bigint);
    }
}
