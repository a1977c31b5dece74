using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>A run of unsent records of one lane in one epoch, ready to be signed and sent.</summary>
internal sealed record PendingBatch(
    Guid Epoch, Lane Lane, ulong FirstSequence, ReadOnlyMemory<byte> PreviousChain, ImmutableArray<SealedRecord> Records);

/// <summary>How much of a lane waits to become durable at central.</summary>
/// <param name="OldestWrittenAt">By the appliance's clock; null when nothing waits.</param>
internal sealed record LaneDepth(Lane Lane, long RecordsWaiting, DateTimeOffset? OldestWrittenAt);

/// <summary>How much waits to become durable at central, in all and by lane.</summary>
internal sealed record QueueDepth(long RecordsWaiting, DateTimeOffset? OldestWrittenAt, ImmutableArray<LaneDepth> Lanes);

/// <summary>
/// The appliance's append-only journal. One writer; whatever is written together is durable together, with one fsync,
/// before the call returns. Records are sealed here, so nothing personal reaches the disk in the clear. Lanes 0 to 2 lie in a file that
/// is flushed at each commit and never shed; health lies in a second one that cannot hold them up.
/// </summary>
/// <remarks>
/// After an input or output error nothing more is acknowledged until the file has been closed, opened, checked and flushed again: after
/// a failed fsync the kernel's cache says what the disk does not have. There is no falling back to memory.
/// </remarks>
internal sealed class JournalStore : IDisposable
{
    private const string FileName = "journal.db";
    private const string HealthName = "health.db";
    private const string BallastName = "ballast";
    private const string CleanStopName = "clean-stop";

    /// <summary>Keys destroyed in one go, while the counter waits.</summary>
    private const int ErasedAtOnceMax = 500;

    /// <summary>Shorter than this, cutting the log makes no room to speak of.</summary>
    private const long LogWorthCuttingBytes = 256 << 10;

    /// <summary>An epoch of health with fewer records is left.</summary>
    private const ulong ShedWorthRecords = 4;

    /// <summary>A piece of work is tried again after room was made, or after a damaged file was put aside.</summary>
    private const int AttemptsMax = 5;

    /// <summary>Result codes (sqlite.org/rescode.html).</summary>
    private const int StatementFailed = 1, Busy = 5, InputOutput = 10, Corrupt = 11, Full = 13, Constraint = 19, NotADatabase = 26;
    private const int ReadFailed = InputOutput | (1 << 8), ShortRead = InputOutput | (2 << 8);

    private readonly Lock _gate = new();
    private readonly RecordSealer _sealer;
    private readonly JournalOptions _options;
    private readonly IJournalDisk _disk;
    private readonly ILogger<JournalStore> _logger;
    private readonly string _folder;
    private readonly JournalFilePlan _journalPlan;
    private readonly JournalFilePlan _healthPlan;
    private readonly Ballast _ballast;
    private readonly List<RecordDraft> _untold = [];
    private JournalFile? _journal;
    private JournalFile? _health;
    private QueueDepth _depth = new(0, null, []);
    private bool _isSuspect;
    private bool _hasTakenCleanStop;
    private bool _isToReopen;
    private bool _isWalLong;

    public JournalStore(
        DataFolder data,
        ApplianceIdentity identity,
        SiteTrust trust,
        PostPeople people,
        ClockKeeper clock,
        IOptions<JournalOptions> options,
        IJournalDisk disk,
        ILogger<JournalStore> logger)
    {
        (_sealer, _options, _disk, _logger) = (new RecordSealer(identity, trust, people, clock), options.Value, disk, logger);
        _folder = data.Journal;
        _journalPlan = new JournalFilePlan(Path.Combine(_folder, FileName), [Lane.Alerts, Lane.Encounters, Lane.Audit], IsFlushedAtEachCommit: true);
        _healthPlan = new JournalFilePlan(Path.Combine(_folder, HealthName), [Lane.Health], IsFlushedAtEachCommit: false, _options.HealthRecordsPerEpoch);
        _ballast = new Ballast(Path.Combine(_folder, BallastName), _options.BallastBytes);
        LookAtDisk();
        try
        {
            Open();
            TellWhatWasFound();
        }
        catch (SqliteException fault)
        {
            // The page comes up and says it; every write tries again.
            Fail(fault);
        }
        catch (IOException fault)
        {
            Fail(new SqliteException(fault.Message, InputOutput));
        }
    }

