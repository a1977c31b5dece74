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
        return options.Kind switch
        {
            BoardKind.Gpio => GpioBoard.Open(options, time, logs),
            BoardKind.Simulated => new SimulatedBoard(options.SimulatedDirectory, time, logs),
            _ => new Board(new BoardDevices(time)),
        };
    }
}
