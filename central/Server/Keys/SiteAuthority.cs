using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>
/// A certification authority of the site: certifies the server, the appliances and the authority that follows it, nobody
/// else.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class SiteAuthority(X509Certificate2 certificate, ECDsa key, X509Certificate2? cross) : IDisposable
{
    /// <summary>Life of an appliance's certificate (DESIGN §10).</summary>
    public static readonly TimeSpan ApplianceLife = TimeSpan.FromDays(90);

    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3653);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(365);

    /// <summary>Clocks at posts run behind: a certificate is valid from a little before it was made.</summary>
    private static readonly TimeSpan Backdating = TimeSpan.FromDays(1);

    private const int CommonNameLengthMax = 64;

    private readonly Lock _gate = new();

    public X509Certificate2 Certificate { get; } = certificate;

    /// <summary>This authority's key certified by the one before it; null for the first.</summary>
    public X509Certificate2? Cross { get; } = cross;

    /// <summary>Makes a new authority.</summary>
    /// <param name="generation">1 for the first; each has a name of its own, so that a chain shows which one it leads to.</param>
    public static X509Certificate2 CreateCertificate(ECDsa key, string siteName, int generation, DateTimeOffset now)
    {
        var suffix = generation == 1 ? " site authority" : $" site authority {generation}";
        var name = siteName[..Math.Min(siteName.Length, CommonNameLengthMax - suffix.Length)];
        var request = new CertificateRequest(Subject(name + suffix), key, HashAlgorithmName.SHA256);
        AddAuthorityExtensions(request);
        return request.CreateSelfSigned(now - Backdating, now + AuthorityLife);
    }

    /// <summary>Certifies the key of the authority that follows, so that whoever knows only this one finds the way.</summary>
    public byte[] CertifyAuthority(X509Certificate2 next, DateTimeOffset now)
    {
        var request = new CertificateRequest(next.SubjectName, next.PublicKey, HashAlgorithmName.SHA256);
        AddAuthorityExtensions(request);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        DateTimeOffset end = Certificate.NotAfter.ToUniversalTime();
        return Issue(request, now, end);
    }

    /// <summary>True when this authority issued the certificate.</summary>
    public bool HasIssued(X509Certificate2 issued) =>
        issued.IssuerName.RawData.AsSpan().SequenceEqual(Certificate.SubjectName.RawData);

    /// <summary>Certifies an appliance's signing key.</summary>
    /// <param name="notAfter">End of its validity.</param>
    public byte[] CertifyAppliance(PublicKey publicKey, string applianceId, DateTimeOffset now, out DateTimeOffset notAfter)
    {
        notAfter = now + ApplianceLife;
        var request = new CertificateRequest(Subject(applianceId), publicKey, HashAlgorithmName.SHA256);
        AddEndEntityExtensions(request, "1.3.6.1.5.5.7.3.2");
        return Issue(request, now, notAfter);
    }

    /// <summary>Certifies the server under the names by which appliances reach it.</summary>
    public byte[] CertifyServer(ECDsa serverKey, string host, DateTimeOffset now)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in ServerNames(host))
        {
            if (IPAddress.TryParse(name.Trim('[', ']'), out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(name);
        }

        var request = new CertificateRequest(Subject(host), serverKey, HashAlgorithmName.SHA256);
        AddEndEntityExtensions(request, "1.3.6.1.5.5.7.3.1");
        request.CertificateExtensions.Add(names.Build());
        return Issue(request, now, now + ServerLife);
    }

    /// <summary>Names in the server's certificate: the one in the tickets, and this machine's own for local tools.</summary>
    public static IReadOnlyList<string> ServerNames(string host) =>
        [.. new[] { host, "localhost", "127.0.0.1", "::1" }.Distinct(StringComparer.OrdinalIgnoreCase)];

    public void Dispose()
    {
        Certificate.Dispose();
        Cross?.Dispose();
        key.Dispose();
    }

    private static void AddAuthorityExtensions(CertificateRequest request)
    {
        // No limit on the length of the path: the cross-certificates of several changes lie below the first authority.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
    }

    private void AddEndEntityExtensions(CertificateRequest request, string usageOid)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usageOid)], true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
    }

    private byte[] Issue(CertificateRequest request, DateTimeOffset now, DateTimeOffset notAfter)
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F; // A serial number is a positive integer (RFC 5280 §4.1.2.2).
        serial[0] |= 0x40;
        lock (_gate)
        {
            using var issued = request.Create(
                Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - Backdating, notAfter, serial);
            return issued.RawData;
        }
    }

    private static X500DistinguishedName Subject(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName.Length <= CommonNameLengthMax ? commonName : commonName[..CommonNameLengthMax]);
        return builder.Build();
    }
}
