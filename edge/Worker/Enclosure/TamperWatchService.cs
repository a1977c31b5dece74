using System.Threading.Channels;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Watches the tamper loop and the lid. An opening outside service drops the keys and becomes an alert in lane 0, at once and durably; in service it is
/// journalled. An opening that a power cut kept from being told is told first.
/// </summary>
internal sealed class TamperWatchService(
    IBoard board, TamperResponse response, TamperLatch latch, ServiceMode service, TimeProvider time, ILogger<TamperWatchService> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anybody can sign in.
        response.Resume();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        service.LeftOpen += response.Trip;
        response.Tripped += Ring;
        try
        {
            await Task.WhenAll(
                LastingLoop.RunAsync(token => WatchAsync(ContactRole.Tamper, token), time, logger, stoppingToken),
                LastingLoop.RunAsync(token => WatchAsync(ContactRole.Lid, token), time, logger, stoppingToken),
                LastingLoop.RunAsync(TellAsync, time, logger, stoppingToken));
        }
        finally
        {
            service.LeftOpen -= response.Trip;
            response.Tripped -= Ring;
        }
    }

    private async Task WatchAsync(ContactRole role, CancellationToken cancellationToken)
    {
        var last = ContactLevel.Unknown;
        await foreach (var change in board.Contact(role).WatchAsync(cancellationToken))
        {
            // A loop that could not be read for a moment has said nothing new when it reads as before, as long as that opening is still an alarm.
            if (change.Level == ContactLevel.Unknown || (change.Level == last && (last == ContactLevel.Closed || latch.IsOpen || service.IsActive)))
                continue;
            if (service.IsActive)
                service.NoteOpening(role, change.Level);
            else if (change.Level == ContactLevel.Open)
                response.Trip();
            else if (last == ContactLevel.Open)
                logger.EnclosureClosed();
            last = change.Level;
        }
    }

    /// <summary>Tries until everything is durable; meanwhile the latch shows it on screen and light.</summary>
    private async Task TellAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!response.HasMoreToTell)
                await _bell.Reader.WaitToReadAsync(cancellationToken);
            _bell.Reader.TryRead(out _);
            if (!response.TryTell())
                await Task.Delay(RetryInterval, time, cancellationToken);
        }
    }

    private void Ring() => _bell.Writer.TryWrite(true);
}
