using System.Buffers.Binary;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// What stands before the sealed segments in a bundle for posts without a link: 10 letters, the length of the index (u32, little-endian),
/// the index (protos, BundleIndex), the length of its signature (u16), the signature.
/// </summary>
public static class BundleHead
{
    /// <summary>Bytes before the index.</summary>
    public const int Length = 10 + sizeof(uint);

    /// <summary>Bytes between index and signature.</summary>
    public const int SignaturePrefixLength = sizeof(ushort);

    /// <summary>Longest lease that a bundle may bring (DESIGN §7).</summary>
    public static readonly TimeSpan LeaseMax = TimeSpan.FromDays(45);

    private static ReadOnlySpan<byte> Letters => "ECBUNDLE1\n"u8;

    /// <summary>Everything before the segments.</summary>
    public static byte[] Write(ReadOnlySpan<byte> index, ReadOnlySpan<byte> signature)
    {
        var head = new byte[Length + index.Length + SignaturePrefixLength + signature.Length];
        Letters.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(Letters.Length), (uint)index.Length);
        index.CopyTo(head.AsSpan(Length));
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(Length + index.Length), (ushort)signature.Length);
        signature.CopyTo(head.AsSpan(Length + index.Length + SignaturePrefixLength));
        return head;
    }

    /// <summary>The length of the index; false for a file that is no bundle.</summary>
    /// <param name="head">The first <see cref="Length"/> bytes, untrusted.</param>
    public static bool TryRead(ReadOnlySpan<byte> head, out uint indexLength)
    {
        indexLength = 0;
        if (head.Length != Length || !head.StartsWith(Letters))
            return false;
        indexLength = BinaryPrimitives.ReadUInt32LittleEndian(head[Letters.Length..]);
        return true;
    }
}
