using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>A certificate of the appliance and the key it is for: what it shows to central and signs with.</summary>
internal sealed class Credential
{
    internal Credential(IDeviceKey key, byte[] certificateDer)
    {
        (Key, CertificateDer) = (key, certificateDer);
        SigningKeyId = KeyId.Of(key.SigningKeySpki.Span);
        using var certificate = X509CertificateLoader.LoadCertificate(certificateDer);
        NotAfter = certificate.NotAfter.ToUniversalTime();
    }

    internal IDeviceKey Key { get; }

    internal byte[] CertificateDer { get; }

    /// <summary>Name of the signing key in batches.</summary>
    internal KeyId SigningKeyId { get; }

    /// <summary>End of the certificate's validity.</summary>
    internal DateTimeOffset NotAfter { get; }

    /// <summary>The certificate with its private key, for mutual TLS.</summary>
    internal X509Certificate2 WithKey()
    {
        using var certificate = X509CertificateLoader.LoadCertificate(CertificateDer);
        return certificate.CopyWithPrivateKey(Key.SigningKey);
    }

    /// <summary>True when a certificate is for this key.</summary>
    internal static bool IsFor(byte[] certificateDer, IDeviceKey key)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(certificateDer);
        return certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.SigningKeySpki.Span);
    }
}
