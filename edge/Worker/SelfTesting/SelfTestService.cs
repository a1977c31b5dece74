using System.Threading.Channels;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.SelfTesting;

/// <summary>
/// Runs the self-test at power-on, once the reader has had its time; at the start of each shift; and again from time to time while the last one was not
/// passed in full, so that what was mended is not told of as broken.
/// </summary>
internal sealed class SelfTestService : BackgroundService
{
    /// <summary>A reader on USB is there within this time, or is told of as missing.</summary>
    private static readonly TimeSpan ReaderTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(10);

    private readonly SelfTest _test;
    private readonly SelfTestBook _book;
    private readonly CounterSession _session;
    private readonly IDocumentScanner _scanner;
    private readonly TimeProvider _time;
    private readonly ILogger<SelfTestService> _logger;
    private readonly Lock _gate = new();
    private string? _onDuty;

    /// <summary>Who began a shift; the newest of them is enough.</summary>
    private readonly Channel<string> _shifts = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public SelfTestService(
        SelfTest test, SelfTestBook book, CounterSession session, IDocumentScanner scanner, TimeProvider time, ILogger<SelfTestService> logger)
    {
        (_test, _book, _session, _scanner, _time, _logger) = (test, book, session, scanner, time, logger);
        // From the start: somebody may sign in before this service runs.
        _session.Changed += NoteShift;
    }

    public override void Dispose()
    {
        _session.Changed -= NoteShift;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WaitForReaderAsync(stoppingToken);
            TryRun(SelfTestOccasion.PowerOn, RecordDraft.Appliance);
            while (true)
                await NextAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task WaitForReaderAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, _time);
        while (_scanner.Health.State is not (DeviceState.Ok or DeviceState.NotFitted) && _time.GetElapsedTime(began) < ReaderTime)
            await timer.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>Waits for a shift to begin, or for the time to try again.</summary>
    private async Task NextAsync(CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var again = _time.CreateTimer(_ => waiting.Cancel(), null, AgainAfter, Timeout.InfiniteTimeSpan);
        try
        {
            TryRun(SelfTestOccasion.ShiftStart, await _shifts.Reader.ReadAsync(waiting.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (_book.Latest is not { IsPassed: true })
                TryRun(SelfTestOccasion.Again, RecordDraft.Appliance);
        }
    }

    private void TryRun(SelfTestOccasion occasion, string actor)
    {
        try
        {
            _test.Run(occasion, actor);
        }
#pragma warning disable CA1031 // The outer loop: a bug in the test must stop neither the counter nor the next test (STYLE, Errors).
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _logger.SelfTestFailed(fault.GetType().Name, fault.StackTrace);
        }
    }

    /// <summary>Locking and unlocking the screen is no new shift.</summary>
    private void NoteShift()
    {
        lock (_gate)
        {
            var person = _session.Person?.StaffNumber;
            if (person is not null && person != _onDuty)
                _shifts.Writer.TryWrite(person);
            _onDuty = person;
        }
    }
}
