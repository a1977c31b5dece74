namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>What a receiver said last.</summary>
/// <param name="Time">UTC of the fix, by the satellites. Not signed: it can be forged by anyone with a transmitter, and never raises the time floor.</param>
/// <param name="Position">Where; null until a sentence had it.</param>
/// <param name="SatelliteCount">Used for the fix; null until a sentence had it.</param>
public readonly record struct GpsFix(DateTimeOffset Time, GpsPosition? Position, int? SatelliteCount);
