using System.Globalization;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>What is known of the board's own clock at this boot.</summary>
/// <param name="BootId">Changes with every boot; monotonic readings of one boot are comparable across restarts of the service.</param>
/// <param name="HasBatteryClock">The kernel took the time from a clock that runs while the power is off.</param>
internal sealed record MachineClock(Guid BootId, bool HasBatteryClock)
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>Reads 1 when the kernel has set the system time from this clock at boot (Linux, Documentation/ABI/testing/sysfs-class-rtc).</summary>
    private const string SetFromClockName = "hctosys";

    /// <summary>Asks the kernel.</summary>
    internal static MachineClock Read() => new(ReadBootId(), SetFromBatteryClock("/sys/class/rtc"));

    internal static bool SetFromBatteryClock(string folder)
    {
        try
        {
            return Directory.Exists(folder)
                && Directory.GetDirectories(folder).Any(static clock =>
                    File.Exists(Path.Combine(clock, SetFromClockName))
                    && File.ReadAllText(Path.Combine(clock, SetFromClockName)).Trim() == "1");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A clock that cannot be asked is no clock to rely on.
            return false;
        }
    }

    private static Guid ReadBootId() =>
        File.Exists(BootIdPath) && Guid.TryParse(File.ReadAllText(BootIdPath).Trim(), CultureInfo.InvariantCulture, out var id)
            ? id
            : Guid.NewGuid();
}
