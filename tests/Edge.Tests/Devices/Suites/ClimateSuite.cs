using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.I2c;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Devices.Units;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Suites;

/// <summary>An SHT4x under supervision, whichever driver reads it.</summary>
public abstract class ClimateSuite : IDisposable
{
    private const int Address = 0x44;

    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedSht4x _chip;
    private readonly CancellationTokenSource _ending = new();
    private ISensor<ClimateReading>? _made;
    private ClimateReading _air = new(new Temperature(21.5), new RelativeHumidity(40));

    protected ClimateSuite()
    {
        _chip = new SimulatedSht4x(() => _air, ChipTime(_time));
        _bus.Fit(Address, _chip);
    }

    private ISensor<ClimateReading> Device => _made ??= Create(new DevicePlace("climate sensor", () => _bus.CreateDevice(Address), _time, NullLogger.Instance));

    /// <summary>The sensor by the driver that is tested.</summary>
    protected abstract ISensor<ClimateReading> Create(DevicePlace place);

    /// <summary>The time in which the chip measures: that of the test, unless the driver sleeps.</summary>
    private protected virtual TimeProvider ChipTime(TimeProvider test) => test;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _ending.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public async Task Run_WorkingChip_IsReadAgainAndAgain()
    {
        var running = RunAsync();
        await UntilAsync(() => Device.Latest is not null);
        Assert.Equal(21.5, Device.Latest!.Value.Temperature.DegreesCelsius, 0.01);
        Assert.Equal(40, Device.Latest!.Value.Humidity.Percent, 0.01);

        _air = new ClimateReading(new Temperature(-12.25), new RelativeHumidity(97));
        await UntilAsync(() => Device.Latest?.Temperature.DegreesCelsius < 0);

        Assert.Equal(-12.25, Device.Latest!.Value.Temperature.DegreesCelsius, 0.01);
        Assert.Equal(DeviceState.Ok, Device.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_AnswersWithWrongChecksums_AreNoReadings()
    {
        var running = RunAsync();
        await UntilAsync(() => Device.Latest is not null);

        _chip.FlipsNext = true;
        await UntilAsync(() => Device.Health.State == DeviceState.Attention);
        await UntilAsync(() => Device.Health.State == DeviceState.Ok);

        await EndAsync(running);
    }

    [Fact]
    public async Task Run_ChipUnpluggedAndPutBack_IsReadAgain()
    {
        var running = RunAsync();
        await UntilAsync(() => Device.Latest is not null);
        _bus.Unplug(Address);
        await UntilAsync(() => Device.Health.State == DeviceState.Failed);
        Assert.Contains("does not answer", Device.Health.Detail, StringComparison.Ordinal);

        _bus.Fit(Address, _chip);
        await UntilAsync(() => Device.Health.State == DeviceState.Ok);

        await EndAsync(running);
    }

    [Fact]
    public async Task Run_TransfersFailOnceOrTwice_NobodyIsTold()
    {
        var running = RunAsync();
        await UntilAsync(() => Device.Latest is not null);
        _bus.FailNext(I2cFault.RemoteIo, I2cFault.TimedOut);
        var before = _bus.TransferCount;
        await UntilAsync(() => _bus.TransferCount > before + 4);

        Assert.Equal(DeviceState.Ok, Device.Health.State);
        await EndAsync(running);
    }

    private Task RunAsync() => ((ISupervised)Device).RunAsync(_ending.Token);

    private async Task EndAsync(Task running)
    {
        await _ending.CancelAsync();
        await TestDeadline.WithinAsync(running);
    }

    private Task UntilAsync(Func<bool> holds) => TestDeadline.WithinAsync(Task.Run(async () =>
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }));
}
