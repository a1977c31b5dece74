using System.Device.Gpio;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>One line of a chip, opened when it is wanted, and again when its chip was.</summary>
internal sealed class GpioLine(GpioChip chip, int line, PinMode mode)
{
    private readonly Lock _gate = new();
    private GpioController? _opened;

    public int Line => line;

    /// <summary>Called with the controller each time the line is opened.</summary>
    public Action<GpioController>? Opened { get; set; }

    /// <exception cref="BoardUnavailableException">The chip cannot be had, or the line is busy or does not exist.</exception>
    public PinValue Read() => Use(controller => controller.Read(line));

    /// <exception cref="BoardUnavailableException">The chip cannot be had, or the line is busy or does not exist.</exception>
    public void Write(PinValue value) => Use(controller =>
    {
        controller.Write(line, value);
        return value;
    });

    private PinValue Use(Func<GpioController, PinValue> use)
    {
        lock (_gate)
        {
            var controller = chip.Controller();
            try
            {
                Open(controller);
                return use(controller);
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or ObjectDisposedException or System.Device.Gpio.Drivers.GpiodException)
            {
                if (ReferenceEquals(_opened, controller))
                {
                    // The line worked before: the chip is gone. A line that cannot be opened is its own trouble, and leaves the others alone.
                    _opened = null;
                    chip.Report(controller);
                }

                throw new BoardUnavailableException($"Line {line} of {chip.Label} cannot be used: {exception.Message}", exception);
            }
        }
    }

    private void Open(GpioController controller)
    {
        if (ReferenceEquals(_opened, controller))
            return;
        if (mode == PinMode.Output)
            controller.OpenPin(line, mode, PinValue.Low);
        else
            controller.OpenPin(line, mode);
        _opened = controller;
        Opened?.Invoke(controller);
    }
}
