using System.Device.Gpio;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Units;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Devices.Boards;

public sealed class BoardFactoryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();

    public void Dispose() => _bus.Dispose();

    [Fact]
    public void Create_Simulated_MakesFiles()
    {
        var directory = Directory.CreateTempSubdirectory("factory-").FullName;
        using (var board = BoardFactory.Create(
            new BoardOptions { Kind = BoardKind.Simulated, SimulatedDirectory = directory }, TimeProvider.System, NullLoggerFactory.Instance))
        {
            Assert.IsType<SimulatedBoard>(board);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Create_NothingNamed_HasNoPartAndShowsNothing()
    {
        using var board = BoardFactory.Create(new BoardOptions(), _time, NullLoggerFactory.Instance);

        board.StackLight.Show(new StackLightState(Red: true, Amber: true, Green: true));
        board.Buzzer.Set(true);

        Assert.Empty(board.Parts());
        Assert.Equal(DeviceState.NotFitted, board.Contact(ContactRole.Tamper).Health.State);
        Assert.Equal(ContactLevel.Unknown, board.Contact(ContactRole.Tamper).Level);
    }

    [Theory]
    [InlineData(GpioDriverKind.LibGpiod1)]
    [InlineData(GpioDriverKind.LibGpiod2)]
    public void Create_GpioThatIsNotThere_GivesFailedDevicesAndUnknownLoop(GpioDriverKind driver)
    {
        var options = Options();
        (options.Driver, options.ChipLabel) = (driver, "no-such-chip");
        using var board = BoardFactory.Create(options, TimeProvider.System, NullLoggerFactory.Instance);

        board.StackLight.Show(new StackLightState(Red: true, Amber: false, Green: false));

        Assert.Equal(DeviceState.Failed, board.StackLight.Health.State);
        var tamper = board.Contact(ContactRole.Tamper);
        Assert.Equal((DeviceState.Failed, ContactLevel.Unknown), (tamper.Health.State, tamper.Level));
        // Which of the two depends on whether this machine has libgpiod; both tell the technician what to do.
        Assert.Matches("install the package libgpiod|labelled no-such-chip", tamper.Health.Detail);
    }

    [Fact]
    public void Find_UnknownLabel_NamesTheChipsThatArePresent()
    {
        List<GpioChipInfo> chips =
        [
            new(0, "gpiochip0", "pinctrl-rp1", 54), new(4, "gpiochip4", "raspberrypi-exp-gpio", 8),
        ];

        Assert.Equal(4, GpioChips.Find(chips, "raspberrypi-exp-gpio").Id);
        var error = Assert.Throws<BoardUnavailableException>(() => GpioChips.Find(chips, "pinctrl-bcm2711"));
        Assert.Contains("pinctrl-rp1, raspberrypi-exp-gpio", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GpioBoard_OneLineBusy_FailsThatDeviceAndNoOther()
    {
        var driver = new FakeGpioDriver { BusyLine = 17 };
        using var board = Gpio(driver);

        Assert.Equal(DeviceState.Failed, board.Contact(ContactRole.Tamper).Health.State);
        Assert.Equal(DeviceState.Ok, board.Contact(ContactRole.Lid).Health.State);
        Assert.Equal(DeviceState.Ok, board.StackLight.Health.State);
        Assert.False(driver.IsDisposed);
    }

    [Fact]
    public void GpioBoard_Disposed_PutsLampsAndBuzzerOutAndReleasesTheChip()
    {
        var driver = new FakeGpioDriver();
        var board = Gpio(driver);
        board.StackLight.Show(new StackLightState(Red: true, Amber: false, Green: false));
        board.Buzzer.Set(true);
        Assert.Equal((PinValue.High, PinValue.High), (driver.ValueOf(22), driver.ValueOf(25)));

        board.Dispose();

        Assert.Equal((PinValue.Low, PinValue.Low), (driver.ValueOf(22), driver.ValueOf(25)));
        Assert.True(driver.IsDisposed);
    }

    [Fact]
    public void GpioBoard_ChipGoneForGood_IsTriedLessAndLessOften()
    {
        var opened = 0;
        using var board = GpioBoard.Create(
            Options(), _ => ++opened == 0 ? null! : throw new BoardUnavailableException("no chip"), _bus.CreateDevice, _time, NullLoggerFactory.Instance);

        for (var second = 0; second < 600; second++)
        {
            _ = board.Contact(ContactRole.Tamper).Level;
            board.StackLight.Show(StackLightState.Off);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // Waits of 1, 2, 4, 8, 16, 32 and then 60 seconds.
        Assert.InRange(opened, 10, 20);
    }

    [Fact]
    public async Task GpioBoard_AllItsChips_AreReadAndHealthy()
    {
        _bus.Fit(68, new SimulatedSht4x(static () => new ClimateReading(new Temperature(21.5), new RelativeHumidity(40)), _time));
        _bus.Fit(67, new SimulatedIna219(static () => new SupplyReading(new ElectricPotential(7.9), new ElectricCurrent(0.8)), 0.1));
        _bus.Fit(60, new SimulatedSsd1306());
        using var board = Gpio(new FakeGpioDriver());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var running = board.RunAsync(ending.Token);
        while (board.Climate.Latest is null || board.Supply.Latest is null || board.Display.Health.State != DeviceState.Ok)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        await ending.CancelAsync();
        await TestDeadline.WithinAsync(running);
        Assert.Equal(21.5, board.Climate.Latest.Value.Temperature.DegreesCelsius, 0.01);
        Assert.Equal(0.8, board.Supply.Latest.Value.Current.Amperes, 0.001);
        Assert.All(board.Parts(), static part => Assert.Equal(DeviceState.Ok, part.Health.State));
    }

    private IBoard Gpio(FakeGpioDriver driver) => GpioBoard.Create(
        Options(), _ => new GpioController(driver), _bus.CreateDevice, _time, NullLoggerFactory.Instance);

    private static BoardOptions Options() => new()
    {
        Kind = BoardKind.Gpio,
        ChipLabel = "fake",
        Tamper = new ContactOptions { Line = 17 },
        Lid = new ContactOptions { Line = 27 },
        Red = new OutputOptions { Line = 22 },
        Amber = new OutputOptions { Line = 23 },
        Green = new OutputOptions { Line = 24 },
        Buzzer = new OutputOptions { Line = 25 },
        I2cBus = "fake",
        Climate = new ClimateOptions(),
        Supply = new SupplyOptions { Address = 67 },
        Display = new DisplayOptions(),
    };
}
