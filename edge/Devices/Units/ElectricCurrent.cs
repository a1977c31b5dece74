namespace EdgeCheckpoint.Devices.Units;

/// <summary>A current, with its sign.</summary>
/// <param name="Amperes">In A.</param>
public readonly record struct ElectricCurrent(double Amperes)
{
    public override string ToString() => FormattableString.Invariant($"{Amperes:0.000} A");
}
