using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>Air inside the enclosure.</summary>
public readonly record struct ClimateReading(Temperature Temperature, RelativeHumidity Humidity);
