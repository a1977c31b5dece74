namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>The serial number the board's manufacturer gave it.</summary>
internal static class HardwareSerial
{
    /// <summary>Device tree on Raspberry Pi and its like, then the DMI of other boards.</summary>
    private static readonly string[] Sources =
        ["/sys/firmware/devicetree/base/serial-number", "/sys/class/dmi/id/product_serial"];

    /// <summary>The serial number; empty when the board does not tell.</summary>
    internal static string Read()
    {
        foreach (var source in Sources)
        {
            try
            {
                var serial = File.ReadAllText(source).Trim('\0', ' ', '\n');
                if (serial.Length > 0)
                    return serial;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // This board has no such file, or it is not for us: the next source may know.
            }
        }

        return "";
    }
}
