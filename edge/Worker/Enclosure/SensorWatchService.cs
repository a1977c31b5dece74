using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>Feeds the watches: mains, gate and presence by their contacts, the rest every few seconds.</summary>
internal sealed class SensorWatchService(
    IBoard board, PowerWatch power, ClimateWatch climate, LaneWatch lane, ClockWitnessWatch clocks, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        WatchAsync(ContactRole.PowerLost, power.Take, stoppingToken),
        WatchAsync(ContactRole.Gate, lane.TakeGate, stoppingToken),
        WatchAsync(ContactRole.Presence, lane.TakePresence, stoppingToken),
        LookAsync(stoppingToken));

    private async Task WatchAsync(ContactRole role, Action<ContactLevel> take, CancellationToken cancellationToken)
    {
        await foreach (var change in board.Contact(role).WatchAsync(cancellationToken))
            take(change.Level);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                power.Look();
                climate.Look();
                clocks.Look();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
