using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.I2c;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Suites;

/// <summary>A DS3231 as a witness of the machine's clock, whichever driver reads it.</summary>
public abstract class ClockSuite : IDisposable
{
    private const int Address = 0x68;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly SignallingTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedDs3231 _chip;
    private readonly CancellationTokenSource _ending = new();
    private IBatteryClock? _made;

    protected ClockSuite()
    {
        _chip = new SimulatedDs3231(_time);
        _bus.Fit(Address, _chip);
    }

    private IBatteryClock Clock => _made ??= Create(new DevicePlace("clock chip", () => _bus.CreateDevice(Address), _time, NullLogger.Instance));

    /// <summary>The clock by the driver that is tested.</summary>
    protected abstract IBatteryClock Create(DevicePlace place);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _ending.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public async Task Run_ChipThatRuns_SaysHowFarTheMachineIsAhead()
    {
        _chip.Run(TimeSpan.FromHours(1));

        var running = ((ISupervised)Clock).RunAsync(_ending.Token);
        await _time.TimerStartedAsync(Interval);

        Assert.InRange(Clock.MachineAhead!.Value.TotalSeconds, -3600, -3599);
        Assert.Equal(DeviceState.Ok, Clock.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_ChipThatStoodStill_SaysNothingUntilItIsSet()
    {
        var running = ((ISupervised)Clock).RunAsync(_ending.Token);
        await _time.TimerStartedAsync(Interval);
        Assert.Contains("has stood still", Clock.Health.Detail, StringComparison.Ordinal);
        Assert.Null(Clock.MachineAhead);

        Clock.Set(_time.GetUtcNow());
        _time.Advance(Interval);
        await _time.TimerStartedAsync(Interval);

        Assert.InRange(Clock.MachineAhead!.Value.TotalSeconds, -1, 1);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_TransfersThatFailNowAndThen_AreNobodysTrouble()
    {
        _chip.Run(TimeSpan.Zero);
        _bus.FailNext(I2cFault.RemoteIo, I2cFault.TimedOut, I2cFault.RemoteIo);

        var running = ((ISupervised)Clock).RunAsync(_ending.Token);
        for (var retry = 0; retry < 3; retry++)
        {
            await _time.TimerStartedAsync(TimeSpan.FromMilliseconds(20));
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        await _time.TimerStartedAsync(Interval);

        Assert.Equal(DeviceState.Ok, Clock.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task MachineAhead_OfAChipThatFellOffTheBus_IsNothing()
    {
        _chip.Run(TimeSpan.Zero);
        var running = ((ISupervised)Clock).RunAsync(_ending.Token);
        await _time.TimerStartedAsync(Interval);
        Assert.NotNull(Clock.MachineAhead);
        await EndAsync(running);

        _time.Advance((2 * Interval) + TimeSpan.FromMilliseconds(1));

        Assert.Null(Clock.MachineAhead);
    }

    private async Task EndAsync(Task running)
    {
        await _ending.CancelAsync();
        await TestDeadline.WithinAsync(running);
    }
}
