using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Makes the configured board.</summary>
public static class BoardFactory
{
    /// <summary>
    /// Never throws for missing hardware: an appliance without lamps still inspects. Its devices then report
    /// <see cref="DeviceState.Failed"/> with the reason, and the tamper loop reads unknown, never closed.
    /// </summary>
    public static IBoard Create(BoardOptions options, TimeProvider time, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logs);
        try
        {
            return options.Kind == BoardKind.Gpio
                ? GpioBoard.Open(options, time, logs)
                : new SimulatedBoard(options.SimulatedDirectory, time);
        }
        catch (Exception exception)
            when (exception is BoardUnavailableException or IOException or UnauthorizedAccessException)
        {
            Log.BoardUnavailable(logs.CreateLogger(typeof(BoardFactory)), options.Kind, exception.Message);
            return new UnavailableBoard(exception.Message, time);
        }
    }
}
