using System.Globalization;
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
    /// <summary>Columns of a file from before keys were checked.</summary>
    private const string ColumnsBefore = "epoch, lane, sequence, header, ciphertext, wrapped_for_appliance, wrapped_for_central, chain, NULL";

    /// <summary>Checks every lane of every epoch.</summary>
    /// <param name="path">The journal's database.</param>
    /// <param name="checksKeys">Also whether the wrapped keys, which the chain does not cover, are as they were written.</param>
    /// <returns>The lanes, or the first record that does not verify.</returns>
    /// <exception cref="SqliteException">The file cannot be read, or is no journal.</exception>
    /// <exception cref="JournalDamageException">A row is not of the shape that was written.</exception>
    internal static Result<IReadOnlyList<VerifiedLane>, BrokenRecord> Verify(string path, bool checksKeys = false) =>
        WalkAll(path, checksKeys, CancellationToken.None);

    /// <summary>True when both records and pages are as they were written.</summary>
    /// <param name="cancellationToken">Ends a look that may take minutes.</param>
    internal static bool IsWhole(string path, CancellationToken cancellationToken)
    {
        try
        {
            return WalkAll(path, checksKeys: false, cancellationToken).IsSuccess && LookAtPages(path, cancellationToken);
        }
        catch (Exception fault) when (fault is SqliteException or JournalDamageException)
        {
            return false;
        }
    }

    private static Result<IReadOnlyList<VerifiedLane>, BrokenRecord> WalkAll(string path, bool checksKeys, CancellationToken cancellationToken)
    {
        using var connection = OpenReadOnly(path);
        // One transaction: a service that writes meanwhile is seen as it was at the beginning.
        using var transaction = connection.BeginTransaction(deferred: true);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var (states, hasChecks) = JournalDamageException.Reading(() => States(connection, transaction));
        command.CommandText = $"SELECT {(hasChecks ? StoredRow.Columns : ColumnsBefore)}, record_id FROM records ORDER BY epoch, lane, sequence";
        using var reader = command.ExecuteReader();
        var lanes = new List<VerifiedLane>();
        LaneWalk? walk = null;
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = StoredRow.Read(reader);
            if (walk is null || walk.Epoch != row.Epoch || walk.Lane != row.Lane)
            {
                Finish(walk, lanes);
                walk = new LaneWalk(row.Epoch, row.Lane, states.GetValueOrDefault((row.Epoch, row.Lane))?.First ?? 1);
            }

            if (walk.Take(row, JournalDamageException.Reading(() => new Guid(reader.GetFieldValue<byte[]>(9), bigEndian: true))) is { } broken)
                return broken;
            if (checksKeys && !row.HasItsKeys())
                return new BrokenRecord(row.Epoch, row.Lane, row.Sequence, null, "its wrapped keys are damaged");
        }

        Finish(walk, lanes);
        return MissingEnd(states, lanes) is { } missing ? missing : lanes;
    }

    /// <summary>True when SQLite finds its pages in order.</summary>
    private static bool LookAtPages(string path, CancellationToken cancellationToken)
    {
        using var connection = OpenReadOnly(path);
        using var stop = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
        try
        {
            var isSound = JournalDatabase.Scalar(connection, "PRAGMA quick_check(1)") is "ok";
            // Told to stop, SQLite says that it stopped, or nothing.
            cancellationToken.ThrowIfCancellationRequested();
            return isSound;
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static SqliteConnection OpenReadOnly(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Finish(LaneWalk? walk, List<VerifiedLane> lanes)
    {
        if (walk is not null)
            lanes.Add(new VerifiedLane(walk.ApplianceId, walk.Epoch, walk.Lane, walk.Sequence));
    }

    /// <summary>Where each lane should begin and end; a file of older software says only what central has confirmed.</summary>
    private static (Dictionary<(Guid Epoch, Lane Lane), LaneState> States, bool HasChecks) States(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var version = connection.CreateCommand();
        version.Transaction = transaction;
        version.CommandText = "PRAGMA user_version";
        var hasChecks = (long)version.ExecuteScalar()! >= 2;
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = hasChecks
            ? "SELECT epoch, lane, durable_through, first_sequence, head_sequence FROM lane_state ORDER BY epoch, lane"
            : "SELECT epoch, lane, durable_through, 1, 0 FROM lane_state ORDER BY epoch, lane";
        using var reader = command.ExecuteReader();
        var states = new Dictionary<(Guid, Lane), LaneState>();
        while (reader.Read())
        {
            states[(new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true), (Lane)reader.GetInt32(1))] =
                new LaneState((ulong)reader.GetInt64(2), (ulong)reader.GetInt64(3), (ulong)reader.GetInt64(4));
        }

        return (states, hasChecks);
    }

    /// <summary>What central has confirmed, and what was written last, must be here: a journal whose end was cut off is found by that.</summary>
    private static BrokenRecord? MissingEnd(Dictionary<(Guid Epoch, Lane Lane), LaneState> states, List<VerifiedLane> lanes)
    {
        foreach (var ((epoch, lane), state) in states)
        {
            var end = lanes.Find(known => known.Epoch == epoch && known.Lane == lane)?.Records ?? state.First - 1;
            if (state.Durable > end)
                return new BrokenRecord(epoch, lane, end + 1, null, "missing, though central has confirmed it");
            if (state.Head > end)
                return new BrokenRecord(epoch, lane, end + 1, null, "missing, though it was written");
        }

        return null;
    }

    private sealed record LaneState(ulong Durable, ulong First, ulong Head);

    /// <summary>Follows one lane. Where damage took its beginning, the first record that is left is taken at its word.</summary>
    private sealed class LaneWalk(Guid epoch, Lane lane, ulong first)
    {
        private byte[] _chain = [];

        internal Guid Epoch => epoch;

        internal Lane Lane => lane;

        internal string ApplianceId { get; private set; } = "";

        /// <summary>The last record that verified.</summary>
        internal ulong Sequence { get; private set; } = first - 1;

        internal BrokenRecord? Take(StoredRow row, Guid recordId)
        {
            if (row.Sequence != Sequence + 1)
                return new BrokenRecord(epoch, lane, Sequence + 1, null, "missing");
            if (!RecordHeader.Parse(row.Header).TryGet(out var header, out var failure))
                return new BrokenRecord(epoch, lane, row.Sequence, recordId, $"its header cannot be read ({failure.Reason})");
            if (row.Sequence == first)
                ApplianceId = header.ApplianceId;
            if (row.OutOfPlace(ApplianceId, out _) is not null || header.RecordId != recordId)
                return new BrokenRecord(epoch, lane, row.Sequence, recordId, "its header belongs to another place");
            if (row.Sequence == 1)
                _chain = RecordChain.Genesis(ApplianceId, epoch, lane);
            if ((row.Sequence == 1 || row.Sequence != first) && row.Fault(ApplianceId, _chain) is { } fault)
                return fault with { RecordId = recordId };
            (_chain, Sequence) = (row.Chain, row.Sequence);
            return null;
        }
    }
}
