using System.Device.Gpio;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Sensors;

public sealed class GpioContactInputTests : IDisposable
{
    private const int Line = 17;

    private static readonly ContactTiming Timing = ContactTiming.Default;

    private readonly FakeGpioDriver _driver = new();
    private readonly SignallingTimeProvider _time = new();
    private readonly GpioChip _chip;
    private readonly GpioContactInput _contact;

    public GpioContactInputTests()
    {
        _chip = Chip(_driver);
        _contact = Contact(_chip);
    }

    public void Dispose() => _chip.Dispose();

    [Fact]
    public void Level_NormallyClosedLoop_OpenReadsHigh()
    {
        Assert.Equal(PinMode.InputPullUp, _driver.ModeOf(Line));
        Assert.Equal(ContactLevel.Closed, _contact.Level);

        _driver.Set(Line, PinValue.High);

        Assert.Equal(ContactLevel.Open, _contact.Level);
    }

    [Fact]
    public async Task Watch_Edge_IsAcceptedAfterDebounceAndNotBefore()
    {
        await using var changes = Watch();
        Assert.Equal(ContactLevel.Closed, (await TestDeadline.NextAsync(changes)).Level);
        var next = TestDeadline.NextAsync(changes);
        await _time.TimerStartedAsync(Timing.Reread);

        _driver.Set(Line, PinValue.High);
        _driver.RaiseEdge(Line);
        await _time.TimerStartedAsync(Timing.Debounce);
        _time.Advance(Timing.Debounce - TimeSpan.FromMilliseconds(1));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new ContactChange(ContactLevel.Open, _time.GetUtcNow()), await next);
    }

    [Fact]
    public async Task Watch_Bounce_IsNoChange()
    {
        using var cancellation = new CancellationTokenSource();
        await using var changes = _contact.WatchAsync(cancellation.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await TestDeadline.NextAsync(changes);
        var next = changes.MoveNextAsync().AsTask();
        await _time.TimerStartedAsync(Timing.Reread);

        _driver.Set(Line, PinValue.High);
        _driver.RaiseEdge(Line);
        await _time.TimerStartedAsync(Timing.Debounce);
        _driver.Set(Line, PinValue.Low);
        _time.Advance(Timing.Debounce);
        await _time.TimerStartedAsync(Timing.Reread);

        Assert.False(next.IsCompleted);
        await cancellation.CancelAsync();
        Assert.False(await TestDeadline.WithinAsync(next));
    }

    [Fact]
    public async Task Watch_LostEdge_IsFoundByTimer()
    {
        await using var changes = Watch();
        await TestDeadline.NextAsync(changes);
        var next = TestDeadline.NextAsync(changes);
        await _time.TimerStartedAsync(Timing.Reread);

        _driver.Set(Line, PinValue.High);
        _time.Advance(Timing.Reread);
        await _time.TimerStartedAsync(Timing.Debounce);
        _time.Advance(Timing.Debounce);

        Assert.Equal(ContactLevel.Open, (await next).Level);
    }

    [Fact]
    public async Task Watch_ChipWithoutEdges_WorksOnTimer()
    {
        var driver = new FakeGpioDriver { HasNoEdges = true };
        using var chip = Chip(driver);
        await using var changes = Contact(chip)
            .WatchAsync(TestContext.Current.CancellationToken)
                .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await TestDeadline.NextAsync(changes);
        var next = TestDeadline.NextAsync(changes);
        await _time.TimerStartedAsync(Timing.Reread);

        driver.Set(Line, PinValue.High);
        _time.Advance(Timing.Reread);
        await _time.TimerStartedAsync(Timing.Debounce);
        _time.Advance(Timing.Debounce);

        Assert.Equal(ContactLevel.Open, (await next).Level);
    }

    [Fact]
    public void Level_OutputThatIsHighWhileAllIsWell_OpenReadsLow()
    {
        var contact = Contact(_chip, isInverted: true);
        Assert.Equal(ContactLevel.Open, contact.Level);

        _driver.Set(Line, PinValue.High);

        Assert.Equal(ContactLevel.Closed, contact.Level);
    }

    [Fact]
    public async Task Watch_FortyRapidEdgesThatEndOpen_IsOneChange()
    {
        using var cancellation = new CancellationTokenSource();
        await using var changes = _contact.WatchAsync(cancellation.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await TestDeadline.NextAsync(changes);
        var next = TestDeadline.NextAsync(changes);
        await _time.TimerStartedAsync(Timing.Reread);

        for (var edge = 0; edge < 41; edge++)
        {
            _driver.Set(Line, edge % 2 == 0 ? PinValue.High : PinValue.Low);
            _driver.RaiseEdge(Line);
        }

        await _time.TimerStartedAsync(Timing.Debounce);
        _time.Advance(Timing.Debounce);

        Assert.Equal(ContactLevel.Open, (await next).Level);
        var after = changes.MoveNextAsync().AsTask();
        await _time.TimerStartedAsync(Timing.Reread);
        Assert.False(after.IsCompleted);
        await cancellation.CancelAsync();
        Assert.False(await TestDeadline.WithinAsync(after));
    }

    [Fact]
    public void Level_ChipReplaced_OpensTheLineAndItsEdgesAnew()
    {
        var drivers = new Queue<FakeGpioDriver>([_driver, new FakeGpioDriver()]);
        using var chip = new GpioChip("fake", () => new GpioController(drivers.Count > 1 ? drivers.Dequeue() : drivers.Peek()), _time);
        var contact = Contact(chip);
        _driver.IsBroken = true;
        Assert.Equal(ContactLevel.Unknown, contact.Level);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ContactLevel.Closed, contact.Level);
        Assert.True(drivers.Peek().HasCallback(Line));
        Assert.True(_driver.IsDisposed);
    }

    [Fact]
    public void Level_ChipGone_IsUnknownAndFailedUntilItReadsAgain()
    {
        _driver.IsBroken = true;
        Assert.Equal(ContactLevel.Unknown, _contact.Level);
        Assert.Equal(DeviceState.Failed, _contact.Health.State);

        _driver.IsBroken = false;
        Assert.Equal(ContactLevel.Unknown, _contact.Level);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ContactLevel.Closed, _contact.Level);
        Assert.Equal(DeviceState.Ok, _contact.Health.State);
    }

    [Fact]
    public async Task Watch_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        await using var changes = _contact.WatchAsync(cancellation.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await TestDeadline.NextAsync(changes);
        var next = changes.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();

        Assert.False(await TestDeadline.WithinAsync(next));
    }

    private IAsyncEnumerator<ContactChange> Watch() =>
        _contact.WatchAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private GpioContactInput Contact(GpioChip chip, bool isInverted = false) => new(
        "tamper", chip, new ContactOptions { Line = Line, IsInverted = isInverted }, _time, NullLogger<GpioContactInput>.Instance);

    private GpioChip Chip(FakeGpioDriver driver) => new("fake", () => new GpioController(driver), _time);
}
