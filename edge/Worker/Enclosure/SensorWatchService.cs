using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>Feeds the watches: mains, gate and presence by their contacts, the rest every few seconds.</summary>
internal sealed class SensorWatchService(
    IBoard board, PowerWatch power, ClimateWatch climate, LaneWatch lane, ClockWitnessWatch clocks, TimeProvider time,
    ILogger<SensorWatchService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        LastingLoop.RunAsync(token => WatchAsync(ContactRole.PowerLost, power.Take, token), time, logger, stoppingToken),
        LastingLoop.RunAsync(token => WatchAsync(ContactRole.Gate, lane.TakeGate, token), time, logger, stoppingToken),
        LastingLoop.RunAsync(token => WatchAsync(ContactRole.Presence, lane.TakePresence, token), time, logger, stoppingToken),
        LastingLoop.RunAsync(LookAsync, time, logger, stoppingToken));

    /// <summary>A contact that could not be read for a moment has said nothing new when it reads as before.</summary>
    private async Task WatchAsync(ContactRole role, Action<ContactLevel> take, CancellationToken cancellationToken)
    {
        var last = ContactLevel.Unknown;
        await foreach (var change in board.Contact(role).WatchAsync(cancellationToken))
        {
            if (change.Level == ContactLevel.Unknown || change.Level == last)
                continue;
            take(change.Level);
            last = change.Level;
        }
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
