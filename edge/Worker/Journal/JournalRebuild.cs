using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// The ladder after damage: (1) save every record that proves itself, (2) write them into a fresh file, under their old epochs, so that
/// central still gets what it lacks, and in the same transaction (3) what is to be told and carried there, (4) move the damaged files aside, whole, (5) put
/// the fresh one in their place. The evidence is never deleted and never written to. May be cut at any step: the next start goes on, or begins anew.
/// </summary>
internal static class JournalRebuild
{
    /// <summary>Ending of a fresh file that is not in its place yet.</summary>
    internal const string RebuiltEnding = ".rebuilt";

    private const string EvidenceName = "evidence";

    /// <summary>SQLITE_FULL.</summary>
    private const int Full = 13;

    private static readonly string[] Endings = ["", "-wal", "-shm"];

    /// <summary>Where damaged files are kept.</summary>
    internal static string EvidenceIn(string journalFolder) => Path.Combine(journalFolder, EvidenceName);

    /// <summary>Steps 1 to 5.</summary>
    /// <param name="reason">What was wrong, for whoever is told.</param>
    /// <param name="now">Names the folder of the evidence.</param>
    /// <param name="leavesStranded">
    /// On a card that has no room for them, whole records behind a lost one are left in the evidence, and the alert says so: better than a counter that stands still.
    /// </param>
    /// <exception cref="IOException">The card cannot be read or written.</exception>
    /// <exception cref="SqliteException">The fresh file cannot be written.</exception>
    internal static SavedJournal Run(JournalFilePlan plan, string applianceId, string reason, DateTimeOffset now, bool leavesStranded = false)
    {
        // 1
        var saved = JournalSalvage.Read(plan.Path, applianceId);
        // 2, 3
        var stranded = saved.Uncarried();
        try
        {
            Write(plan, saved, stranded, RecoveryDrafts.NoteOf(Path.GetFileName(plan.Path), reason, saved, left: 0), ClockTicks(now));
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == Full && leavesStranded && stranded.Length > 0)
        {
            Write(plan, saved, [], RecoveryDrafts.NoteOf(Path.GetFileName(plan.Path), reason, saved, left: stranded.Length), ClockTicks(now));
        }

        // 4, 5
        Exchange(plan, now);
        return saved;
    }

    /// <summary>
    /// What a power cut left of an earlier run. The damaged database moves first: while it is in its place the fresh one may be
    /// half-written and is made again; once it is gone the fresh one is whole.
    /// </summary>
    internal static void Resume(JournalFilePlan plan, DateTimeOffset now)
    {
        if (!File.Exists(plan.Path + RebuiltEnding))
            return;
        if (File.Exists(plan.Path))
            Discard(plan.Path + RebuiltEnding);
        else
            Exchange(plan, now);
    }

    private static void Exchange(JournalFilePlan plan, DateTimeOffset now)
    {
        var folder = Path.GetDirectoryName(plan.Path)!;
        var aside = NewFolder(EvidenceIn(folder), now);
        foreach (var ending in Endings.Where(ending => File.Exists(plan.Path + ending)))
        {
            File.Move(plan.Path + ending, Path.Combine(aside, Path.GetFileName(plan.Path) + ending));
            DataFolder.FlushFolder(folder);
        }

        DataFolder.FlushFolder(aside);
        File.Move(plan.Path + RebuiltEnding, plan.Path);
        DataFolder.FlushFolder(folder);
    }

    private static string NewFolder(string evidence, DateTimeOffset now)
    {
        Directory.CreateDirectory(evidence, DataFolder.PrivateFolder);
        var name = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(evidence, number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            if (Directory.Exists(path))
                continue;
            Directory.CreateDirectory(path, DataFolder.PrivateFolder);
            DataFolder.FlushFolder(evidence);
            return path;
        }
    }

    /// <summary>A half-written fresh file is no evidence: all that is in it is in the damaged one.</summary>
    private static void Discard(string rebuilt)
    {
        foreach (var ending in Endings)
            File.Delete(rebuilt + ending);
        File.Delete(rebuilt + ".begun");
    }

