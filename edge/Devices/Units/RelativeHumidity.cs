namespace EdgeCheckpoint.Devices.Units;

/// <summary>Relative humidity of air.</summary>
/// <param name="Percent">0 to 100.</param>
public readonly record struct RelativeHumidity(double Percent)
{
    public override string ToString() => FormattableString.Invariant($"{Percent:0} %");
}
