using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

/// <summary>A key agreement key in memory, as a device key or central's record key is elsewhere.</summary>
internal sealed class MemoryKeyAgreement : IKeyAgreement, IDisposable
{
    private readonly ECDiffieHellman _key;

    internal MemoryKeyAgreement()
        : this(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256))
    {
    }

    internal MemoryKeyAgreement(ECDiffieHellman key) => (_key, PublicKeySpki) = (key, key.ExportSubjectPublicKeyInfo());

    public ReadOnlyMemory<byte> PublicKeySpki { get; }

    public byte[] DeriveRawSecret(ECDiffieHellmanPublicKey otherParty) => _key.DeriveRawSecretAgreement(otherParty);

    public void Dispose() => _key.Dispose();
}
