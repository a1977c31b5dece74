using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.I2c;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Ina219;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Edge.Tests.Devices.Supervision;

/// <summary>An INA219 under supervision, with everything that buses do.</summary>
public sealed class SampledDeviceTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedIna219 _chip;
    private readonly CapturingLogger<SampledDeviceTests> _log = new();
    private readonly SampledDevice<Ina219, SupplyReading> _device;
    private readonly CancellationTokenSource _ending = new();
    private double _volts = 7.5;

    public SampledDeviceTests()
    {
        _chip = new SimulatedIna219(() => new SupplyReading(new ElectricPotential(_volts), new ElectricCurrent(0.5)), 0.1);
        _bus.Fit(Ina219.DefaultI2cAddress, _chip);
        _device = Ina219Sensor.Create("supply sensor", () => _bus.CreateDevice(Ina219.DefaultI2cAddress), 0.1, _time, _log);
    }

    public void Dispose()
    {
        _ending.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public async Task Run_WorkingChip_IsReadAgainAndAgain()
    {
        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Latest is not null);

        _volts = 6.9;
        await UntilAsync(() => _device.Latest?.Voltage.Volts < 7);

        Assert.Equal(DeviceState.Ok, _device.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_TransfersFailOnceOrTwice_NobodyIsToldAndNoReadingIsLost()
    {
        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Latest is not null);
        for (var storm = 0; storm < 20; storm++)
        {
            _bus.FailNext(I2cFault.RemoteIo, I2cFault.TimedOut);
            var before = _bus.TransferCount;
            await UntilAsync(() => _bus.TransferCount > before + 4);
        }

        Assert.Equal(DeviceState.Ok, _device.Health.State);
        Assert.Empty(_log.Lines);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_BusStuckLow_FailsOnceWaitsLongerAndRecovers()
    {
        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Latest is not null);

        _bus.IsStuck = true;
        await UntilAsync(() => _device.Health.State == DeviceState.Failed);
        // Ten openings of four tries each, with waits between that grow to a minute.
        var (before, began) = (_bus.TransferCount, _time.GetTimestamp());
        await UntilAsync(() => _bus.TransferCount > before + 40);
        Assert.InRange(_time.GetElapsedTime(began).TotalSeconds, 30, 1200);
        Assert.Null(_device.Latest);
        Assert.Single(_log.Lines);

        _bus.IsStuck = false;
        await UntilAsync(() => _device.Health.State == DeviceState.Ok);
        Assert.NotNull(_device.Latest);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_ChipUnpluggedAndPutBack_IsSetUpAnew()
    {
        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Latest is not null);
        _bus.Unplug(Ina219.DefaultI2cAddress);
        await UntilAsync(() => _device.Health.State == DeviceState.Failed);
        Assert.Contains("does not answer", _device.Health.Detail, StringComparison.Ordinal);

        _chip.LoseSupply();
        _bus.Fit(Ina219.DefaultI2cAddress, _chip);
        await UntilAsync(() => _device.Health.State == DeviceState.Ok);

        await EndAsync(running);
    }

    [Fact]
    public async Task Run_ChipThatLostItsSetting_IsDoubtedAndThenSetUpAnew()
    {
        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Latest is not null);

        _chip.LoseSupply();
        await UntilAsync(() => _device.Health.State == DeviceState.Attention);
        await UntilAsync(() => _device.Health.State == DeviceState.Ok);

        await EndAsync(running);
    }

    [Fact]
    public async Task Run_AnotherChipAtTheAddress_NamesTheSetting()
    {
        _bus.Fit(Ina219.DefaultI2cAddress, new SimulatedRegisterChip(0x20));

        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Health.State == DeviceState.Failed);

        Assert.Contains("is no INA219: compare Board:Supply", _device.Health.Detail, StringComparison.Ordinal);
        Assert.Null(_device.Latest);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_BabblingChip_GivesNoReadingThatCannotBe()
    {
        _volts = 0.3;

        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Health.State == DeviceState.Failed);

        Assert.Null(_device.Latest);
        Assert.Contains("0.30 V", _device.Health.Detail, StringComparison.Ordinal);
        await EndAsync(running);
    }

    [Fact]
    public async Task Latest_OfADeviceThatHangs_IsNoneAfterThreeIntervals()
    {
        var running = _device.RunAsync(_ending.Token);
        await UntilAsync(() => _device.Latest is not null);
        await EndAsync(running);

        _time.Advance((3 * Interval) + TimeSpan.FromMilliseconds(1));

        Assert.Null(_device.Latest);
    }

    private async Task EndAsync(Task running)
    {
        await _ending.CancelAsync();
        await TestDeadline.WithinAsync(running);
    }

    /// <summary>Lets the loop's time pass until something holds.</summary>
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
