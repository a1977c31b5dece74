namespace EdgeCheckpoint.Devices.Units;

/// <summary>A voltage.</summary>
/// <param name="Volts">In V.</param>
public readonly record struct ElectricPotential(double Volts)
{
    public override string ToString() => FormattableString.Invariant($"{Volts:0.00} V");
}
