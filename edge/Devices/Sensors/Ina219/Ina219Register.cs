namespace EdgeCheckpoint.Devices.Sensors.Ina219;

/// <summary>Registers of 16 bits, most significant byte first (TI, INA219, SBOS448G, register maps).</summary>
internal enum Ina219Register : byte
{
    Configuration = 0x00,

    /// <summary>Two's complement, 10 µV a unit.</summary>
    ShuntVoltage = 0x01,

    /// <summary>Bits 15 to 3, 4 mV a unit.</summary>
    BusVoltage = 0x02,
}
