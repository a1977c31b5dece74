using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.I2c;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Edge.Tests.Devices.Suites;

/// <summary>An INA219 under supervision, with everything that buses do, whichever driver reads it.</summary>
public abstract class SupplySuite : IDisposable
{
    private const int Address = 0x40;
    private const double ShuntOhms = 0.1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedIna219 _chip;
    private readonly CapturingLogger<SupplySuite> _log = new();
    private readonly CancellationTokenSource _ending = new();
    private ISensor<SupplyReading>? _made;
    private double _volts = 7.5;

    protected SupplySuite()
    {
        _chip = new SimulatedIna219(() => new SupplyReading(new ElectricPotential(_volts), new ElectricCurrent(0.5)), ShuntOhms);
        _bus.Fit(Address, _chip);
    }

    private protected SimulatedIna219 Chip => _chip;

    private protected ISensor<SupplyReading> Device => _made ??= Create(new DevicePlace("supply sensor", () => _bus.CreateDevice(Address), _time, _log), ShuntOhms);

    private protected CancellationTokenSource Ending => _ending;

    /// <summary>The sensor by the driver that is tested.</summary>
    protected abstract ISensor<SupplyReading> Create(DevicePlace place, double shuntOhms);

    private protected Task RunAsync(CancellationToken cancellationToken) => ((ISupervised)Device).RunAsync(cancellationToken);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _ending.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public async Task Run_WorkingChip_IsReadAgainAndAgain()
    {
        var running = RunAsync(_ending.Token);
        await UntilAsync(() => Device.Latest is not null);

        _volts = 6.9;
        await UntilAsync(() => Device.Latest?.Voltage.Volts < 7);

        Assert.Equal(DeviceState.Ok, Device.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_TransfersFailOnceOrTwice_NobodyIsToldAndNoReadingIsLost()
    {
        var running = RunAsync(_ending.Token);
        await UntilAsync(() => Device.Latest is not null);
        for (var storm = 0; storm < 20; storm++)
        {
            _bus.FailNext(I2cFault.RemoteIo, I2cFault.TimedOut);
            var before = _bus.TransferCount;
            await UntilAsync(() => _bus.TransferCount > before + 4);
        }

        Assert.Equal(DeviceState.Ok, Device.Health.State);
        Assert.Empty(_log.Lines);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_BusStuckLow_FailsOnceWaitsLongerAndRecovers()
    {
        var running = RunAsync(_ending.Token);
        await UntilAsync(() => Device.Latest is not null);

        _bus.IsStuck = true;
        await UntilAsync(() => Device.Health.State == DeviceState.Failed);
        // Ten openings of four tries each, with waits between that grow to a minute.
        var (before, began) = (_bus.TransferCount, _time.GetTimestamp());
        await UntilAsync(() => _bus.TransferCount > before + 40);
        Assert.InRange(_time.GetElapsedTime(began).TotalSeconds, 30, 1200);
        Assert.Null(Device.Latest);
        Assert.Single(_log.Lines);

        _bus.IsStuck = false;
        await UntilAsync(() => Device.Health.State == DeviceState.Ok);
        Assert.NotNull(Device.Latest);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_ChipUnpluggedAndPutBack_IsSetUpAnew()
    {
        var running = RunAsync(_ending.Token);
        await UntilAsync(() => Device.Latest is not null);
        _bus.Unplug(Address);
        await UntilAsync(() => Device.Health.State == DeviceState.Failed);
        Assert.Contains("does not answer", Device.Health.Detail, StringComparison.Ordinal);

        _chip.LoseSupply();
        _bus.Fit(Address, _chip);
        await UntilAsync(() => Device.Health.State == DeviceState.Ok);

        await EndAsync(running);
    }

    [Fact]
    public async Task Run_AnotherChipAtTheAddress_NamesTheSetting()
    {
        _bus.Fit(Address, new SimulatedRegisterChip(0x20));

        var running = RunAsync(_ending.Token);
        await UntilAsync(() => Device.Health.State == DeviceState.Failed);

        Assert.Contains("is no INA219: compare Board:Supply", Device.Health.Detail, StringComparison.Ordinal);
        Assert.Null(Device.Latest);
        await EndAsync(running);
    }

    [Fact]
    public async Task Run_BabblingChip_GivesNoReadingThatCannotBe()
    {
        _volts = 0.3;

        var running = RunAsync(_ending.Token);
        await UntilAsync(() => Device.Health.State == DeviceState.Failed);

        Assert.Null(Device.Latest);
        Assert.Contains("0.30 V", Device.Health.Detail, StringComparison.Ordinal);
        await EndAsync(running);
    }

    [Fact]
    public async Task Latest_OfADeviceThatHangs_IsNoneAfterThreeIntervals()
    {
        var running = RunAsync(_ending.Token);
        await UntilAsync(() => Device.Latest is not null);
        await EndAsync(running);

        _time.Advance((3 * Interval) + TimeSpan.FromMilliseconds(1));

        Assert.Null(Device.Latest);
    }

    private protected async Task EndAsync(Task running)
    {
        await _ending.CancelAsync();
        await TestDeadline.WithinAsync(running);
    }

    /// <summary>Lets the loop's time pass until something holds.</summary>
    private protected Task UntilAsync(Func<bool> holds) => TestDeadline.WithinAsync(Task.Run(async () =>
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }));
}