    /// <summary>The file of lanes 0 to 2.</summary>
    internal string FilePath => _journalPlan.Path;

    /// <summary>Where the files of a journal lie in a data folder.</summary>
    internal static ImmutableArray<string> PathsIn(string dataPath) =>
        [Path.Combine(dataPath, DataFolder.JournalName, FileName), Path.Combine(dataPath, DataFolder.JournalName, HealthName)];

    /// <summary>Why the last write failed, for the officer; null when it did not.</summary>
    internal string? Problem { get; private set; }

    /// <summary>What the officer is told while the disk is nearly full; null while there is room.</summary>
    internal string? StopNotice => DiskUsedPercent >= _options.StopPercent
        ? string.Create(CultureInfo.InvariantCulture, $"The card is {DiskUsedPercent} % full. Decide what is open, then stop: use the paper procedure and call the technician.")
        : null;

    /// <summary>Bytes of both write-ahead logs.</summary>
    internal long WalBytes => Length(_journalPlan.Path + "-wal") + Length(_healthPlan.Path + "-wal");

    /// <summary>Bytes of both databases.</summary>
    internal long DatabaseBytes => Length(_journalPlan.Path) + Length(_healthPlan.Path);

    /// <summary>How full the disk was when it was last looked at, in percent.</summary>
    internal int DiskUsedPercent { get; private set; }

    internal bool IsBallastHeld => _ballast.IsHeld;

    /// <summary>Records whose keys were destroyed since the start.</summary>
    internal long KeysErased { get; private set; }

    /// <summary>Unsent health records dropped since the start.</summary>
    internal long RecordsShed { get; private set; }

    /// <summary>What was wrong with the file that was put aside last; null when none was since the start.</summary>
    internal string? LastDamage { get; private set; }

    /// <summary>Damaged files put aside since the start.</summary>
    internal long Recoveries { get; private set; }

    /// <summary>Times the files were closed, opened and checked again after an error of the disk, since the start.</summary>
    internal long Reopenings { get; private set; }

    /// <summary>Age of the oldest record that central does not have; null when it has all. Never negative, whatever the clock does.</summary>
    internal TimeSpan? OldestUnsentAge => Depth().OldestWrittenAt is { } oldest
        ? TimeSpan.FromTicks(Math.Max(0, (_sealer.Clock.Read().Wall - oldest).Ticks))
        : null;

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
        var all = drafts.ToArray();
        ImmutableArray<RecordHeader> headers;
        lock (_gate)
        {
            headers = Guarded(() => Write(all));
            Problem = null;
        }

