using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>Battery or supply of the appliance.</summary>
/// <param name="Voltage">Against ground.</param>
/// <param name="Current">Positive while it is discharged.</param>
public readonly record struct SupplyReading(ElectricPotential Voltage, ElectricCurrent Current);
