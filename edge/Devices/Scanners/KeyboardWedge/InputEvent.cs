using System.Buffers.Binary;

namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>One event of an input device (struct input_event of linux/input.h, on 64-bit systems).</summary>
/// <param name="Type">EV_KEY and so on.</param>
/// <param name="Code">Key, LED or kind of synchronisation.</param>
/// <param name="Value">0 release, 1 press, 2 repetition.</param>
internal readonly record struct InputEvent(ushort Type, ushort Code, int Value)
{
    /// <summary>A time of two 64-bit words, then type, code and value.</summary>
    public const int Bytes = 24;

    private const int TypeAt = 16;
    private const int CodeAt = 18;
    private const int ValueAt = 20;

    /// <summary>Reads one event; the bytes are in the order of the machine, which is little-endian on every board of ours.</summary>
    public static InputEvent Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[TypeAt..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[CodeAt..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[ValueAt..]));

    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[TypeAt..], Type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[CodeAt..], Code);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[ValueAt..], Value);
    }
}
