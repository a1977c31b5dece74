namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>What no climate sensor for enclosures can rightly say.</summary>
internal static class ClimateLimits
{
    /// <summary>The widest range of the chips in use, -40 to 125 °C.</summary>
    private const double DegreesCelsiusMin = -40;
    private const double DegreesCelsiusMax = 125;

    /// <summary>Empty for a reading that can be.</summary>
    public static string Doubt(string name, ClimateReading reading) =>
        reading.Temperature.DegreesCelsius is >= DegreesCelsiusMin and <= DegreesCelsiusMax
            ? ""
            : $"The {name} says {reading.Temperature}, which cannot be";
}
