using System.Security.Cryptography;

namespace EdgeCheckpoint.Records;

/// <summary>The private half of a key to which keys are wrapped, wherever it lives (file, PKCS#11, TPM).</summary>
public interface IKeyAgreement
{
    /// <summary>The public half: SubjectPublicKeyInfo in DER, P-256.</summary>
    ReadOnlyMemory<byte> PublicKeySpki { get; }

    /// <summary>The raw ECDH secret (x coordinate, 32 bytes) with another party's public key.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve, or the key store refuses.</exception>
    byte[] DeriveRawSecret(ECDiffieHellmanPublicKey otherParty);
}

/// <summary>
/// Wraps a 32-byte key to a P-256 public key: ephemeral ECDH, HKDF-SHA256 (RFC 5869), AES-256-GCM. The context (such as
/// a record identifier) is bound in, so a wrapped key cannot be attached to something else.
/// </summary>
/// <remarks>
/// Layout: version (1), recipient key id (8), ephemeral point uncompressed (65), encrypted key (32), tag (16): 122 bytes.
/// The key-encryption key is used once, hence the zero nonce.
/// </remarks>
public static class KeyWrap
{
    public const int Length = 1 + KeyId.Length + PointLength + PersonalSeal.KeyLength + TagLength;

    private const byte Version = 1;
    private const int PointLength = 65;
    private const int CoordinateLength = 32;
    private const int TagLength = 16;

    private static readonly byte[] Nonce = new byte[12];

    /// <summary>Wraps a key.</summary>
    /// <param name="recipientSpki">The recipient's public key, SubjectPublicKeyInfo in DER, P-256.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="context">What the key belongs to.</param>
    /// <exception cref="CryptographicException">The recipient's key is not a P-256 key.</exception>
    public static byte[] Wrap(ReadOnlySpan<byte> recipientSpki, ReadOnlySpan<byte> key, ReadOnlySpan<byte> context)
    {
        if (key.Length != PersonalSeal.KeyLength)
            throw new ArgumentException("A wrapped key has 32 bytes.", nameof(key));
        using var recipient = ECDiffieHellman.Create();
        ImportP256(recipient, recipientSpki);
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var secret = ephemeral.DeriveRawSecretAgreement(recipient.PublicKey);
        var point = Point(ephemeral.ExportParameters(false));

        var wrapped = new byte[Length];
        wrapped[0] = Version;
        var recipientId = KeyId.Of(recipientSpki).ToBytes();
        recipientId.CopyTo(wrapped, 1);
        point.CopyTo(wrapped, 1 + KeyId.Length);
        var body = wrapped.AsSpan(1 + KeyId.Length + PointLength);
        var encryptionKey = DeriveKey(secret, point, recipientId, context);
        using var aes = new AesGcm(encryptionKey, TagLength);
        aes.Encrypt(Nonce, key, body[..PersonalSeal.KeyLength], body[PersonalSeal.KeyLength..], context);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(encryptionKey);
        return wrapped;
    }

    /// <summary>The key to which this was wrapped; false when the bytes have another shape.</summary>
    public static bool TryReadRecipient(ReadOnlySpan<byte> wrapped, out KeyId recipient)
    {
        recipient = default;
        return wrapped.Length == Length && wrapped[0] == Version && KeyId.TryRead(wrapped.Slice(1, KeyId.Length), out recipient);
    }

    /// <summary>Unwraps a key; fails when it was wrapped to another key or for another context, or was changed.</summary>
    public static Result<byte[], RecordFailure> Unwrap(
        IKeyAgreement recipient, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> context)
    {
        if (!TryReadRecipient(wrapped, out var recipientId))
            return new RecordFailure(RecordStage.KeyWrap, $"a wrapped key has {Length} bytes and version {Version}");
        if (recipientId != KeyId.Of(recipient.PublicKeySpki.Span))
            return new RecordFailure(RecordStage.KeyWrap, $"wrapped to key {recipientId}, which this is not");
        var point = wrapped.Slice(1 + KeyId.Length, PointLength);
        var body = wrapped[(1 + KeyId.Length + PointLength)..];
        try
        {
            using var ephemeral = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = point.Slice(1, CoordinateLength).ToArray(),
                    Y = point.Slice(1 + CoordinateLength, CoordinateLength).ToArray(),
                },
            });
            var secret = recipient.DeriveRawSecret(ephemeral.PublicKey);
            var encryptionKey = DeriveKey(secret, point, recipientId.ToBytes(), context);
            using var aes = new AesGcm(encryptionKey, TagLength);
            var key = new byte[PersonalSeal.KeyLength];
            aes.Decrypt(Nonce, body[..PersonalSeal.KeyLength], body[PersonalSeal.KeyLength..], key, context);
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(encryptionKey);
            return key;
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException)
        {
            return new RecordFailure(RecordStage.KeyWrap, "the wrapped key does not open in this context");
        }
    }

    private static void ImportP256(ECDiffieHellman key, ReadOnlySpan<byte> spki)
    {
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out _);
        }
        catch (PlatformNotSupportedException fault)
        {
            // OpenSSL's binding calls a point off the curve "not supported on this platform".
            throw new CryptographicException("The recipient's key is not a point of a known curve.", fault);
        }

        if (key.KeySize != 256 || !key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(spki))
            throw new CryptographicException("The recipient's key is not a P-256 key.");
    }

    private static byte[] DeriveKey(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> point, ReadOnlySpan<byte> recipientId, ReadOnlySpan<byte> context)
    {
        byte[] info = [.. "EdgeCheckpoint key wrap v1"u8, .. recipientId, .. context];
        var key = new byte[PersonalSeal.KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: point, info);
        return key;
    }

    private static byte[] Point(ECParameters parameters) => [4, .. parameters.Q.X!, .. parameters.Q.Y!];
}
