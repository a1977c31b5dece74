namespace EdgeCheckpoint.Devices.Units;

/// <summary>A temperature.</summary>
/// <param name="DegreesCelsius">In °C.</param>
public readonly record struct Temperature(double DegreesCelsius)
{
    public override string ToString() => FormattableString.Invariant($"{DegreesCelsius:0.0} °C");
}
