namespace EdgeCheckpoint.Devices.Sensors.Sht4x;

/// <summary>The commands this driver sends (Sensirion, Datasheet SHT4x, table of commands); one byte each.</summary>
internal enum Sht4xCommand : byte
{
    /// <summary>Measures both with high precision; at most 8.3 ms.</summary>
    MeasureHighPrecision = 0xFD,

    /// <summary>Reads the serial number.</summary>
    ReadSerialNumber = 0x89,
}
