using System.IO.Ports;
using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>Opens the serial line of a receiver.</summary>
internal static class GpsLine
{
    /// <exception cref="DeviceUnavailableException">Missing, without rights, or no serial line.</exception>
    public static OpenedLine Open(string devicePath, int baudRate)
    {
        var port = new SerialPort(devicePath, baudRate);
        try
        {
            port.Open();
            return new OpenedLine(port.BaseStream, port);
        }
        catch (UnauthorizedAccessException)
        {
            port.Dispose();
            throw new DeviceUnavailableException(File.Exists(devicePath)
                ? $"The receiver at {devicePath} may not be opened, or is no serial line: add the service's user to the group dialout"
                : $"There is no receiver at {devicePath}: compare Board:Gps:DevicePath with what is fitted");
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }
}
