using System.Globalization;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Temperature of the enclosure: a warning, and beyond the card's range a visible stop of new encounters, with a width between stop and go so that
/// it does not flicker. No reading stops nothing: a broken sensor must not close a post.
/// </summary>
internal sealed class ClimateWatch(
    IBoard board, InspectionHold hold, JournalStore journal, IOptions<EnclosureOptions> options, TimeProvider time, ILogger<ClimateWatch> logger)
{
    private const string Cause = "climate";

    /// <summary>So far back in range before encounters are taken again.</summary>
    private const double Hysteresis = 3;

    /// <summary>A stop is taken back when nothing has been read for so long: the sensor has failed, and its health says so.</summary>
    private static readonly TimeSpan Blind = TimeSpan.FromMinutes(5);

    private long _readAt;
    private bool _isStopped;
    private bool _isWarned;

    /// <summary>Warning for health page and central; ok where nothing is fitted or nothing is wrong.</summary>
    internal DeviceHealth? Warning { get; private set; }

    /// <summary>What each tick does.</summary>
    internal void Look()
    {
        if (board.Climate.Latest is not { } reading)
        {
            if (_isStopped && time.GetElapsedTime(_readAt) >= Blind)
                Change(isStop: false, 0);
            return;
        }

        _readAt = time.GetTimestamp();
        var degrees = reading.Temperature.DegreesCelsius;
        var limits = options.Value;
        var room = _isStopped ? Hysteresis : 0;
        var isStop = degrees > limits.StopAboveCelsius - room || degrees < limits.StopBelowCelsius + room;
        if (isStop != _isStopped)
            Change(isStop, degrees);
        var warned = _isWarned ? Hysteresis : 0;
        _isWarned = degrees > limits.WarnAboveCelsius - warned || degrees < limits.WarnBelowCelsius + warned;
        Warning = _isStopped || _isWarned
            ? new DeviceHealth(_isStopped ? DeviceState.Failed : DeviceState.Attention, Sentence(degrees), time.GetUtcNow())
            : null;
    }

    private void Change(bool isStop, double degrees)
    {
        _isStopped = isStop;
        logger.ClimateChanged(isStop, degrees);
        hold.Set(Cause, isStop
            ? $"STOPPED: the appliance is too {(degrees > 0 ? "hot" : "cold")} for its card ({Format(degrees)} °C). Decide what is open; no new documents are taken until it is back in range. Use the paper procedure."
            : null);
        journal.Note(
            isStop
                ? new RecordDraft(Lane.Alerts, RecordKind.ClimateStop, RecordDraft.Appliance)
                : new RecordDraft(Lane.Audit, RecordKind.ClimateResumed, RecordDraft.Appliance),
            logger);
    }

    private string Sentence(double degrees) =>
        $"{Format(degrees)} °C inside the enclosure: {(degrees > 0 ? "shade or ventilate it" : "warm it")}{(_isStopped ? "; no new encounters are taken" : "")}";

    private static string Format(double degrees) => degrees.ToString("0", CultureInfo.InvariantCulture);
}
