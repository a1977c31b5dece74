using System.Globalization;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Mains and battery. Mains gone: a journal checkpoint, an alert, a warning on the screen. Battery low: the warning says so. Battery empty for
/// some seconds (so that one surge of current stops nobody), or the minutes over where nothing measures it: no new encounters, then an
/// orderly stop.
/// </summary>
/// <remarks>Safe for parallel use: contact and clock look at it.</remarks>
internal sealed class PowerWatch(
    IBoard board,
    BoardOptions fitted,
    InspectionHold hold,
    JournalStore journal,
    OrderlyStop stop,
    IOptions<EnclosureOptions> options,
    TimeProvider time,
    ILogger<PowerWatch> logger)
{
    private const string Cause = "power";

    /// <summary>
    /// Longer than a reading stays new (three intervals of two seconds): one reading alone, of a sensor that then failed, stops nobody.
    /// </summary>
    private static readonly TimeSpan EmptyFor = TimeSpan.FromSeconds(7);

    private readonly Lock _gate = new();
    private long? _lostAt;
    private long? _emptyAt;

    /// <summary>Warning for health page, screen and central; null for none.</summary>
    internal DeviceHealth? Warning { get; private set; }

    internal bool IsLost
    {
        get
        {
            lock (_gate)
                return _lostAt is not null;
        }
    }

    /// <summary>The supply's own line has changed.</summary>
    internal void Take(ContactLevel level)
    {
        lock (_gate)
            TakeLevel(level);
    }

    /// <summary>What each tick does.</summary>
    internal void Look()
    {
        lock (_gate)
            LookAtBattery();
    }

    private void TakeLevel(ContactLevel level)
    {
        if (level == ContactLevel.Open && _lostAt is null)
        {
            _lostAt = time.GetTimestamp();
            logger.PowerLost();
            Checkpoint();
            journal.Note(new RecordDraft(Lane.Alerts, RecordKind.PowerLost, RecordDraft.Appliance), logger);
        }
        else if (level == ContactLevel.Closed && _lostAt is not null)
        {
            _lostAt = null;
            logger.PowerReturned();
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.PowerReturned, RecordDraft.Appliance), logger);
        }

        LookAtBattery();
    }

    private void LookAtBattery()
    {
        var reading = board.Supply.Latest;
        NoteEmpty(reading);
        if (MustStop(reading))
        {
            hold.Set(Cause, "STOPPING: the battery is nearly empty. What is open comes back when the power does. Use the paper procedure.");
            stop.Begin("the battery is nearly empty");
            return;
        }

        Warning = Sentence(reading) is { } sentence ? new DeviceHealth(DeviceState.Attention, sentence, time.GetUtcNow()) : null;
    }

    /// <summary>Without a reading the counting begins anew.</summary>
    private void NoteEmpty(SupplyReading? reading) =>
        _emptyAt = reading is { } value && fitted.Supply is { } supply && value.Voltage.Volts * 1000 < supply.EmptyMillivolts
            ? _emptyAt ?? time.GetTimestamp()
            : null;

    /// <summary>A battery that is charged again while the mains are there is never a reason to stop.</summary>
    private bool MustStop(SupplyReading? reading)
    {
        if (_emptyAt is { } empty && time.GetElapsedTime(empty) >= EmptyFor && (IsLost || board.Contact(ContactRole.PowerLost).Health.State != DeviceState.Ok))
            return true;

        // A line that cannot be read any more has not said that the mains are still gone.
        return reading is null && board.Contact(ContactRole.PowerLost).Health.State == DeviceState.Ok && _lostAt is { } since && time.GetElapsedTime(since) >= TimeSpan.FromMinutes(options.Value.BatteryMinutes);
    }

    private string? Sentence(SupplyReading? reading)
    {
        var isLow = reading is { } value && fitted.Supply is { } supply && value.Voltage.Volts * 1000 < supply.LowMillivolts;
        if (!IsLost && !isLow)
            return null;
        var source = IsLost ? "The mains are gone, the battery feeds" : "The battery is low";
        var voltage = reading is { } measured ? string.Create(CultureInfo.InvariantCulture, $" ({measured.Voltage})") : "";
        return $"{source}{voltage}{(isLow && IsLost ? ": LOW, the appliance stops soon" : "")}.";
    }

    private void Checkpoint()
    {
        try
        {
            journal.Checkpoint();
        }
        catch (SqliteException fault)
        {
            logger.RecordNotWritten(fault.SqliteErrorCode);
        }
    }
}
