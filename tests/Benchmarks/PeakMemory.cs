using System.Globalization;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>The most resident memory since a moment, over what was resident then.</summary>
internal sealed class PeakMemory
{
    private readonly long _idleKilobytes = Kilobytes("VmRSS");

    private PeakMemory()
    {
    }

    public double MebibytesOver => (Kilobytes("VmHWM") - _idleKilobytes) / 1024.0;

    /// <summary>proc(5): 5 sets the highest resident memory to what it is now.</summary>
    public static PeakMemory FromHere()
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        return new PeakMemory();
    }

    private static long Kilobytes(string field) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field + ':', StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}
