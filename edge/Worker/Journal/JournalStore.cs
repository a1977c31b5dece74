using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>A run of unsent records of one lane, ready to be signed and sent.</summary>
internal sealed record PendingBatch(
    Guid Epoch, Lane Lane, ulong FirstSequence, ReadOnlyMemory<byte> PreviousChain, ImmutableArray<SealedRecord> Records);

/// <summary>How much waits to become durable at central.</summary>
internal sealed record QueueDepth(long RecordsWaiting, DateTimeOffset? OldestWrittenAt);

/// <summary>
/// The appliance's append-only journal. One writer; whatever is written together is durable together, with one fsync,
/// before the call returns. Records are sealed here, so nothing personal reaches the disk in the clear.
/// </summary>
internal sealed partial class JournalStore : IDisposable
{
    private const string FileName = "journal.db";

    private readonly SqliteConnection _connection;
    private readonly ApplianceIdentity _identity;
    private readonly SiteTrust _trust;
    private readonly PostPeople _people;
    private readonly ClockKeeper _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<Lane, (ulong Sequence, byte[] Chain)> _heads = [];

    public JournalStore(DataFolder data, ApplianceIdentity identity, SiteTrust trust, PostPeople people, ClockKeeper clock)
    {
        (_identity, _trust, _people, _clock) = (identity, trust, people, clock);
        FilePath = Path.Combine(data.Journal, FileName);
        _connection = JournalDatabase.Open(FilePath);
        foreach (var lane in Enum.GetValues<Lane>())
            _heads[lane] = ReadHead(lane);
    }

    internal string FilePath { get; }

    /// <summary>Where the journal lies in a data folder.</summary>
    internal static string PathIn(string dataPath) => Path.Combine(dataPath, DataFolder.JournalName, FileName);

    /// <summary>Why the last write failed, for the officer; null when it did not.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Raised after a commit, with the lanes that grew.</summary>
    internal event Action<ImmutableArray<Lane>>? Appended;

    /// <summary>
    /// Seals and writes drafts in one transaction. An encounter's verdict opens it, its decision closes it, in the same
    /// transaction.
    /// </summary>
    /// <returns>The headers as written.</returns>
    /// <exception cref="SqliteException">Nothing was written: the disk is full or failing. Nobody is cleared by it.</exception>
    internal ImmutableArray<RecordHeader> Append(params ReadOnlySpan<RecordDraft> drafts)
    {
        ImmutableArray<RecordHeader> headers;
        try
        {
            headers = Write(drafts);
            Problem = null;
        }
        catch (SqliteException fault)
        {
            Problem = string.Create(
                CultureInfo.InvariantCulture, $"The journal cannot be written (SQLite error {fault.SqliteErrorCode}). Use the paper procedure.");
            throw;
        }

        Appended?.Invoke([.. headers.Select(static header => header.Lane).Distinct()]);
        return headers;
    }

    private ImmutableArray<RecordHeader> Write(ReadOnlySpan<RecordDraft> drafts)
    {
        var headers = ImmutableArray.CreateBuilder<RecordHeader>(drafts.Length);
        lock (_gate)
        {
            var heads = new Dictionary<Lane, (ulong Sequence, byte[] Chain)>(_heads);
            using var transaction = _connection.BeginTransaction(deferred: false);
            foreach (var draft in drafts)
            {
                var (sequence, chain) = heads[draft.Lane];
                var header = Header(draft, sequence + 1);
                var record = SealedRecord.Create(
                    header,
                    draft.Personal is null ? [] : draft.Personal.Encode(),
                    _people.Current is { } people ? people.JournalPublicKeySpki.Span : [],
                    _trust.Current.RecordKeys[0].Span,
                    chain);
                Insert(transaction, header, record);
                FollowEncounter(transaction, header);
                heads[draft.Lane] = (header.Sequence, record.Chain.ToArray());
                headers.Add(header);
            }

            transaction.Commit();
            foreach (var (lane, head) in heads)
                _heads[lane] = head;
        }

        return headers.ToImmutable();
    }

