using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// What the appliance shows outside its screen. Stack light: green for a proposal to clear, amber for refer, red for an opened enclosure; a hit is
/// amber like any other referral, and a DISCREET one does not show at all (guardrail 8). Buzzer: the opened enclosure for a minute, a lost mains
/// shortly. Gate-ready lamp. Status display: for technicians, nothing of a traveller.
/// </summary>
internal sealed class IndicatorService(
    IBoard board,
    EncounterBook encounters,
    TamperLatch tamper,
    ServiceMode service,
    PowerWatch power,
    LaneWatch lane,
    InstalledList list,
    CentralLink link,
    ClockKeeper clock,
    ApplianceIdentity identity,
    TimeProvider time) : BackgroundService
{
    /// <summary>Outputs that lost their level, as after a brown-out, get it back within this time.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AlarmSounds = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PowerBeepInterval = TimeSpan.FromSeconds(30);

    private long? _alarmSince;
    private long? _beepedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Refresh, time);
        try
        {
            do
                Show();
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            board.StackLight.Show(StackLightState.Off);
            board.Buzzer.Set(false);
            board.GateReady.Set(false);
            board.Display.Show(["EDGECHECKPOINT", "STOPPED"]);
        }
    }

    /// <summary>What each tick does.</summary>
    internal void Show()
    {
        board.StackLight.Show(Lamps());
        board.Buzzer.Set(Sounds());
        board.GateReady.Set(lane.IsReady && !tamper.IsOpen);
        board.Display.Show(Lines());
    }

    private StackLightState Lamps() =>
        tamper.IsOpen ? new StackLightState(Red: true, Amber: false, Green: false)
        : encounters.Newest is not { } encounter ? StackLightState.Off
        : new StackLightState(Red: false, Amber: !encounter.IsClear, Green: encounter.IsClear);

    private bool Sounds()
    {
        _alarmSince = tamper.IsOpen ? _alarmSince ?? time.GetTimestamp() : null;
        if (_alarmSince is { } since)
            return time.GetElapsedTime(since) < AlarmSounds;
        var isDue = power.IsLost && (_beepedAt is not { } beeped || time.GetElapsedTime(beeped) >= PowerBeepInterval);
        if (isDue || !power.IsLost)
            _beepedAt = isDue ? time.GetTimestamp() : null;
        return isDue;
    }

    private ImmutableArray<string> Lines()
    {
        var now = clock.Read();
        var failed = board.Parts().FirstOrDefault(static part => part.Health.State == DeviceState.Failed).Name;
        return
        [
            identity.PostName,
            string.Create(CultureInfo.InvariantCulture, $"{now.Wall:yyyy-MM-dd HH:mm} {now.Quality}"),
            list.Current is { } generation ? string.Create(CultureInfo.InvariantCulture, $"LIST {generation.Metadata.Version}") : "LIST CLOSED",
            link.State.IsUp ? "LINK UP" : "LINK DOWN",
            Supply(),
            board.Climate.Latest is { } air ? $"{air.Temperature.DegreesCelsius.ToString("0", CultureInfo.InvariantCulture)} C {air.Humidity}" : "",
            "",
            tamper.IsOpen ? "ENCLOSURE OPENED!" : service.IsActive ? "SERVICE" : failed is null ? "OK" : $"FAILED: {failed}",
        ];
    }

    private string Supply() => (power.IsLost, board.Supply.Latest) switch
    {
        (true, { } reading) => $"BATTERY {reading.Voltage}",
        (true, null) => "BATTERY",
        (false, { } reading) => $"MAINS {reading.Voltage}",
        _ => "",
    };
}
