using System.Collections.Concurrent;
using System.IO.Pipelines;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Scanners.KeyboardWedge;
using EdgeCheckpoint.Devices.Simulated;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners.KeyboardWedge;

/// <summary>The whole way from event bytes to scans, with input devices that are pipes.</summary>
public sealed class WedgeDocumentScannerTests
{
    private const string Reader = "usb-Utopia_Reader_0001-event-kbd";
    private const string Spare = "usb-Utopia_Reader_0002-event-kbd";
    private const string Stranger = "usb-Unknown_Keyboard-event-kbd";

    private readonly FakeInputDevices _devices = new();
    private readonly CapturingLogger<WedgeDocumentScanner> _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WedgeLayout.Us)]
    [InlineData(WedgeLayout.Uk)]
    [InlineData(WedgeLayout.Fr)]
    [InlineData(WedgeLayout.De)]
    public async Task ReadAll_DocumentTyped_GivesItsLines(WedgeLayout layout)
    {
        var pipe = _devices.Plug(Reader);
        var scanner = Scanner(layout);
        await using var scans = scanner.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        await TypeAsync(pipe, Specimens.Td1, layout);

        Assert.Equal(Specimens.Td1, (await TestDeadline.NextAsync(scans)).Lines);
        Assert.Equal((DeviceState.Ok, ""), (scanner.Health.State, scanner.Health.Detail));
    }

    [Theory]
    [InlineData(WedgeLayout.Us, WedgeLayout.De)]
    [InlineData(WedgeLayout.De, WedgeLayout.Uk)]
    [InlineData(WedgeLayout.De, WedgeLayout.Fr)]
    [InlineData(WedgeLayout.Fr, WedgeLayout.De)]
    [InlineData(WedgeLayout.De, WedgeLayout.Us)]
    [InlineData(WedgeLayout.Us, WedgeLayout.Fr)]
    [InlineData(WedgeLayout.Fr, WedgeLayout.Us)]
    public async Task ReadAll_WrongLayout_IsNeverAWholeDocument(WedgeLayout typed, WedgeLayout configured)
    {
        var pipe = _devices.Plug(Reader);
        await using var scans = Scanner(configured).ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        await TypeAsync(pipe, Specimens.Td3, typed);

        Assert.NotEqual(ScanProblem.None, (await TestDeadline.NextAsync(scans)).Problem);
    }

    [Fact]
    public async Task ReadAll_UnpluggedAndPluggedAgain_ReadsOn()
    {
        var pipe = _devices.Plug(Reader);
        var scanner = Scanner();
        await using var scans = scanner.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await TypeAsync(pipe, Specimens.Td1, WedgeLayout.Us);
        Assert.Equal(Specimens.Td1, (await TestDeadline.NextAsync(scans)).Lines);

        var next = TestDeadline.NextAsync(scans);
        await _devices.UnplugAsync(Reader);
        await UntilAsync(() => scanner.Health.State == DeviceState.Failed);
        await TypeAsync(_devices.Plug(Reader), Specimens.Td3, WedgeLayout.Us);

        Assert.Equal(Specimens.Td3, (await next).Lines);
        Assert.Equal(DeviceState.Ok, scanner.Health.State);
    }

    [Fact]
    public async Task ReadAll_OnlyAStrangerIsThere_IsNeverOpenedAndIsReportedOnce()
    {
        _devices.Plug(Stranger);
        var scanner = Scanner();
        await using var scans = scanner.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        var next = TestDeadline.NextAsync(scans);
        await UntilAsync(() => scanner.Health.State == DeviceState.Failed);
        Assert.Contains($"not read: {Stranger}", scanner.Health.Detail, StringComparison.Ordinal);

        await TypeAsync(_devices.Plug(Reader), Specimens.Td2, WedgeLayout.Us);

        Assert.Equal(Specimens.Td2, (await next).Lines);
        Assert.Equal([Reader], _devices.Opened);
        Assert.Single(_log.Lines, static line => line.Contains("UnknownInputDevice", StringComparison.Ordinal) && line.Contains(Stranger, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAll_StrangerPluggedInLater_IsReportedEachTimeItComes()
    {
        var time = new SignallingTimeProvider();
        _devices.Plug(Reader);
        var scanner = new WedgeDocumentScanner(Options(), _devices, time, _log);
        using var cancellation = new CancellationTokenSource();
        await using var scans = scanner.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(Cancellation);
        var next = scans.MoveNextAsync().AsTask();
        for (var times = 1; times <= 2; times++)
        {
            _devices.Plug(Stranger);
            await AdvanceUntilAsync(time, () => Reports() == times);
            await _devices.UnplugAsync(Stranger);
            var listed = _devices.ListedCount;
            await AdvanceUntilAsync(time, () => _devices.ListedCount > listed);
        }

        await cancellation.CancelAsync();
        Assert.False(await TestDeadline.WithinAsync(next));
        Assert.Equal([Reader], _devices.Opened);
    }

    [Fact]
    public async Task ReadAll_FirstOfTheListIsMissing_ReadsTheNext()
    {
        var pipe = _devices.Plug(Spare);
        await using var scans = Scanner().ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        await TypeAsync(pipe, Specimens.Td2, WedgeLayout.Us);

        Assert.Equal(Specimens.Td2, (await TestDeadline.NextAsync(scans)).Lines);
        Assert.DoesNotContain(_log.Lines, static line => line.Contains("UnknownInputDevice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAll_CannotBeHadAlone_FailsWithTheRemedyAndReadsNothing()
    {
        _devices.Plug(Reader);
        _devices.Refusal = "Reader is held by another program: end that program";
        var scanner = Scanner();
        using var cancellation = new CancellationTokenSource();
        await using var scans = scanner.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(Cancellation);
        var next = scans.MoveNextAsync().AsTask();

        await UntilAsync(() => scanner.Health.State == DeviceState.Failed);
        Assert.Equal(_devices.Refusal, scanner.Health.Detail);
        await cancellation.CancelAsync();

        Assert.False(await TestDeadline.WithinAsync(next));
        Assert.Empty(_devices.Opened);
    }

    [Fact]
    public async Task ReadAll_EventsLost_IsGarbled()
    {
        var pipe = _devices.Plug(Reader);
        await using var scans = Scanner().ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        var dropped = new byte[InputEvent.Bytes * 2];
        new InputEvent(InputCodes.Synchronise, InputCodes.Dropped, 0).Write(dropped);
        new InputEvent(InputCodes.Synchronise, InputCodes.Report, 0).Write(dropped.AsSpan(InputEvent.Bytes));
        byte[] events =
        [
            .. KeystrokeWriter.Compose(Specimens.Td3[0] + "\r" + Specimens.Td3[1][..10], WedgeLayout.Us),
            .. dropped,
            .. KeystrokeWriter.Compose(Specimens.Td3[1][11..] + "\r", WedgeLayout.Us),
        ];

        await pipe.Writer.WriteAsync(events, Cancellation);

        var scan = await TestDeadline.NextAsync(scans);
        Assert.Equal(ScanProblem.Garbled, scan.Problem);
        Assert.Equal('?', scan.Lines[1][10]);
    }

    [Fact]
    public async Task ReadAll_Scan_IsLoggedByLengthOnly()
    {
        var pipe = _devices.Plug(Reader);
        await using var scans = Scanner().ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await TypeAsync(pipe, Specimens.Td3, WedgeLayout.Us);

        await TestDeadline.NextAsync(scans);

        Assert.Contains(_log.Lines, static line => line.Contains("2 lines, 88 characters", StringComparison.Ordinal));
        foreach (var marked in (string[])["BRANDVOLD", "ISAURA", "UT4471X02", "910307"])
            Assert.DoesNotContain(_log.Lines, line => line.Contains(marked, StringComparison.Ordinal));
    }

    private static ScannerOptions Options(WedgeLayout layout = WedgeLayout.Us) =>
        new() { Kind = ScannerKind.KeyboardWedge, WedgeIds = [Reader, Spare], WedgeLayout = layout };

    private static async Task TypeAsync(Pipe pipe, string[] lines, WedgeLayout layout) =>
        await pipe.Writer.WriteAsync(KeystrokeWriter.Compose(string.Concat(lines.Select(static line => line + "\r")), layout), Cancellation);

    /// <summary>Looks at a state that has no event of its own, on a timer.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!condition())
            await timer.WaitForNextTickAsync(limit.Token);
    }

    private static Task AdvanceUntilAsync(SignallingTimeProvider time, Func<bool> condition) => UntilAsync(() =>
    {
        time.Advance(TimeSpan.FromSeconds(5));
        return condition();
    });

    private WedgeDocumentScanner Scanner(WedgeLayout layout = WedgeLayout.Us) => new(Options(layout), _devices, TimeProvider.System, _log);

    private int Reports() => _log.Lines.Count(static line => line.Contains("UnknownInputDevice", StringComparison.Ordinal));

    private sealed class FakeInputDevices : IInputDevices
    {
        private readonly ConcurrentDictionary<string, Pipe> _plugged = new();
        private int _listedCount;

        public ConcurrentQueue<string> Opened { get; } = new();

        public string? Refusal { get; set; }

        public int ListedCount => Volatile.Read(ref _listedCount);

        public Pipe Plug(string id) => _plugged[id] = new Pipe();

        public async Task UnplugAsync(string id)
        {
            if (_plugged.TryRemove(id, out var pipe))
                await pipe.Writer.CompleteAsync(new IOException("No such device"));
        }

        public IReadOnlyList<string> Keyboards()
        {
            Interlocked.Increment(ref _listedCount);
            return [.. _plugged.Keys.Order(StringComparer.Ordinal)];
        }

        public Stream OpenExclusively(string id)
        {
            if (Refusal is { } refusal)
                throw new ReaderUnavailableException(refusal);
            Opened.Enqueue(id);
            return _plugged[id].Reader.AsStream();
        }
    }
}
