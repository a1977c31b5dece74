using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Worker.Inspection;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>
/// Shows the counter's state on the stack light: green for a proposal to clear, amber for refer, red for an opened
/// enclosure. A hit is amber like any other referral, and a DISCREET one does not show at all (guardrail 8).
/// </summary>
internal sealed class StackLightService(IBoard board, EncounterBook encounters, TamperLatch tamper, TimeProvider time) : BackgroundService
{
    /// <summary>Outputs that lost their level, as after a brown-out, get it back within this time.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Refresh, time);
        try
        {
            do
                board.StackLight.Show(State());
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            board.StackLight.Show(StackLightState.Off);
        }
    }

    private StackLightState State() =>
        tamper.IsOpen ? new StackLightState(Red: true, Amber: false, Green: false)
        : encounters.Newest is not { } encounter ? StackLightState.Off
        : new StackLightState(Red: false, Amber: !encounter.IsClear, Green: encounter.IsClear);
}
