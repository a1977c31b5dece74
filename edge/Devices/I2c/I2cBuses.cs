using System.Globalization;

namespace EdgeCheckpoint.Devices.I2c;

/// <summary>
/// Finds an I2C bus by the name of its adapter: numbers change with kernels and boards, as those of GPIO chips do.
/// </summary>
public static class I2cBuses
{
    private const string ClassFolder = "/sys/class/i2c-dev";
    private const string Prefix = "i2c-";

    /// <summary>The number of the one bus whose adapter's name begins so.</summary>
    /// <param name="adapter">Beginning of the name, as <c>i2cdetect -l</c> prints it; or "i2c-1" for that number, where the board's device tree fixes it.</param>
    /// <param name="classFolder">Where the kernel lists the buses.</param>
    /// <exception cref="Boards.BoardUnavailableException">None, or more than one.</exception>
    public static int Find(string adapter, string classFolder = ClassFolder)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        var present = Present(classFolder).ToArray();
        var found = present.Where(bus => $"{Prefix}{bus.Number}" == adapter || bus.Name.StartsWith(adapter, StringComparison.Ordinal)).ToArray();
        return found.Length switch
        {
            1 => found[0].Number,
            0 => throw new Boards.BoardUnavailableException(
                $"No I2C bus is called {adapter}; present: {List(present)}. Is I2C switched on for this board, and the module i2c-dev loaded?"),
            _ => throw new Boards.BoardUnavailableException($"More than one I2C bus is called {adapter}: {List(found)}. Name one as i2c-NUMBER."),
        };
    }

    private static string List((int Number, string Name)[] buses) =>
        buses.Length == 0 ? "none" : string.Join(", ", buses.Select(static bus => $"{Prefix}{bus.Number} ({bus.Name})"));

    private static IEnumerable<(int Number, string Name)> Present(string folder)
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.Combine(path, "name");
            if (int.TryParse(Path.GetFileName(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && File.Exists(name))
                yield return (number, File.ReadAllText(name).Trim());
        }
    }
}
