using System.IO.Ports;

namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>An opened line of a receiver.</summary>
internal interface IGpsLine : IDisposable
{
    Stream Stream { get; }
}

/// <summary>A serial port.</summary>
internal sealed class SerialGpsLine : IGpsLine
{
    private readonly SerialPort _port;

    /// <exception cref="Supervision.DeviceUnavailableException">Missing, without rights, or no serial line.</exception>
    public SerialGpsLine(string devicePath, int baudRate)
    {
        _port = new SerialPort(devicePath, baudRate);
        try
        {
            _port.Open();
        }
        catch (UnauthorizedAccessException)
        {
            _port.Dispose();
            throw new Supervision.DeviceUnavailableException(File.Exists(devicePath)
                ? $"The receiver at {devicePath} may not be opened, or is no serial line: add the service's user to the group dialout"
                : $"There is no receiver at {devicePath}: compare Board:Gps:DevicePath with what is fitted");
        }
    }

    public Stream Stream => _port.BaseStream;

    public void Dispose() => _port.Dispose();
}
