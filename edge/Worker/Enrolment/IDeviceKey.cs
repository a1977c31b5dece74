using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// The appliance's two private keys, wherever they live: a signing key (mutual TLS, batch signatures) and a storage key
/// (<see cref="IKeyAgreement"/>) to which record keys and content keys are wrapped. The private halves never leave.
/// </summary>
/// <remarks>
/// A PKCS#11 or TPM store implements <see cref="SigningKey"/> as a handle of its provider: the BCL uses it for TLS and
/// certificate requests without reading the private half. Safe for parallel use.
/// </remarks>
public interface IDeviceKey : IKeyAgreement, IDisposable
{
    /// <summary>Where the keys live, for a technician: "file", "memory".</summary>
    string Kind { get; }

    /// <summary>The signing key; owned by this store.</summary>
    ECDsa SigningKey { get; }

    /// <summary>Public half of the signing key, SubjectPublicKeyInfo in DER, P-256.</summary>
    ReadOnlyMemory<byte> SigningKeySpki { get; }

    /// <summary>Signs with ECDSA P-256 and SHA-256, IEEE P1363 form.</summary>
    byte[] Sign(ReadOnlySpan<byte> message);
}
