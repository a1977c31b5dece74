using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Establishes which appliance calls: the certificate is of this site, in its time, known to the store, and its appliance
/// is active now. Asked on every call, so a revocation works at once (DESIGN §10).
/// </summary>
internal sealed class CallerCheck(ICentralStore store, SiteKeys keys, TimeProvider time)
{
    /// <summary>How long after its end a certificate may still be renewed (DESIGN §10).</summary>
    public static readonly TimeSpan RenewalGrace = TimeSpan.FromDays(180);

    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <param name="certificate">What the TLS layer received; null when nothing was presented.</param>
    /// <param name="mayBeExpired">True for the one call that renews.</param>
    /// <param name="mayBeRevoked">True for commands: a lost appliance must learn that it is to be wiped.</param>
    public async Task<Result<Appliance, CallRefusal>> IdentifyAsync(
        X509Certificate2? certificate, bool mayBeExpired, bool mayBeRevoked, CancellationToken cancellationToken)
    {
        if (certificate is null)
            return Unauthenticated("no client certificate was presented; enrol this appliance with a join ticket");
        if (!IsOfThisSite(certificate))
            return Unauthenticated("the client certificate was not issued by this site, or by an authority that has been retired; enrol this appliance again");
        var now = time.GetUtcNow();
        DateTimeOffset notAfter = certificate.NotAfter.ToUniversalTime();
        var deadline = mayBeExpired ? notAfter + RenewalGrace : notAfter;
        if (now > deadline)
        {
            return Unauthenticated(string.Create(
                CultureInfo.InvariantCulture,
                $"the client certificate expired on {notAfter:yyyy-MM-dd}; {(mayBeExpired ? "enrol again" : "renew it first")}"));
        }

        if (now < certificate.NotBefore.ToUniversalTime())
            return Unauthenticated("the client certificate is not valid yet");
        return await store.Appliances.FindByCertificateAsync(certificate.RawData, cancellationToken) switch
        {
            null => Denied("the client certificate is not known here; enrol this appliance again"),
            { State: ApplianceState.Revoked } appliance when !mayBeRevoked => Denied($"appliance {appliance.ApplianceId} was revoked"),
            { State: ApplianceState.Pending } appliance => Denied($"appliance {appliance.ApplianceId} has not been approved"),
            var appliance => appliance,
        };
    }

    /// <summary>Chains to an authority of the newest root and to no other; validity in time is judged apart, for Renew.</summary>
    private bool IsOfThisSite(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(keys.AuthoritiesInForce);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.VerificationTimeIgnored = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new(ClientAuthentication));
        return chain.Build(certificate);
    }

    private static CallRefusal Unauthenticated(string reason) => new(RefusalKind.NotAuthenticated, reason);

    private static CallRefusal Denied(string reason) => new(RefusalKind.NotPermitted, reason);
}
