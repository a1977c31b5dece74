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
internal sealed record QueueDepth(long RecordsWaiting, DateTimeOffset? OldestWrittenAt, ImmutableArray<LaneDepth> Lanes)
{
    /// <summary>
    /// What the counter may show: without hits and alerts. A traveller with a discreet hit leaves one record more in that lane than one without, and
    /// a screen that counts it tells of the hit (guardrail 8).
    /// </summary>
    internal long ShownWaiting => Lanes.Where(static lane => lane.Lane != Lane.Alerts).Sum(static lane => lane.RecordsWaiting);
}

/// <summary>
/// The appliance's append-only journal. One writer; whatever is written together is durable together, with one fsync,
/// before the call returns. Records are sealed here, so nothing personal reaches the disk in the clear. Lanes 0 to 2 lie in a file that
/// is flushed at each commit and never shed; health lies in a second one that cannot hold them up.
/// </summary>
/// <remarks>
/// After an input or output error nothing more is acknowledged until the file has been closed, opened, checked and flushed again: after
/// a failed fsync the kernel's cache says what the disk does not have. There is no falling back to memory.
/// </remarks>
internal sealed partial class JournalStore : IDisposable
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
    private JournalFilePlan _workedOn;
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
        _workedOn = _journalPlan;
        _healthPlan = new JournalFilePlan(Path.Combine(_folder, HealthName), [Lane.Health], IsFlushedAtEachCommit: false, _options.HealthRecordsPerEpoch);
        _ballast = new Ballast(Path.Combine(_folder, BallastName), _options.BallastBytes);
        LookAtDisk();
        try
        {
            Guarded(static () => true);
        }
        catch (SqliteException)
        {
            // The page comes up and says it; every write tries again.
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
        var isHealth = Array.TrueForAll(all, static draft => draft.Lane == Lane.Health);
        ImmutableArray<RecordHeader> headers;
        lock (_gate)
        {
            // The officer waits for this: what is to be carried is, by whoever comes next.
            headers = Guarded(() => Write(all), isHealth, carries: false);
            // A file that takes health says nothing of the one that takes travellers.
            Problem = isHealth ? Problem : null;
        }

        Appended?.Invoke([.. headers.Select(static header => header.Lane).Distinct()]);
        return headers;
    }

    /// <summary>The oldest unsent records of a lane, of one epoch, within the limits of a batch; null when all are durable.</summary>
    /// <param name="isHeld">Epochs that are left out now; null for none.</param>
    internal PendingBatch? ReadUnsent(
        Lane lane, int recordsMax = RecordBatch.RecordsMax, int bytesMax = RecordBatch.BytesMax, Predicate<Guid>? isHeld = null)
    {
        lock (_gate)
            return Guarded(() => FileOf(lane).ReadUnsent(lane, recordsMax, bytesMax, isHeld));
    }

    /// <summary>Takes central's word on what is durable. It may go backwards: then the records are sent again.</summary>
    /// <param name="isCompared">False when central compared nothing with what it has.</param>
    /// <param name="chain">Central's chain value after <paramref name="durableThrough"/>; empty where it does not say it.</param>
    /// <returns>False when central lacks records that damage took from this card.</returns>
    internal bool SetDurable(Guid epoch, Lane lane, ulong durableThrough, ulong backedUpThrough, bool isCompared = true, ReadOnlyMemory<byte> chain = default)
    {
        lock (_gate)
        {
            var isHere = Guarded(() => FileOf(lane).SetDurable(epoch, lane, durableThrough, backedUpThrough, isCompared, chain));
            _durableMark++;
            return isHere;
        }
    }

    /// <summary>Goes back from where a lane stands, so that central compares what it has acknowledged: histories part somewhere there.</summary>
    /// <returns>False when there is nothing to go back to.</returns>
    internal bool StepBack(Guid epoch, Lane lane, ulong records)
    {
        lock (_gate)
        {
            var isBack = Guarded(() => FileOf(lane).StepBack(epoch, lane, records));
            _durableMark++;
            return isBack;
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
            _isTellingPutOff = false;
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

    private ImmutableArray<RecordHeader> Write(RecordDraft[] drafts)
    {
        var isHealth = drafts.Select(static draft => draft.Lane == Lane.Health).Distinct().ToArray();
        if (isHealth is [var only])
            return FileOf(only ? Lane.Health : Lane.Alerts).Write(drafts);
        var headers = FileOf(Lane.Alerts).Write(drafts.Where(static draft => draft.Lane != Lane.Health))
            .AddRange(FileOf(Lane.Health).Write(drafts.Where(static draft => draft.Lane == Lane.Health)));
        return [.. drafts.Select(draft => headers.First(header => header.RecordId == draft.RecordId))];
    }

    private JournalFile FileOf(Lane lane)
    {
        var file = (lane == Lane.Health ? _health : _journal)!;
        _workedOn = file.Plan;
        return file;
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
