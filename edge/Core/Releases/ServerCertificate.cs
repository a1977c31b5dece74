using System.Security.Cryptography.X509Certificates;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// Whether a certificate is central's, or one that central gave: it leads to an authority of the root, if need be over the
/// cross-certificates that central presents, so that a post which slept through a change of authority still finds central.
/// </summary>
public static class ServerCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <param name="root">The newest trusted root.</param>
    /// <param name="certificate">What central presents for itself. Its name is checked by the caller.</param>
    /// <param name="presented">What central presents beside it: hints, trusted for nothing.</param>
    /// <param name="now">The time at which certificates are judged.</param>
    public static bool IsOf(
        RootMetadata root, X509Certificate2 certificate, X509Certificate2Collection presented, DateTimeOffset now) =>
        LeadsTo(root, certificate, presented, now, ServerAuthentication);

    /// <summary>
    /// Whether a certificate is one that the site gives to an appliance. Judged at the moment it begins: an appliance whose clock is
    /// wrong must still know its own.
    /// </summary>
    public static bool IsOfAppliance(RootMetadata root, X509Certificate2 certificate) =>
        LeadsTo(root, certificate, [], new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), ClientAuthentication);

    private static bool LeadsTo(
        RootMetadata root, X509Certificate2 certificate, X509Certificate2Collection presented, DateTimeOffset now, string usage)
    {
        var authorities = new X509Certificate2Collection();
        using var chain = new X509Chain();
        try
        {
            foreach (var der in root.CaCertificates)
                authorities.Add(X509CertificateLoader.LoadCertificate(der.Span));
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.ExtraStore.AddRange(presented);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.VerificationTime = now.UtcDateTime;
            chain.ChainPolicy.ApplicationPolicy.Add(new(usage));
            return chain.Build(certificate);
        }
        finally
        {
            foreach (var authority in authorities)
                authority.Dispose();
        }
    }
}
