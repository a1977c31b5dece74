using System.Device.Gpio;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Contacts and lamps on lines of one GPIO chip.</summary>
public sealed class GpioBoard : IBoard
{
    private readonly GpioController _controller;

    /// <summary>Takes the lines; the controller is this board's from now on, also when this throws.</summary>
    /// <exception cref="BoardUnavailableException">A line is busy or does not exist.</exception>
    public GpioBoard(GpioController controller, BoardOptions options, TimeProvider time, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(options);
        _controller = controller;
        try
        {
            StackLight = new GpioStackLight(
                controller, options.RedLine, options.AmberLine, options.GreenLine, time,
                logs.CreateLogger<GpioStackLight>());
            Tamper = new GpioContactInput(
                "tamper", controller, options.TamperLine, ContactTiming.Default, time,
                logs.CreateLogger<GpioContactInput>());
        }
        catch (Exception exception)
        {
            StackLight?.Dispose();
            controller.Dispose();
            throw new BoardUnavailableException(
                $"A GPIO line of {options.ChipLabel} cannot be taken: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public IContactInput Tamper { get; }

    /// <inheritdoc/>
    public IStackLight StackLight { get; }

    /// <summary>Finds the chip and takes the lines.</summary>
    /// <exception cref="BoardUnavailableException">See its message.</exception>
    public static GpioBoard Open(BoardOptions options, TimeProvider time, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new GpioBoard(GpioChips.Open(options.Driver, options.ChipLabel), options, time, logs);
    }

    public void Dispose()
    {
        StackLight.Dispose();
        _controller.Dispose();
    }
}
