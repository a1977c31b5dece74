using EdgeCheckpoint.Central.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace EdgeCheckpoint.Central.Storage.Postgres;

/// <summary>
/// Records into their tables by binary COPY. Straight, without a staging table: the lane's head is locked and says which of the run
/// are new, so that nothing can be there already (decisions/2026-11-29-two-engines.md has the figures).
/// </summary>
internal static class PostgresRecordCopy
{
    public static void Insert(NpgsqlConnection connection, RecordRun run, int skip)
    {
        var epoch = run.Epoch.Bytes();
        var at = Instant.ToMicroseconds(run.ReceivedAt);
        using (var rows = connection.BeginBinaryImport(
            "COPY records (appliance_id, epoch, lane, sequence, kind, encounter_id, received_at, header, ciphertext, chain) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var record in run.Records.Skip(skip))
            {
                Begin(rows, run, epoch, record);
                rows.Write((long)record.Parsed.EffectiveKind, NpgsqlDbType.Bigint);
                if (record.Parsed.EncounterId is { } encounter)
                    rows.Write(encounter.Bytes(), NpgsqlDbType.Bytea);
                else
                    rows.WriteNull();
                rows.Write(at, NpgsqlDbType.Bigint);
                rows.Write(record.Sealed.Header, NpgsqlDbType.Bytea);
                rows.Write(record.Sealed.Ciphertext, NpgsqlDbType.Bytea);
                rows.Write(record.Sealed.Chain, NpgsqlDbType.Bytea);
            }

            rows.Complete();
        }

        var withKeys = run.Records.Skip(skip).Where(static record => !record.Sealed.WrappedForCentral.IsEmpty).ToArray();
        if (withKeys.Length == 0)
            return;
        using (var rows = connection.BeginBinaryImport(
            "COPY record_keys (appliance_id, epoch, lane, sequence, wrapped_key, received_at) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var record in withKeys)
            {
                Begin(rows, run, epoch, record);
                rows.Write(record.Sealed.WrappedForCentral, NpgsqlDbType.Bytea);
                rows.Write(at, NpgsqlDbType.Bigint);
            }

            rows.Complete();
        }

        if (withKeys.All(static record => record.BlindTerms.Count == 0))
            return;
        using (var rows = connection.BeginBinaryImport(
            "COPY blind_terms (appliance_id, epoch, lane, sequence, term, received_at) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var record in withKeys)
            {
                foreach (var term in record.BlindTerms.DistinctBy(Convert.ToHexString))
                {
                    Begin(rows, run, epoch, record);
                    rows.Write(term, NpgsqlDbType.Bytea);
                    rows.Write(at, NpgsqlDbType.Bigint);
                }
            }

            rows.Complete();
        }
    }

    private static void Begin(NpgsqlBinaryImporter rows, RecordRun run, byte[] epoch, IncomingRecord record)
    {
        rows.StartRow();
        rows.Write(run.ApplianceId, NpgsqlDbType.Text);
        rows.Write(epoch, NpgsqlDbType.Bytea);
        rows.Write((long)run.Lane, NpgsqlDbType.Bigint);
        rows.Write(checked((long)record.Parsed.Sequence), NpgsqlDbType.Bigint);
    }
}
