using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>A lane that verifies from its first record to its last.</summary>
internal sealed record VerifiedLane(string ApplianceId, Guid Epoch, Lane Lane, ulong Records);

/// <summary>The first record that does not verify.</summary>
/// <param name="RecordId">Null when the record is missing or cannot be read.</param>
internal sealed record BrokenRecord(Guid Epoch, Lane Lane, ulong Sequence, Guid? RecordId, string Reason)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"record {Sequence} of lane {Lane} in epoch {Epoch}{(RecordId is { } id ? $" ({id})" : "")}: {Reason}");
}

/// <summary>
/// Checks a journal as it lies on the card: every record follows the one before, header, sealed part and chain value belong
/// together, none is missing. Reads only; works beside a running service, and with the card in another reader. Needs no key.
/// </summary>
internal static class JournalVerification
{
    /// <summary>Checks every lane of every epoch.</summary>
    /// <param name="path">The journal's database.</param>
    /// <returns>The lanes, or the first record that does not verify.</returns>
    /// <exception cref="SqliteException">The file cannot be read, or is no journal.</exception>
    internal static Result<IReadOnlyList<VerifiedLane>, BrokenRecord> Verify(string path)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        // One transaction: a service that writes meanwhile is seen as it was at the beginning.
        using var transaction = connection.BeginTransaction(deferred: true);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT epoch, lane, sequence, record_id, header, ciphertext, chain FROM records ORDER BY epoch, lane, sequence";
        using var reader = command.ExecuteReader();
        var lanes = new List<VerifiedLane>();
        LaneWalk? walk = null;
        while (reader.Read())
        {
            var (epoch, lane) = (new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true), (Lane)reader.GetInt32(1));
            if (walk is null || walk.Epoch != epoch || walk.Lane != lane)
            {
                Finish(walk, lanes);
                walk = new LaneWalk(epoch, lane);
            }

            if (walk.Take(
                (ulong)reader.GetInt64(2), new Guid(reader.GetFieldValue<byte[]>(3), bigEndian: true), reader.GetFieldValue<byte[]>(4),
                reader.GetFieldValue<byte[]>(5), reader.GetFieldValue<byte[]>(6)) is { } broken)
            {
                return broken;
            }
        }

        Finish(walk, lanes);
        return MissingEnd(connection, transaction, lanes) is { } missing ? missing : lanes;
    }

    private static void Finish(LaneWalk? walk, List<VerifiedLane> lanes)
    {
        if (walk is not null)
            lanes.Add(new VerifiedLane(walk.ApplianceId, walk.Epoch, walk.Lane, walk.Sequence));
    }

    /// <summary>What central has confirmed must be here: a journal whose end was cut off is found by that.</summary>
    private static BrokenRecord? MissingEnd(SqliteConnection connection, SqliteTransaction transaction, List<VerifiedLane> lanes)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT epoch, lane, durable_through FROM lane_state ORDER BY epoch, lane";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (epoch, lane) = (new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true), (Lane)reader.GetInt32(1));
            var durable = (ulong)reader.GetInt64(2);
            var end = lanes.Find(known => known.Epoch == epoch && known.Lane == lane)?.Records ?? 0;
            if (durable > end)
                return new BrokenRecord(epoch, lane, end + 1, null, "missing, though central has confirmed it");
        }

        return null;
    }

    /// <summary>Follows one lane.</summary>
    private sealed class LaneWalk(Guid epoch, Lane lane)
    {
        private byte[] _chain = [];

        internal Guid Epoch => epoch;

        internal Lane Lane => lane;

        internal string ApplianceId { get; private set; } = "";

        internal ulong Sequence { get; private set; }

        internal BrokenRecord? Take(ulong sequence, Guid recordId, byte[] headerBytes, byte[] ciphertext, byte[] chain)
        {
            if (sequence != Sequence + 1)
                return new BrokenRecord(epoch, lane, Sequence + 1, null, "missing");
            if (!RecordHeader.Parse(headerBytes).TryGet(out var header, out var failure))
                return new BrokenRecord(epoch, lane, sequence, recordId, $"its header cannot be read ({failure.Reason})");
            if (sequence == 1)
            {
                ApplianceId = header.ApplianceId;
                _chain = RecordChain.Genesis(ApplianceId, epoch, lane);
            }

            if (header.ApplianceId != ApplianceId || header.Epoch != epoch || header.Lane != lane || header.Sequence != sequence || header.RecordId != recordId)
                return new BrokenRecord(epoch, lane, sequence, recordId, "its header belongs to another place");
            var next = RecordChain.Next(_chain, headerBytes, SHA256.HashData(ciphertext));
            if (!next.AsSpan().SequenceEqual(chain))
                return new BrokenRecord(epoch, lane, sequence, recordId, "header, sealed part and chain do not belong together");
            (_chain, Sequence) = (next, sequence);
            return null;
        }
    }
}