    private static void Write(JournalFilePlan plan, SavedJournal saved, ImmutableArray<StoredRow> stranded, string note, long now)
    {
        var path = plan.Path + RebuiltEnding;
        Discard(path);
        using (var connection = JournalDatabase.Open(path))
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            using var commands = new Inserts(connection, transaction);
            foreach (var epoch in saved.Epochs)
                commands.Epoch(epoch, now, "saved from a damaged file");
            commands.Epoch(Guid.NewGuid(), now, "begun after damage");
            var written = new HashSet<Guid>();
            foreach (var lane in saved.Lanes.Where(lane => plan.Lanes.Contains(lane.Position.Lane)))
            {
                foreach (var row in lane.Rows)
                    written.Add(commands.Record(row));
                // Whether the carriers of a closed lane are all there is looked up anew.
                var closed = saved.Closed.FirstOrDefault(closed => closed.Epoch == lane.Position.Epoch && closed.Lane == lane.Position.Lane);
                commands.State(closed is null ? lane.Position : lane.Position with { BackedUp = Math.Min(lane.Position.BackedUp, closed.From - 1) });
            }

            foreach (var (encounter, record) in OpenEncounters(saved))
                commands.OpenEncounter(encounter, record);
            foreach (var closed in saved.Closed.Where(lane => plan.Lanes.Contains(lane.Lane)))
                commands.Closed(closed);
            foreach (var row in stranded.Where(row => plan.Lanes.Contains(row.Lane)))
                commands.Stranded(row);
            foreach (var found in saved.Findings.Where(found => !written.Contains(found.RecordId)).Append(new Finding(Guid.NewGuid(), now, note)))
                commands.Finding(found);
            transaction.Commit();
            JournalDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        // What is in its log alone would not go with it.
        if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 })
            throw new IOException($"{path} could not be closed.");
        // What the note beside the file says of the newest epoch is of the damaged one.
        File.Delete(plan.BegunPath);
        DataFolder.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Encounters with a verdict and without a decision, by their headers: the table itself may be what was damaged.</summary>
    private static Dictionary<Guid, Guid> OpenEncounters(SavedJournal saved)
    {
        var open = new Dictionary<Guid, (Guid Record, long Wall)>();
        var decided = new HashSet<Guid>();
        foreach (var row in saved.Lanes.SelectMany(static lane => lane.Rows).Where(static row => row.Lane == Lane.Encounters))
        {
            if (!RecordHeader.Parse(row.Header).TryGet(out var header, out _) || header.EncounterId is not { } encounter)
                continue;
            if (header.EffectiveKind == RecordKind.EncounterDecision)
                decided.Add(encounter);
            else if (header.Kind == RecordKind.EncounterVerdict && row.WrappedForAppliance.Length > 0)
                open[encounter] = (header.RecordId, header.WallUnixMicroseconds);
        }

        // What lies behind a lost record was decided all the same.
        foreach (var row in saved.Stranded.Where(static row => row.Lane == Lane.Encounters))
        {
            if (RecordHeader.Parse(row.Header).TryGet(out var header, out _)
                && header is { EffectiveKind: RecordKind.EncounterDecision, EncounterId: { } encounter })
            {
                decided.Add(encounter);
            }
        }

        return open.Where(pair => !decided.Contains(pair.Key)).ToDictionary(static pair => pair.Key, static pair => pair.Value.Record);
    }

    private static long ClockTicks(DateTimeOffset now) => Health.ClockReading.ToUnixMicroseconds(now);

    /// <summary>Prepared once, run for each row: a journal may have hundreds of thousands.</summary>
    private sealed class Inserts(SqliteConnection connection, SqliteTransaction transaction) : IDisposable
    {
        private const string RowValues = "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

        private readonly SqliteCommand _record = New(connection, transaction, $"INSERT INTO records {RowValues}", 13);

        private readonly SqliteCommand _stranded = New(connection, transaction, $"INSERT INTO stranded {RowValues}", 13);

        private readonly SqliteCommand _closed = New(connection, transaction, "INSERT INTO closed_lanes VALUES ($1, $2, $3, $4, $5, $6)", 6);

        private readonly SqliteCommand _finding = New(connection, transaction, "INSERT INTO findings VALUES ($1, $2, $3)", 3);

        private readonly SqliteCommand _state = New(
            connection,
            transaction,
            "INSERT INTO lane_state (epoch, lane, first_sequence, head_sequence, durable_through, backed_up_through, erased_through, head_chain, durable_chain, row_check) "
            + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            10);

        private readonly SqliteCommand _epoch = New(
            connection, transaction, "INSERT INTO epochs SELECT coalesce(max(ordinal), 0) + 1, $1, $2, $3 FROM epochs", 3);

        private readonly SqliteCommand _open = New(connection, transaction, "INSERT INTO open_encounters VALUES ($1, $2)", 2);

        internal void Epoch(Guid epoch, long begunAt, string reason) => Run(_epoch, JournalFile.Bytes(epoch), begunAt, reason);

        /// <returns>The record's identifier.</returns>
        internal Guid Record(StoredRow row) => Row(_record, row);

        internal void Stranded(StoredRow row) => Row(_stranded, row);

        internal void Closed(ClosedLane closed) => Run(
            _closed, JournalFile.Bytes(closed.Epoch), (int)closed.Lane, (long)closed.From, (long)closed.CarriedThrough, closed.Reason, closed.Check());

        internal void Finding(Finding finding) => Run(_finding, JournalFile.Bytes(finding.RecordId), finding.FoundUnixMicroseconds, finding.Note);

        internal void State(LanePosition position) => Run(
            _state, JournalFile.Bytes(position.Epoch), (int)position.Lane, (long)position.First, (long)position.Head, (long)position.Durable,
            (long)position.BackedUp, (long)position.Erased, position.HeadChain, position.DurableChain, position.Check());

        internal void OpenEncounter(Guid encounter, Guid record) => Run(_open, JournalFile.Bytes(encounter), JournalFile.Bytes(record));

        public void Dispose()
        {
            _record.Dispose();
            _stranded.Dispose();
            _closed.Dispose();
            _finding.Dispose();
            _state.Dispose();
            _epoch.Dispose();
            _open.Dispose();
        }

        private static Guid Row(SqliteCommand command, StoredRow row)
        {
            RecordHeader.Parse(row.Header).TryGet(out var header, out _);
            Run(
                command, JournalFile.Bytes(row.Epoch), (int)row.Lane, (long)row.Sequence, JournalFile.Bytes(header!.RecordId), (int)header.Kind,
                header.EncounterId is { } encounter ? JournalFile.Bytes(encounter) : DBNull.Value, row.Header, row.Ciphertext, row.WrappedForAppliance,
                row.WrappedForCentral, row.Chain, header.WallUnixMicroseconds, row.KeysCheck ?? (object)DBNull.Value);
            return header.RecordId;
        }

        private static SqliteCommand New(SqliteConnection connection, SqliteTransaction transaction, string sql, int parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Transaction = transaction;
            for (var i = 1; i <= parameters; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}") });
            return command;
        }

        private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i];
            command.ExecuteNonQuery();
        }
    }
}
