using System.Text.Json;

namespace EdgeCheckpoint.Accuracy;

/// <summary>
/// The figures reached before, by section and name. A floor only rises; a name that ends in "false" or "at most" is a
/// ceiling, and only sinks.
/// </summary>
internal sealed class Floors
{
    private readonly Dictionary<string, Dictionary<string, double>> _sections;

    internal Floors(string json) => _sections = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(json)!;

    /// <summary>Those of floors.json.</summary>
    internal static Floors Shipped()
    {
        using var stream = typeof(Floors).Assembly.GetManifestResourceStream("EdgeCheckpoint.Accuracy.floors.json")!;
        using var reader = new StreamReader(stream);
        return new Floors(reader.ReadToEnd());
    }

    /// <summary>Holds the figures of one section against its floors and says which are worse.</summary>
    /// <returns>How many are; a floor without a figure is one of them, since nothing then guards it.</returns>
    internal int Check(string section, IReadOnlyDictionary<string, double> figures, TextWriter output)
    {
        var failures = 0;
        foreach (var (name, bound) in _sections[section])
        {
            if (!figures.TryGetValue(name, out var value))
            {
                output.WriteLine($"{section}, {name}: there is a floor, but no such figure.");
                failures++;
            }
            else if (IsCeiling(name) ? value > bound : value < bound)
            {
                output.WriteLine($"{section}, {name}: {value:0.0000} where {bound:0.0000} was reached before.");
                failures++;
            }
        }

        output.WriteLine(failures == 0
            ? $"{section}: all {_sections[section].Count} floors held."
            : $"{section}: {failures} of {_sections[section].Count} floors not held.");
        return failures;
    }

    private static bool IsCeiling(string name) =>
        name.EndsWith(" false", StringComparison.Ordinal) || name.EndsWith(" at most", StringComparison.Ordinal);
}
