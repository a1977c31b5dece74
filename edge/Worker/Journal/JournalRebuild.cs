using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// The ladder after damage: (1) save every record that proves itself, (2) write them into a fresh file, under their old epochs, so that
/// central still gets what it lacks, (3) tell in it what was found, (4) move the damaged files aside, whole, (5) put the fresh one in their
/// place. The evidence is never deleted and never written to. May be cut at any step: the next start goes on, or begins anew.
/// </summary>
internal static class JournalRebuild
{
    /// <summary>Ending of a fresh file that is not in its place yet.</summary>
    internal const string RebuiltEnding = ".rebuilt";

    private const string EvidenceName = "evidence";

    /// <summary>SQLITE_FULL.</summary>
    private const int Full = 13;

    /// <summary>Each costs two key agreements, and the counter waits; what is left is told a few at a time once the file is in its place.</summary>
    private const int ToldMax = 4096;

    private const int ToldAtOnce = 64;

    private static readonly string[] Endings = ["", "-wal", "-shm"];

    /// <summary>Where damaged files are kept.</summary>
    internal static string EvidenceIn(string journalFolder) => Path.Combine(journalFolder, EvidenceName);

    /// <summary>Steps 1 to 5.</summary>
    /// <param name="reason">What was wrong, for whoever is told.</param>
    /// <param name="now">Names the folder of the evidence.</param>
    /// <returns>What was saved, and what is not told yet: what belongs to another file, or found no room.</returns>
    /// <exception cref="IOException">The card cannot be read or written.</exception>
    /// <exception cref="SqliteException">The fresh file cannot be written.</exception>
    internal static (SavedJournal Saved, ImmutableArray<RecordDraft> Untold) Run(
        JournalFilePlan plan, RecordSealer sealer, string reason, DateTimeOffset now)
    {
        // 1
        var saved = JournalSalvage.Read(plan.Path, sealer.ApplianceId);
        // 2
        var rebuilt = plan.Path + RebuiltEnding;
        Discard(rebuilt);
        Write(rebuilt, plan, saved, ClockTicks(now));
        // 3
        var untold = Tell(plan, sealer, saved, RecoveryDrafts.Of(Path.GetFileName(plan.Path), reason, saved), ClockTicks(now));
        // 4, 5
        Exchange(plan, now);
        return (saved, untold);
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

    /// <summary>In the fresh file, before it takes its place: after a power cut it is there, or the ladder begins anew. Alerts first.</summary>
    private static ImmutableArray<RecordDraft> Tell(
        JournalFilePlan plan, RecordSealer sealer, SavedJournal saved, IEnumerable<RecordDraft> found, long begunAt)
    {
        var drafts = found.OrderBy(static draft => draft.Lane).ToArray();
        var untold = drafts.Where(draft => !plan.Lanes.Contains(draft.Lane)).ToList();
        var own = drafts.Where(draft => plan.Lanes.Contains(draft.Lane)).ToArray();
        var fresh = plan with { Path = plan.Path + RebuiltEnding };
        var told = 0;
        try
        {
            using var file = JournalFile.Open(fresh, sealer, isSuspect: false);
            for (; told < Math.Min(own.Length, ToldMax); told += Math.Min(ToldAtOnce, own.Length - told))
                file.Write(own.Skip(told).Take(ToldAtOnce));
            if (!file.Checkpoint())
                throw new IOException($"{fresh.Path} could not be closed.");
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == Full)
        {
            // The card takes what was saved, and no more at the moment.
        }

        if (new FileInfo(fresh.Path + "-wal") is { Exists: true, Length: > 0 })
        {
            // What is in its log alone would not go with it.
            told = 0;
            Discard(fresh.Path);
            Write(fresh.Path, plan, saved, begunAt);
        }

        File.Delete(fresh.BegunPath);
        untold.AddRange(own.Skip(told));
        return [.. untold];
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

    private static void Write(string path, JournalFilePlan plan, SavedJournal saved, long begunAt)
    {
        using (var connection = JournalDatabase.Open(path))
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            using var commands = new Inserts(connection, transaction);
            foreach (var epoch in saved.Epochs)
                commands.Epoch(epoch, begunAt, "saved from a damaged file");
            commands.Epoch(Guid.NewGuid(), begunAt, "begun after damage");
            foreach (var lane in saved.Lanes.Where(lane => plan.Lanes.Contains(lane.Position.Lane)))
            {
                foreach (var row in lane.Rows)
                    commands.Record(row);
                commands.State(lane.Position);
            }

            foreach (var (encounter, record) in OpenEncounters(saved))
                commands.OpenEncounter(encounter, record);
            transaction.Commit();
            JournalDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

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
        private readonly SqliteCommand _record = New(
            connection, transaction, "INSERT INTO records VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)", 13);

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

        internal void Record(StoredRow row)
        {
            RecordHeader.Parse(row.Header).TryGet(out var header, out _);
            Run(
                _record, JournalFile.Bytes(row.Epoch), (int)row.Lane, (long)row.Sequence, JournalFile.Bytes(header!.RecordId), (int)header.Kind,
                header.EncounterId is { } encounter ? JournalFile.Bytes(encounter) : DBNull.Value, row.Header, row.Ciphertext, row.WrappedForAppliance,
                row.WrappedForCentral, row.Chain, header.WallUnixMicroseconds, row.KeysCheck ?? (object)DBNull.Value);
        }

        internal void State(LanePosition position) => Run(
            _state, JournalFile.Bytes(position.Epoch), (int)position.Lane, (long)position.First, (long)position.Head, (long)position.Durable,
            (long)position.BackedUp, (long)position.Erased, position.HeadChain, position.DurableChain, position.Check());

        internal void OpenEncounter(Guid encounter, Guid record) => Run(_open, JournalFile.Bytes(encounter), JournalFile.Bytes(record));

        public void Dispose()
        {
            _record.Dispose();
            _state.Dispose();
            _epoch.Dispose();
            _open.Dispose();
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
