using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Clocks.Ds3231;
using EdgeCheckpoint.Devices.I2c;
using EdgeCheckpoint.Devices.Simulated.I2c;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Clocks;

public sealed class Ds3231ClockTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly SignallingTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedDs3231 _chip;
    private readonly Ds3231Clock _clock;
    private readonly CancellationTokenSource _ending = new();

    public Ds3231ClockTests()
    {
        _chip = new SimulatedDs3231(_time);
        _bus.Fit(Ds3231.DefaultI2cAddress, _chip);
        _clock = new Ds3231Clock("clock chip", () => _bus.CreateDevice(Ds3231.DefaultI2cAddress), _time, NullLogger.Instance);
    }

    public void Dispose()
    {
        _ending.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public async Task Run_ChipThatRuns_SaysHowFarTheMachineIsAhead()
    {
        _chip.Run(TimeSpan.FromHours(1));

        var running = _clock.RunAsync(_ending.Token);
        await _time.TimerStartedAsync(Interval);

        Assert.InRange(_clock.MachineAhead!.Value.TotalSeconds, -3600, -3599);
        Assert.Equal(DeviceState.Ok, _clock.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_ChipThatStoodStill_SaysNothingUntilItIsSet()
    {
        var running = _clock.RunAsync(_ending.Token);
        await _time.TimerStartedAsync(Interval);
        Assert.Contains("has stood still", _clock.Health.Detail, StringComparison.Ordinal);
        Assert.Null(_clock.MachineAhead);

        _clock.Set(_time.GetUtcNow());
        _time.Advance(Interval);
        await _time.TimerStartedAsync(Interval);

        Assert.InRange(_clock.MachineAhead!.Value.TotalSeconds, -1, 1);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_TransfersThatFailNowAndThen_AreNobodysTrouble()
    {
        _chip.Run(TimeSpan.Zero);
        _bus.FailNext(I2cFault.RemoteIo, I2cFault.TimedOut, I2cFault.RemoteIo);

        var running = _clock.RunAsync(_ending.Token);
        for (var retry = 0; retry < 3; retry++)
        {
            await _time.TimerStartedAsync(TimeSpan.FromMilliseconds(20));
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        await _time.TimerStartedAsync(Interval);

        Assert.Equal(DeviceState.Ok, _clock.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task MachineAhead_OfAChipThatFellOffTheBus_IsNothing()
    {
        _chip.Run(TimeSpan.Zero);
        var running = _clock.RunAsync(_ending.Token);
        await _time.TimerStartedAsync(Interval);
        Assert.NotNull(_clock.MachineAhead);
        await EndAsync(running);

        _time.Advance((2 * Interval) + TimeSpan.FromMilliseconds(1));

        Assert.Null(_clock.MachineAhead);
    }

    private async Task EndAsync(Task running)
    {
        await _ending.CancelAsync();
        await TestDeadline.WithinAsync(running);
    }
}
