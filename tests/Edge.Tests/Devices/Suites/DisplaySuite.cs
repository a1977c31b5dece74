using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Indicators.Ssd1306;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Suites;

/// <summary>An SSD1306 under supervision, whichever driver writes it.</summary>
public abstract class DisplaySuite : IDisposable
{
    private const int Address = 0x3C;

    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedSsd1306 _chip = new();
    private readonly CancellationTokenSource _ending = new();
    private IStatusDisplay? _made;

    protected DisplaySuite() => _bus.Fit(Address, _chip);

    private IStatusDisplay Display => _made ??= Create(new DevicePlace("status display", () => _bus.CreateDevice(Address), _time, NullLogger.Instance));

    /// <summary>The display by the driver that is tested.</summary>
    protected abstract IStatusDisplay Create(DevicePlace place);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _ending.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public async Task Show_Lines_AreOnThePanelPixelByPixel()
    {
        var running = RunAsync();
        Display.Show(["UTOPIA NORTH", "LIST 12", "", "FAILED: reader"]);

        await UntilAsync(() => Shows("UTOPIA NORTH", "LIST 12", "", "FAILED: reader"));
        Display.Show(["OK"]);
        await UntilAsync(() => Shows("OK"));

        Assert.True(_chip.IsOn);
        Assert.Equal(DeviceState.Ok, Display.Health.State);
        await EndAsync(running);
    }

    [Fact]
    public async Task Stop_OfTheAppliance_DarkensThePanel()
    {
        var running = RunAsync();
        Display.Show(["OK"]);
        await UntilAsync(() => Shows("OK"));

        await EndAsync(running);

        Assert.False(_chip.IsOn);
    }

    [Fact]
    public async Task Run_PanelUnpluggedAndPutBack_IsWrittenAnew()
    {
        var running = RunAsync();
        Display.Show(["OK"]);
        await UntilAsync(() => Shows("OK"));
        _bus.Unplug(Address);
        Display.Show(["NOT OK"]);
        await UntilAsync(() => Display.Health.State == DeviceState.Failed);

        _bus.Fit(Address, _chip);
        await UntilAsync(() => Shows("NOT OK"));

        await EndAsync(running);
    }

    private bool Shows(params string[] lines) => _chip.Picture.SequenceEqual(Ssd1306Display.Draw([.. lines]));

    private Task RunAsync() => ((ISupervised)Display).RunAsync(_ending.Token);

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
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }));
}
