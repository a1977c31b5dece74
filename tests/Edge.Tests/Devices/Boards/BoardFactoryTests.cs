using System.ComponentModel.DataAnnotations;
using System.Device.Gpio;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Boards;

public sealed class BoardFactoryTests
{
    [Fact]
    public void Create_Simulated_MakesFiles()
    {
        var directory = Directory.CreateTempSubdirectory("factory-").FullName;
        using (var board = BoardFactory.Create(
            new BoardOptions { SimulatedDirectory = directory }, TimeProvider.System, NullLoggerFactory.Instance))
        {
            Assert.IsType<SimulatedBoard>(board);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(GpioDriverKind.LibGpiod1)]
    [InlineData(GpioDriverKind.LibGpiod2)]
    public void Create_GpioThatIsNotThere_GivesFailedDevicesAndUnknownLoop(GpioDriverKind driver)
    {
        using var board = BoardFactory.Create(
            new BoardOptions { Kind = BoardKind.Gpio, Driver = driver, ChipLabel = "no-such-chip" },
            TimeProvider.System, NullLoggerFactory.Instance);

        board.StackLight.Show(new StackLightState(Red: true, Amber: false, Green: false));

        Assert.Equal(DeviceState.Failed, board.StackLight.Health.State);
        Assert.Equal((DeviceState.Failed, ContactLevel.Unknown), (board.Tamper.Health.State, board.Tamper.Level));
        // Which of the two depends on whether this machine has libgpiod; both tell the technician what to do.
        Assert.Matches("install the package libgpiod|labelled no-such-chip", board.Tamper.Health.Detail);
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
    public void GpioBoard_LineBusy_IsUnavailableAndReleasesTheChip()
    {
        var options = new BoardOptions();
        var driver = new FakeGpioDriver { BusyLine = options.TamperLine };
        var controller = new GpioController(driver);

        Assert.Throws<BoardUnavailableException>(
            () => new GpioBoard(controller, options, TimeProvider.System, NullLoggerFactory.Instance));

        Assert.True(driver.IsDisposed);
    }

    [Theory]
    [InlineData(BoardKind.Gpio, 22, 1)]
    [InlineData(BoardKind.Gpio, 17, 0)]
    [InlineData(BoardKind.Simulated, 22, 0)]
    public void Options_LineUsedTwice_IsInvalidOnGpio(BoardKind kind, int tamperLine, int errorCount)
    {
        var options = new BoardOptions { Kind = kind, TamperLine = tamperLine, RedLine = 22 };

        Assert.Equal(errorCount, options.Validate(new ValidationContext(options)).Count());
    }

    [Fact]
    public void GpioBoard_Disposed_PutsLampsOutAndReleasesTheChip()
    {
        var driver = new FakeGpioDriver();
        var options = new BoardOptions();
        var board = new GpioBoard(new GpioController(driver), options, TimeProvider.System, NullLoggerFactory.Instance);
        board.StackLight.Show(new StackLightState(Red: true, Amber: false, Green: false));
        Assert.Equal(PinValue.High, driver.ValueOf(options.RedLine));

        board.Dispose();

        Assert.Equal(PinValue.Low, driver.ValueOf(options.RedLine));
        Assert.True(driver.IsDisposed);
    }
}
