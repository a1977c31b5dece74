using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>A device key held in memory: made for a test, or read from its files by <see cref="DeviceKeyFiles"/>.</summary>
public sealed class DeviceKey : IDeviceKey
{
    private readonly ECDiffieHellman _storageKey;
    private readonly Lock _gate = new();

    private DeviceKey(string kind, ECDsa signingKey, ECDiffieHellman storageKey)
    {
        Kind = kind;
        SigningKey = signingKey;
        _storageKey = storageKey;
        SigningKeySpki = signingKey.ExportSubjectPublicKeyInfo();
        PublicKeySpki = storageKey.ExportSubjectPublicKeyInfo();
    }

    public string Kind { get; }

    public ECDsa SigningKey { get; }

    public ReadOnlyMemory<byte> SigningKeySpki { get; }

    public ReadOnlyMemory<byte> PublicKeySpki { get; }

    /// <summary>Fresh keys that die with the process.</summary>
    public static DeviceKey CreateInMemory() =>
        new("memory", ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Keys from PKCS#8 in PEM (RFC 5958, RFC 7468).</summary>
    /// <exception cref="CryptographicException">Not a P-256 private key.</exception>
    /// <exception cref="ArgumentException">Not PEM.</exception>
    internal static DeviceKey FromPem(string kind, string signingPem, string storagePem)
    {
        var signing = ECDsa.Create();
        signing.ImportFromPem(signingPem);
        var storage = ECDiffieHellman.Create();
        storage.ImportFromPem(storagePem);
        return new DeviceKey(kind, signing, storage);
    }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_gate)
            return Signatures.Sign(SigningKey, message);
    }

    public byte[] DeriveRawSecret(ECDiffieHellmanPublicKey otherParty)
    {
        lock (_gate)
            return _storageKey.DeriveRawSecretAgreement(otherParty);
    }

    internal (string Signing, string Storage) ExportPem() =>
        (SigningKey.ExportPkcs8PrivateKeyPem(), _storageKey.ExportPkcs8PrivateKeyPem());

    public void Dispose()
    {
        SigningKey.Dispose();
        _storageKey.Dispose();
    }
}