        Appended?.Invoke([.. headers.Select(static header => header.Lane).Distinct()]);
        return headers;
    }

    /// <summary>The oldest unsent records of a lane, of one epoch, within the limits of a batch; null when all are durable.</summary>
    internal PendingBatch? ReadUnsent(Lane lane, int recordsMax = RecordBatch.RecordsMax, int bytesMax = RecordBatch.BytesMax)
    {
        lock (_gate)
            return Guarded(() => FileOf(lane).ReadUnsent(lane, recordsMax, bytesMax));
    }

    /// <summary>Takes central's word on what is durable. It may go backwards: then the records are sent again.</summary>
    internal void SetDurable(Guid epoch, Lane lane, ulong durableThrough, ulong backedUpThrough)
    {
        lock (_gate)
        {
            Guarded(() =>
            {
                FileOf(lane).SetDurable(epoch, lane, durableThrough, backedUpThrough);
                return true;
            });
        }
    }

    /// <summary>Verdict records of encounters nobody has decided, oldest first.</summary>
    internal ImmutableArray<SealedRecord> OpenEncounters()
    {
        lock (_gate)
            return Guarded(() => FileOf(Lane.Encounters).OpenEncounters());
    }

    /// <summary>How much is not yet durable at central. Cheap: by the heads of the lanes, not by counting records.</summary>
    internal QueueDepth Depth()
    {
        lock (_gate)
        {
            if (_journal is null || _health is null)
                return _depth;
            try
            {
                ImmutableArray<LaneDepth> lanes = [.. Enum.GetValues<Lane>().Select(lane => FileOf(lane).Depth(lane))];
                _depth = new QueueDepth(lanes.Sum(static lane => lane.RecordsWaiting), lanes.Min(static lane => lane.OldestWrittenAt), lanes);
            }
            catch (Exception fault) when (fault is SqliteException or JournalDamageException)
            {
                // What was known last; whoever writes or sends next finds the trouble and says so.
            }

            return _depth;
        }
    }

    /// <summary>What there is to say of the journal, for health page and heartbeat.</summary>
    internal DeviceHealth Status(DateTimeOffset now)
    {
        if ((Problem ?? StopNotice) is { } failed)
            return new DeviceHealth(DeviceState.Failed, failed, now);
        var attention = string.Join(' ', Attentions());
        return new DeviceHealth(attention.Length == 0 ? DeviceState.Ok : DeviceState.Attention, attention, now);
    }

    /// <summary>Moves the write-ahead logs into the databases and cuts them, so that they cannot grow without bound.</summary>
    internal void Checkpoint()
    {
        lock (_gate)
        {
            Guarded(() =>
            {
                FileOf(Lane.Alerts).Checkpoint();
                FileOf(Lane.Health).Checkpoint();
                return true;
            });
            var isLong = WalBytes > _options.WalAlarmBytes;
            if (isLong && !_isWalLong)
                _logger.LogIsLong(WalBytes);
            _isWalLong = isLong;
        }
    }

    /// <summary>
    /// What is done from time to time: (1) look how full the disk is, (2) give up the oldest health records when it is too full or they
    /// take too much, (3) take the ballast again when there is room, (4) destroy the keys of what central has in its backup.
    /// </summary>
    internal void Upkeep()
    {
        lock (_gate)
        {
            // 1
            var free = LookAtDisk();
            // 2
            if (DiskUsedPercent >= _options.StopPercent || Length(_healthPlan.Path) > _options.HealthBytesMax)
                Guarded(Shed);
            // 3
            if (DiskUsedPercent < _options.AmberPercent)
                _ballast.Hold(free);
            // 4
            Erase();
        }
    }

    /// <summary>A clean stop is noted, so that the next start need not read every page.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            var isClean = _journal is not null && _health is not null && !_isSuspect;
            try
            {
                Close();
                if (isClean)
                    DataFolder.Write(Path.Combine(_folder, CleanStopName), []);
            }
            catch (Exception fault) when (fault is SqliteException or IOException)
            {
                _logger.NotStoppedCleanly(fault.GetType().Name);
            }
        }
    }

    /// <summary>Destroys keys whose time is over by a clock that cannot have jumped: signed time, or the monotonic clock of one boot.</summary>
    private void Erase()
    {
        var wait = TimeSpan.FromHours(_options.EraseAfterHours);
        var now = _sealer.Clock.Read();
        var signed = _sealer.Clock.SignedNow();
        bool IsOver(BackupMark mark) =>
            (signed is { } time && mark.SignedAt is { } at && time - at >= wait)
            || (mark.BootId == now.BootId && now.MonotonicMicroseconds - mark.MonotonicMicroseconds >= (long)wait.TotalMicroseconds);
        var erased = Guarded(() =>
        {
            var count = 0;
            foreach (var file in new[] { FileOf(Lane.Alerts), FileOf(Lane.Health) })
            {
                file.RenewMarks(mark => mark.SignedAt is null && (mark.BootId != now.BootId || signed is not null) && !IsOver(mark));
                count += file.Erase(IsOver, ErasedAtOnceMax);
                // Old versions of the pages lie in the log until it is cut.
                if (count > 0)
                    file.Checkpoint();
            }

            return count;
        });
        KeysErased += erased;
        if (erased > 0)
            _logger.KeysErased(erased);
    }

    /// <summary>
    /// Runs one piece of work. 1. Opens what is closed. 2. A full disk gives up the ballast, then health records, and tries again. 3. A
    /// damaged file is put aside, and the work tried on what was saved. 4. After an error of the disk the files are closed, and
    /// opened and checked before anything else is done.
    /// </summary>
    /// <exception cref="SqliteException">It was not done.</exception>
    private T Guarded<T>(Func<T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // 1
                Open();
                TellWhatWasFound();
                return work();
            }
            catch (SqliteException fault) when (IsFull(fault) && attempt < AttemptsMax)
            {
                // 2. Not in the filter: that runs while the transaction is still open.
                if (TryMakeRoom())
                    continue;
                Fail(fault);
                throw;
            }
            catch (JournalDamageException damage) when (attempt < AttemptsMax)
            {
                // 3
                RecoverDamaged(damage.Message);
            }
            catch (SqliteException fault) when (IsDamage(fault) && attempt < AttemptsMax)
            {
                RecoverDamaged($"SQLite error {fault.SqliteExtendedErrorCode.ToString(CultureInfo.InvariantCulture)}");
            }
            catch (JournalDamageException damage)
            {
                throw Fail(new SqliteException(damage.Message, Corrupt));
            }
            catch (IOException fault)
            {
                throw Fail(new SqliteException(fault.Message, InputOutput));
            }
            catch (SqliteException fault)
            {
                // 4
                Fail(fault);
                throw;
            }
        }
    }

    private ImmutableArray<RecordHeader> Write(RecordDraft[] drafts)
    {
        var isHealth = drafts.Select(static draft => draft.Lane == Lane.Health).Distinct().ToArray();
        if (isHealth is [var only])
            return FileOf(only ? Lane.Health : Lane.Alerts).Write(drafts);
        var headers = FileOf(Lane.Alerts).Write(drafts.Where(static draft => draft.Lane != Lane.Health))
            .AddRange(FileOf(Lane.Health).Write(drafts.Where(static draft => draft.Lane == Lane.Health)));
        return [.. drafts.Select(draft => headers.First(header => header.RecordId == draft.RecordId))];
    }

    private JournalFile FileOf(Lane lane) => (lane == Lane.Health ? _health : _journal)!;

    private void Open()
    {
        if (_journal is not null && _health is not null)
            return;
        try
        {
            if (!_hasTakenCleanStop)
                _isSuspect = !TakeCleanStop();
            _hasTakenCleanStop = true;
            _journal ??= OpenOne(_journalPlan);
            _health ??= OpenOne(_healthPlan);
            if (_isSuspect)
            {
                // What is in the log may be in the kernel's cache only: it goes into the database, and that is flushed, before more is built on it. And
                // what a broken-off write left behind must not be taken for a part of the next.
                _journal.Checkpoint();
                _health.Checkpoint();
            }

            if (_isToReopen)
            {
                Reopenings++;
                Problem = null;
                _logger.JournalReopened();
            }

            (_isSuspect, _isToReopen) = (false, false);
        }
        catch
        {
            CloseUntouched();
            throw;
        }
    }

    /// <summary>Opens one file; a damaged one is put aside, and what could be saved is opened.</summary>
    private JournalFile OpenOne(JournalFilePlan plan)
    {
        try
        {
            JournalRebuild.Resume(plan, _sealer.Clock.Read().Wall);
            return JournalFile.Open(plan, _sealer, _isSuspect);
        }
        catch (JournalDamageException damage)
        {
            Recover(plan, damage.Message);
        }
        catch (SqliteException fault) when (IsDamage(fault) || fault.SqliteErrorCode == StatementFailed)
        {
            // Opening runs the same statements on the same tables always: one that fails does so on tables that are not the same.
            Recover(plan, fault.Message);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }

        return JournalFile.Open(plan, _sealer, isSuspect: true);
    }

    /// <summary>Which file it is that is damaged shows when both are opened and checked again.</summary>
    private void RecoverDamaged(string reason)
    {
        CloseUntouched();
        var damaged = new[] { _journalPlan, _healthPlan }.Where(static plan => File.Exists(plan.Path) && !IsWhole(plan)).ToArray();
        // What is none of the records, such as the list of open encounters, is only in the first file.
        foreach (var plan in damaged.Length > 0 ? damaged : [_journalPlan])
            Recover(plan, reason);
    }

    private static bool IsWhole(JournalFilePlan plan)
    {
        try
        {
            return JournalVerification.Verify(plan.Path).IsSuccess && JournalVerification.HasSoundPages(plan.Path);
        }
        catch (Exception fault) when (fault is SqliteException or JournalDamageException)
        {
            return false;
        }
    }

    private void Recover(JournalFilePlan plan, string reason)
    {
        var saved = JournalRebuild.Run(plan, _sealer, _sealer.Clock.Read().Wall);
        Recoveries++;
        LastDamage = reason;
        var name = Path.GetFileName(plan.Path);
        _logger.JournalRecovered(name, reason, saved.Count, saved.Stranded.Length, saved.Lost.Length);
        _untold.AddRange(RecoveryDrafts.Of(name, reason, saved));
    }

    /// <summary>What recovery found is told by a record of the new epoch, the first where that can be.</summary>
    private void TellWhatWasFound()
    {
        if (_untold.Count == 0 || _journal is null)
            return;
        try
        {
            Write([.. _untold]);
            _untold.Clear();
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Busy or Constraint or Full)
        {
            // Told as soon as something can be written.
        }
    }

    private SqliteException Fail(SqliteException fault)
    {
        Problem = string.Create(
            CultureInfo.InvariantCulture, $"The journal cannot be written (SQLite error {fault.SqliteErrorCode}). Use the paper procedure.");
        if (fault.SqliteErrorCode is Busy or Constraint or Full)
            return fault;
        _logger.JournalFailed(fault.SqliteErrorCode, fault.SqliteExtendedErrorCode);
        (_isSuspect, _isToReopen) = (true, true);
        CloseUntouched();
        return fault;
    }

    private bool TryMakeRoom()
    {
        try
        {
            if (TryCutLog())
                return true;
            if (_ballast.Free())
            {
                _logger.BallastGivenUp();
                // With room for the database, what the log holds needs no room of its own.
                TryCutLog();
                return true;
            }

            return _health is not null && Shed();
        }
        catch (Exception fault) when (fault is SqliteException or IOException)
        {
            return false;
        }
    }

    /// <summary>The log may hold megabytes that the database has room for already.</summary>
    private bool TryCutLog()
    {
        var before = WalBytes;
        if (before < LogWorthCuttingBytes || _journal is null)
            return false;
        try
        {
            _journal.Checkpoint();
            return WalBytes < before;
        }
        catch (SqliteException fault) when (IsFull(fault))
        {
            return false;
        }
    }

    /// <summary>Gives up the oldest health records.</summary>
    private bool Shed()
    {
        if (FileOf(Lane.Health).Shed(TellShed, ShedWorthRecords) is not { } dropped)
            return false;
        RecordsShed += dropped;
        _logger.HealthShed(dropped);
        return true;
    }

    private static RecordDraft TellShed(LanePosition dropped) => new(Lane.Health, RecordKind.Shed, RecordDraft.Appliance)
    {
        Personal = new PersonalPart
        {
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"Health records {dropped.Durable + 1} to {dropped.Head} of epoch {dropped.Epoch} were dropped unsent: {dropped.Waiting} records."),
        },
    };

    private long LookAtDisk()
    {
        try
        {
            var (free, total) = _disk.Space();
            var percent = total <= 0 ? 0 : (int)Math.Clamp(100 - (100.0 * free / total), 0, 100);
            if (percent >= _options.StopPercent && DiskUsedPercent < _options.StopPercent)
                _logger.DiskNearlyFull(percent);
            DiskUsedPercent = percent;
            return free;
        }
        catch (IOException)
        {
            // A file system that does not answer shows at the next write.
            return 0;
        }
    }

    private IEnumerable<string> Attentions()
    {
        if (DiskUsedPercent >= _options.AmberPercent)
            yield return string.Create(CultureInfo.InvariantCulture, $"The card is {DiskUsedPercent} % full.");
        if (_isWalLong)
            yield return "The journal's log is not being cut.";
        if (Directory.Exists(JournalRebuild.EvidenceIn(_folder)))
            yield return $"A journal file was damaged; what was found is kept in {JournalRebuild.EvidenceIn(_folder)}. Take it to central.";
        if (_journal is { HasUnfinishedWrite: true })
            yield return "The last write before the stop was broken off, or is damaged: see whether the last traveller before it is at central.";
        if ((_journal?.SpoiltKeys.Count ?? 0) + (_health?.SpoiltKeys.Count ?? 0) is > 0 and var spoilt)
            yield return string.Create(CultureInfo.InvariantCulture, $"The keys of {spoilt} records are damaged: central cannot read them.");
    }

    /// <summary>True after a clean stop. The mark is taken away durably first: from here on every stop is unclean until it is written again.</summary>
    private bool TakeCleanStop()
    {
        var path = Path.Combine(_folder, CleanStopName);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        DataFolder.FlushFolder(_folder);
        return true;
    }

    private void Close()
    {
        _journal?.Dispose();
        _health?.Dispose();
        (_journal, _health) = (null, null);
    }

    private void CloseUntouched()
    {
        _journal?.CloseUntouched();
        _health?.CloseUntouched();
        (_journal, _health) = (null, null);
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private static bool IsFull(SqliteException fault) => fault.SqliteErrorCode == Full;

    /// <summary>The file is not what was written, or the card does not give it back.</summary>
    private static bool IsDamage(SqliteException fault) =>
        fault.SqliteErrorCode is Corrupt or NotADatabase || fault.SqliteExtendedErrorCode is ReadFailed or ShortRead;
}
