using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.People;

/// <summary>
/// The secret of one appliance that neither its card nor a person has alone: made of a half that is sealed to the device key
/// and a half that each person's sign-in opens (DESIGN §7). The keys of list and journal come from it.
/// </summary>
/// <remarks>Made at central, which also needs it to lease content keys. Wiped when disposed.</remarks>
public sealed class PostSecret : IDisposable
{
    /// <summary>Bytes of each half.</summary>
    public const int HalfLength = 32;

    private readonly byte[] _secret = new byte[HalfLength];

    /// <summary>Joins the halves.</summary>
    public PostSecret(ReadOnlySpan<byte> deviceHalf, ReadOnlySpan<byte> personHalf, string applianceId)
    {
        if (deviceHalf.Length != HalfLength || personHalf.Length != HalfLength)
            throw new ArgumentException($"A half has {HalfLength} bytes.", nameof(deviceHalf));
        Span<byte> both = stackalloc byte[HalfLength * 2];
        deviceHalf.CopyTo(both);
        personHalf.CopyTo(both[HalfLength..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, both, _secret, salt: [], Info("post secret", Encoding.UTF8.GetBytes(applianceId)));
        CryptographicOperations.ZeroMemory(both);
    }

    /// <summary>Context to which a person's half is bound when it is wrapped.</summary>
    public static byte[] HalfContext(string applianceId) => Info("post half", Encoding.UTF8.GetBytes(applianceId));

    /// <summary>
    /// Covers a content key, or uncovers it: the same operation twice gives the key back. A covered key is useless to
    /// whoever has the device key alone; a wrong secret gives another key, which opens nothing.
    /// </summary>
    /// <param name="releaseId">The release the key belongs to; each has its own cover.</param>
    /// <param name="contentKey">32 bytes, changed in place.</param>
    public void Cover(Guid releaseId, Span<byte> contentKey)
    {
        Span<byte> cover = stackalloc byte[PersonalSeal.KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, cover, salt: [], Info("content key", releaseId.ToByteArray(bigEndian: true)));
        for (var i = 0; i < cover.Length; i++)
            contentKey[i] ^= cover[i];
        CryptographicOperations.ZeroMemory(cover);
    }

    /// <summary>The key pair of the appliance's own copy of its journal.</summary>
    public PrivateScalar JournalKey()
    {
        Span<byte> seed = stackalloc byte[PrivateScalar.SeedLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, seed, salt: [], Info("journal key", []));
        try
        {
            return PrivateScalar.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private static byte[] Info(string purpose, ReadOnlySpan<byte> subject) =>
        [.. "EdgeCheckpoint "u8, .. Encoding.ASCII.GetBytes(purpose), .. " v1"u8, 0, .. subject];
}
