using System.Globalization;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>Two numbers in a file, with a space between, as another process writes them.</summary>
internal static class SimulatedMeasurement
{
    /// <exception cref="IOException">The file is missing or holds something else: as a chip that does not answer.</exception>
    public static (double First, double Second) Read(string path) =>
        File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var first, var second]
        && double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out var one)
        && double.TryParse(second, NumberStyles.Float, CultureInfo.InvariantCulture, out var other)
            ? (one, other)
            : throw new IOException($"{path} does not hold two numbers");
}
