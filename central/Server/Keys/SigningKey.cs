using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>A signing key of central: ECDSA P-256.</summary>
/// <remarks>Safe for parallel use; the BCL's key objects do not promise it, hence the lock.</remarks>
internal sealed class SigningKey : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key;

    public SigningKey(ECDsa key)
    {
        _key = key;
        Spki = key.ExportSubjectPublicKeyInfo();
        Id = KeyId.Of(Spki);
    }

    public byte[] Spki { get; }

    public KeyId Id { get; }

    /// <summary>A fresh key.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>PKCS #8 in PEM, in the clear.</summary>
    public string ExportPem()
    {
        lock (_gate)
            return _key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>PKCS #8 in PEM under a passphrase.</summary>
    public string ExportPem(ReadOnlySpan<char> passphrase, PbeParameters parameters)
    {
        lock (_gate)
            return _key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, parameters);
    }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_gate)
            return Signatures.Sign(_key, message);
    }

    public ReleaseSignature SignRelease(ReadOnlySpan<byte> metadata) =>
        new(Id, SignatureAlgorithm.EcdsaP256Sha256, Sign(metadata));

    public void Dispose() => _key.Dispose();
}

/// <summary>Central's record key, in a file: opens personal parts and content keys.</summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class RecordKeyFile : IKeyAgreement, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ECDiffieHellman _key;

    public RecordKeyFile(ECDiffieHellman key)
    {
        _key = key;
        PublicKeySpki = key.ExportSubjectPublicKeyInfo();
    }

    public ReadOnlyMemory<byte> PublicKeySpki { get; }

    public byte[] DeriveRawSecret(ECDiffieHellmanPublicKey otherParty)
    {
        lock (_gate)
            return _key.DeriveRawSecretAgreement(otherParty);
    }

    public void Dispose() => _key.Dispose();
}