    /// <summary>The oldest unsent records of a lane, within the limits of a batch; null when all are durable.</summary>
    internal PendingBatch? NextBatch(Lane lane, int recordsMax = RecordBatch.RecordsMax, int bytesMax = RecordBatch.BytesMax)
    {
        lock (_gate)
        {
            var durable = DurableThrough(lane);
            using var command = Command(
                "SELECT sequence, header, ciphertext, wrapped_for_appliance, wrapped_for_central, chain FROM records "
                + "WHERE epoch = $epoch AND lane = $lane AND sequence > $durable ORDER BY sequence LIMIT $limit");
            command.Parameters.AddWithValue("$epoch", EpochBytes);
            command.Parameters.AddWithValue("$lane", (int)lane);
            command.Parameters.AddWithValue("$durable", (long)durable);
            command.Parameters.AddWithValue("$limit", recordsMax);
            var records = ImmutableArray.CreateBuilder<SealedRecord>();
            var bytes = 0;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var record = ReadRecord(reader, 1);
                bytes += record.Header.Length + record.Ciphertext.Length + record.WrappedForCentral.Length + record.Chain.Length + 16;
                if (records.Count > 0 && bytes > bytesMax)
                    break;
                records.Add(record);
            }

            return records.Count == 0
                ? null
                : new PendingBatch(_identity.Epoch, lane, durable + 1, ChainAt(lane, durable), records.ToImmutable());
        }
    }

    /// <summary>Takes central's word on what is durable. It may go backwards: then the records are sent again.</summary>
    internal void SetDurable(Lane lane, ulong durableThrough, ulong backedUpThrough)
    {
        lock (_gate)
        {
            var known = Math.Min(durableThrough, _heads[lane].Sequence);
            using var transaction = _connection.BeginTransaction(deferred: false);
            using var command = Command(
                "INSERT INTO lane_state (epoch, lane, durable_through, backed_up_through) VALUES ($epoch, $lane, $durable, $backup) "
                + "ON CONFLICT (epoch, lane) DO UPDATE SET durable_through = $durable, backed_up_through = $backup",
                transaction);
            command.Parameters.AddWithValue("$epoch", EpochBytes);
            command.Parameters.AddWithValue("$lane", (int)lane);
            command.Parameters.AddWithValue("$durable", (long)known);
            command.Parameters.AddWithValue("$backup", (long)backedUpThrough);
            command.ExecuteNonQuery();
            transaction.Commit();
            Interlocked.Increment(ref _durableMark);
        }
    }

    /// <summary>Verdict records of encounters nobody has decided, oldest first.</summary>
    internal ImmutableArray<SealedRecord> OpenEncounters()
    {
        lock (_gate)
        {
            using var command = Command(
                "SELECT r.sequence, r.header, r.ciphertext, r.wrapped_for_appliance, r.wrapped_for_central, r.chain "
                + "FROM open_encounters o JOIN records r ON r.record_id = o.record_id ORDER BY r.written_at, r.sequence");
            using var reader = command.ExecuteReader();
            var records = ImmutableArray.CreateBuilder<SealedRecord>();
            while (reader.Read())
                records.Add(ReadRecord(reader, 1));
            return records.ToImmutable();
        }
    }

    /// <summary>How much is not yet durable at central. Cheap: by the heads of the lanes, not by counting records.</summary>
    internal QueueDepth Depth()
    {
        lock (_gate)
        {
            long waiting = 0;
            long? oldest = null;
            foreach (var (lane, head) in _heads)
            {
                var durable = DurableThrough(lane);
                if (head.Sequence <= durable)
                    continue;
                waiting += (long)(head.Sequence - durable);
                var written = WrittenAt(lane, durable + 1);
                oldest = oldest is { } known ? Math.Min(known, written) : written;
            }

            return new QueueDepth(waiting, oldest is { } at ? ClockReading.FromUnixMicroseconds(at) : null);
        }
    }

    /// <summary>Moves the write-ahead log into the database and cuts it, so that it cannot grow without bound.</summary>
    internal void Checkpoint()
    {
        lock (_gate)
            JournalDatabase.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public void Dispose()
    {
        lock (_gate)
            _connection.Dispose();
    }

    private byte[] EpochBytes => _identity.Epoch.ToByteArray(bigEndian: true);

    private RecordHeader Header(RecordDraft draft, ulong sequence)
    {
        var clock = _clock.Read();
        return new RecordHeader
        {
            RecordId = draft.RecordId,
            ApplianceId = _identity.ApplianceId,
            Epoch = _identity.Epoch,
            Lane = draft.Lane,
            Sequence = sequence,
            Kind = draft.Kind,
            ActorId = draft.ActorId,
            WallUnixMicroseconds = clock.WallUnixMicroseconds,
            MonotonicMicroseconds = clock.MonotonicMicroseconds,
            BootId = clock.BootId,
            ClockQuality = clock.Quality,
            EncounterId = draft.EncounterId,
            RelatedRecordId = draft.RelatedRecordId,
            OutcomeCodes = draft.OutcomeCodes,
            Nationality = draft.Nationality,
            Sex = draft.Sex,
            AgeBand = draft.AgeBand,
            ListVersion = draft.ListVersion,
            ListAgeSeconds = draft.ListAgeSeconds,
            Flags = draft.Flags,
            PersonalAlgorithm = draft.Personal is null ? SealAlgorithm.None : SealAlgorithm.Aes256Gcm,
            SecondActorId = draft.SecondActorId,
            RulesVersion = draft.RulesVersion,
        };
    }

    private void Insert(SqliteTransaction transaction, RecordHeader header, SealedRecord record)
    {
        using var command = Command(
            "INSERT INTO records VALUES ($epoch, $lane, $sequence, $id, $kind, $encounter, $header, $ciphertext, $appliance, $central, $chain, $written)",
            transaction);
        command.Parameters.AddWithValue("$epoch", EpochBytes);
        command.Parameters.AddWithValue("$lane", (int)header.Lane);
        command.Parameters.AddWithValue("$sequence", (long)header.Sequence);
        command.Parameters.AddWithValue("$id", header.RecordId.ToByteArray(bigEndian: true));
        command.Parameters.AddWithValue("$kind", (int)header.Kind);
        command.Parameters.AddWithValue("$encounter", header.EncounterId is { } id ? id.ToByteArray(bigEndian: true) : DBNull.Value);
        command.Parameters.AddWithValue("$header", record.Header.ToArray());
        command.Parameters.AddWithValue("$ciphertext", record.Ciphertext.ToArray());
        command.Parameters.AddWithValue("$appliance", record.WrappedForAppliance.ToArray());
        command.Parameters.AddWithValue("$central", record.WrappedForCentral.ToArray());
        command.Parameters.AddWithValue("$chain", record.Chain.ToArray());
        command.Parameters.AddWithValue("$written", header.WallUnixMicroseconds);
        command.ExecuteNonQuery();
    }

    private void FollowEncounter(SqliteTransaction transaction, RecordHeader header)
    {
        var sql = header.Kind switch
        {
            RecordKind.EncounterVerdict => "INSERT INTO open_encounters VALUES ($encounter, $record) ON CONFLICT (encounter_id) DO UPDATE SET record_id = excluded.record_id",
            RecordKind.EncounterDecision => "DELETE FROM open_encounters WHERE encounter_id = $encounter",
            _ => null,
        };
        if (sql is null || header.EncounterId is not { } encounter)
            return;
        using var command = Command(sql, transaction);
        command.Parameters.AddWithValue("$encounter", encounter.ToByteArray(bigEndian: true));
        command.Parameters.AddWithValue("$record", header.RecordId.ToByteArray(bigEndian: true));
        command.ExecuteNonQuery();
    }

    private (ulong Sequence, byte[] Chain) ReadHead(Lane lane)
    {
        using var command = Command(
            "SELECT sequence, chain FROM records WHERE epoch = $epoch AND lane = $lane ORDER BY sequence DESC LIMIT 1");
        command.Parameters.AddWithValue("$epoch", EpochBytes);
        command.Parameters.AddWithValue("$lane", (int)lane);
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? ((ulong)reader.GetInt64(0), reader.GetFieldValue<byte[]>(1))
            : (0, RecordChain.Genesis(_identity.ApplianceId, _identity.Epoch, lane));
    }

    private ulong DurableThrough(Lane lane)
    {
        using var command = Command("SELECT durable_through FROM lane_state WHERE epoch = $epoch AND lane = $lane");
        command.Parameters.AddWithValue("$epoch", EpochBytes);
        command.Parameters.AddWithValue("$lane", (int)lane);
        return Convert.ToUInt64(command.ExecuteScalar() ?? 0L, CultureInfo.InvariantCulture);
    }

    private long WrittenAt(Lane lane, ulong sequence)
    {
        using var command = Command("SELECT written_at FROM records WHERE epoch = $epoch AND lane = $lane AND sequence = $sequence");
        command.Parameters.AddWithValue("$epoch", EpochBytes);
        command.Parameters.AddWithValue("$lane", (int)lane);
        command.Parameters.AddWithValue("$sequence", (long)sequence);
        return Convert.ToInt64(command.ExecuteScalar() ?? 0L, CultureInfo.InvariantCulture);
    }

    private byte[] ChainAt(Lane lane, ulong sequence)
    {
        if (sequence == 0)
            return RecordChain.Genesis(_identity.ApplianceId, _identity.Epoch, lane);
        using var command = Command("SELECT chain FROM records WHERE epoch = $epoch AND lane = $lane AND sequence = $sequence");
        command.Parameters.AddWithValue("$epoch", EpochBytes);
        command.Parameters.AddWithValue("$lane", (int)lane);
        command.Parameters.AddWithValue("$sequence", (long)sequence);
        return (byte[]?)command.ExecuteScalar()
            ?? throw new InvalidDataException($"The journal lacks record {sequence} of lane {lane}, which central has confirmed.");
    }

    private static SealedRecord ReadRecord(SqliteDataReader reader, int first) => new()
    {
        Header = reader.GetFieldValue<byte[]>(first),
        Ciphertext = reader.GetFieldValue<byte[]>(first + 1),
        WrappedForAppliance = reader.GetFieldValue<byte[]>(first + 2),
        WrappedForCentral = reader.GetFieldValue<byte[]>(first + 3),
        Chain = reader.GetFieldValue<byte[]>(first + 4),
    };

    private SqliteCommand Command(string sql, SqliteTransaction? transaction = null)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command;
    }
}
