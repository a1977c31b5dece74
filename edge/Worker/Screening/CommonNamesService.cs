using System.Threading.Channels;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// Looks up the common names of a list after it was taken into use, beside the travellers who are screened meanwhile: a second's
/// work for a million names, and every search afterwards takes a fifth less time.
/// </summary>
internal sealed class CommonNamesService : BackgroundService
{
    private readonly InstalledList _list;

    /// <summary>One switch is enough to know: the list that is then in use is prepared.</summary>
    private readonly Channel<bool> _switches = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public CommonNamesService(InstalledList list)
    {
        _list = list;
        // From the start, since a list may be opened before this service runs.
        _list.Switched += Note;
    }

    /// <summary>Waits for the next list and prepares it.</summary>
    /// <returns>Names looked up; 0 when the list is gone again.</returns>
    internal async Task<int> PrepareNextAsync(CancellationToken cancellationToken)
    {
        await _switches.Reader.ReadAsync(cancellationToken);
        return _list.Current is { } generation ? generation.Matcher.Anticipate(cancellationToken) : 0;
    }

    public override void Dispose()
    {
        _list.Switched -= Note;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
                await PrepareNextAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private void Note() => _switches.Writer.TryWrite(true);
}
