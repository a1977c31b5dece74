namespace EdgeCheckpoint.Bench;

/// <summary>Events of /dev/uhid (linux/uhid.h): a word with the type, then what belongs to it. All numbers are little-endian here.</summary>
internal static class UhidEvent
{
    public const uint Destroy = 1;
    public const uint Stop = 3;
    public const uint Output = 6;
    public const uint GetReport = 9;
    public const uint GetReportReply = 10;
    public const uint Create = 11;
    public const uint Input = 12;
    public const uint SetReport = 13;
    public const uint SetReportReply = 14;

    /// <summary>The longest event: type, description of a device, room for 4096 bytes of its report descriptor.</summary>
    public const int Bytes = 4380;

    // UHID_CREATE2
    public const int NameAt = 4;
    public const int NameBytes = 128;
    public const int UniqueAt = 196;
    public const int DescriptorLengthAt = 260;
    public const int BusAt = 262;
    public const int VendorAt = 264;
    public const int ProductAt = 268;
    public const int DescriptorAt = 280;
    public const ushort UsbBus = 3;

    // UHID_INPUT2
    public const int InputLengthAt = 4;
    public const int InputAt = 6;

    // UHID_OUTPUT
    public const int OutputAt = 4;
    public const int OutputLengthAt = 4100;

    // Requests and replies: a number, then an error.
    public const int RequestAt = 4;
    public const int ReplyErrorAt = 8;
}
