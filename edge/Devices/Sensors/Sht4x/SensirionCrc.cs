namespace EdgeCheckpoint.Devices.Sensors.Sht4x;

/// <summary>
/// CRC-8 of Sensirion's chips: polynomial 0x31, initial value 0xFF, nothing reflected, no final exclusive or; 0xBE 0xEF gives 0x92 (Datasheet SHT4x,
/// checksum).
/// </summary>
internal static class SensirionCrc
{
    private const byte Polynomial = 0x31;
    private const byte Initial = 0xFF;

    public static byte Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = Initial;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (byte)((crc & 0x80) != 0 ? ((crc << 1) & 0xFF) ^ Polynomial : (crc << 1) & 0xFF);
        }

        return crc;
    }
}
