using EdgeCheckpoint.Central.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Central.Storage.Sqlite;

/// <summary>The three statements of one record, prepared once for a whole run: compiling them again for each row costs more than running them.</summary>
internal sealed class SqliteRecordInserts : IDisposable
{
    private readonly SqliteCommand _record;
    private readonly SqliteCommand _key;
    private readonly SqliteCommand _term;

    public SqliteRecordInserts(SqliteTransaction transaction, RecordRun run)
    {
        _record = Prepare(
            transaction,
            run,
            """
            INSERT INTO records (appliance_id, epoch, lane, sequence, kind, encounter_id, received_at, header, ciphertext, chain)
            VALUES (@appliance, @epoch, @lane, @sequence, @kind, @encounter, @at, @header, @ciphertext, @chain)
            """,
            "@kind", "@encounter", "@header", "@ciphertext", "@chain");
        _key = Prepare(
            transaction,
            run,
            """
            INSERT INTO record_keys (appliance_id, epoch, lane, sequence, wrapped_key, received_at)
            VALUES (@appliance, @epoch, @lane, @sequence, @key, @at)
            """,
            "@key");
        _term = Prepare(
            transaction,
            run,
            """
            INSERT INTO blind_terms (term, appliance_id, epoch, lane, sequence, received_at)
            VALUES (@term, @appliance, @epoch, @lane, @sequence, @at) ON CONFLICT DO NOTHING
            """,
            "@term");
    }

    public void Add(IncomingRecord record)
    {
        var sequence = checked((long)record.Parsed.Sequence);
        Run(
            _record, sequence, (int)record.Parsed.EffectiveKind, record.Parsed.EncounterId, record.Sealed.Header, record.Sealed.Ciphertext,
            record.Sealed.Chain);
        if (record.Sealed.WrappedForCentral.IsEmpty)
            return;
        Run(_key, sequence, record.Sealed.WrappedForCentral);
        foreach (var term in record.BlindTerms)
            Run(_term, sequence, term);
    }

    public void Dispose()
    {
        _record.Dispose();
        _key.Dispose();
        _term.Dispose();
    }

    /// <summary>The parameters that vary stand behind those of the run, the sequence number first.</summary>
    private static SqliteCommand Prepare(SqliteTransaction transaction, RecordRun run, string sql, params ReadOnlySpan<string> varying)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // One of the three constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("@appliance", run.ApplianceId);
        command.Parameters.AddWithValue("@epoch", run.Epoch.Bytes());
        command.Parameters.AddWithValue("@lane", (int)run.Lane);
        command.Parameters.AddWithValue("@at", Instant.ToMicroseconds(run.ReceivedAt));
        command.Parameters.Add("@sequence", SqliteType.Integer);
        foreach (var name in varying)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Run(SqliteCommand command, long sequence, params ReadOnlySpan<object?> values)
    {
        const int OfTheRun = 4;
        command.Parameters[OfTheRun].Value = sequence;
        for (var i = 0; i < values.Length; i++)
            command.Parameters[OfTheRun + 1 + i].Value = SqlSpeech.Stored(values[i]);
        command.ExecuteNonQuery();
    }
}
