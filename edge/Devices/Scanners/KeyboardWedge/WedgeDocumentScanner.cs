using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>
/// Reader that types. Reads only devices of the allow-list, and only alone: while it is open no key of it reaches the
/// console. Other input devices are never opened; each is logged once when it appears.
/// </summary>
public sealed class WedgeDocumentScanner : IDocumentScanner
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    private readonly ScannerOptions _options;
    private readonly IInputDevices _devices;
    private readonly TimeProvider _time;
    private readonly ILogger<WedgeDocumentScanner> _log;
    private readonly ReaderSupervisor _supervisor;
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    public WedgeDocumentScanner(ScannerOptions options, TimeProvider time, ILogger<WedgeDocumentScanner> log)
        : this(options, new InputDevices(), time, log)
    {
    }

    /// <summary>One device by its path, for a technician who tries a reader.</summary>
    public WedgeDocumentScanner(
        string path, ScannerOptions options, TimeProvider time, ILogger<WedgeDocumentScanner> log, IReaderTap? tap)
        : this(options, new OneInputDevice(path), time, log, tap)
    {
    }

    internal WedgeDocumentScanner(
        ScannerOptions options, IInputDevices devices, TimeProvider time, ILogger<WedgeDocumentScanner> log,
        IReaderTap? tap = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _devices, _time, _log) = (options, devices, time, log);
        Func<OpenedLine>? open = options.WedgeIds.Count > 0 ? Open : null;
        _supervisor = new ReaderSupervisor(string.Join(" or ", options.WedgeIds), open, options.ToProfile(), time, log, tap);
    }

    /// <inheritdoc/>
    public string Name => $"Reader at {string.Join(" or ", _options.WedgeIds)}";

    /// <inheritdoc/>
    public DeviceHealth Health => _supervisor.Health;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DocumentScan> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchOthersAsync(ending.Token);
        try
        {
            await foreach (var scan in _supervisor.ReadAllAsync(cancellationToken))
                yield return scan;
        }
        finally
        {
            await ending.CancelAsync();
            await watching;
        }
    }

    private OpenedLine Open()
    {
        var present = _devices.Keyboards();
        foreach (var id in _options.WedgeIds)
        {
            if (present.Contains(id))
                return Line(_devices.OpenExclusively(id), _options.WedgeLayout);
        }

        var others = present.Count == 0 ? "no other input device is there" : $"not read: {string.Join(", ", present)}";
        throw new ReaderUnavailableException($"{Name} is unplugged or missing; {others}");
    }

    private static OpenedLine Line(Stream events, WedgeLayout layout)
    {
        var stream = new KeyboardWedgeStream(events, layout);
        return new OpenedLine(stream, stream);
    }

    /// <summary>Reports devices that appear, also while the reader works: somebody may have plugged in a second one.</summary>
    private async Task WatchOthersAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchInterval, _time);
        try
        {
            do
                ReportOthers();
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The enumeration ends.
        }
    }

    private void ReportOthers()
    {
        var present = _devices.Keyboards();
        // One that was pulled out is reported anew when it comes back.
        _reported.IntersectWith(present);
        foreach (var id in present)
        {
            if (!_options.WedgeIds.Contains(id) && _reported.Add(id))
                Log.UnknownInputDevice(_log, id);
        }
    }
}
