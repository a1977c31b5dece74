using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Records;

/// <summary>Short name of a public key: the first 8 bytes of SHA-256 over its SubjectPublicKeyInfo (RFC 5280 §4.1).</summary>
public readonly record struct KeyId(ulong Value)
{
    public const int Length = 8;

    public static KeyId Of(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(subjectPublicKeyInfo, hash);
        return new KeyId(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    /// <summary>Reads eight bytes; false for any other length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out KeyId id)
    {
        id = bytes.Length == Length ? new KeyId(BinaryPrimitives.ReadUInt64BigEndian(bytes)) : default;
        return bytes.Length == Length;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);
        return bytes;
    }

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
