namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>A place, WGS 84.</summary>
/// <param name="LatitudeDegrees">-90 to 90, north positive.</param>
/// <param name="LongitudeDegrees">-180 to 180, east positive.</param>
public readonly record struct GpsPosition(double LatitudeDegrees, double LongitudeDegrees);
