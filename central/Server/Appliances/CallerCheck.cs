using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Establishes which appliance calls: (1) the certificate is of this site and known to the store, (2) no newer one of the appliance has
/// been used, (3) the appliance's state allows the method, (4) the certificate is in its time, (5) its use ends the older ones.
/// Asked on every call, so a revocation works at once (DESIGN §10).
/// </summary>
internal sealed class CallerCheck(ICentralStore store, SiteKeys keys, Auditor auditor, BoundedAudit refusals, TimeProvider time)
{
    /// <summary>How long after its end a certificate may still be renewed (DESIGN §10).</summary>
    public static readonly TimeSpan RenewalGrace = TimeSpan.FromDays(180);

    /// <summary>
    /// Calls that were on their way when the new certificate was first used are no alarm. A copy of the card calls again later.
    /// </summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromMinutes(1);

    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <param name="certificate">What the TLS layer received; null when nothing was presented.</param>
    /// <param name="rule">What the method asks of its caller.</param>
    public async Task<Result<Appliance, CallRefusal>> IdentifyAsync(
        X509Certificate2? certificate, CallRule rule, CancellationToken cancellationToken)
    {
        // 1
        if (certificate is null)
            return Unauthenticated(RefusalReason.CertificateMissing, "no client certificate was presented; enrol this appliance with a join ticket");
        if (!IsOfThisSite(certificate))
        {
            return Unauthenticated(
                RefusalReason.CertificateForeign,
                "the client certificate was not issued by this site, or by an authority that has been retired; enrol this appliance again");
        }

        if (await store.Appliances.FindByCertificateAsync(certificate.RawData, cancellationToken) is not { } caller)
            return Denied(RefusalReason.CertificateUnknown, "the client certificate is not known here; enrol this appliance again");

        // 2
        if (caller.SupersededAt is { } since)
            return await RefuseSupersededAsync(caller.Appliance.ApplianceId, since, cancellationToken);

        // 3 and 4
        if (CheckState(caller.Appliance, rule) is { } wrongState)
            return wrongState;
        if (CheckTime(certificate, caller.Appliance, rule) is { } wrongTime)
            return wrongTime;

        // 5
        if (caller.HasOlder)
        {
            await store.Appliances.SupersedeOlderAsync(
                certificate.RawData,
                auditor.Event(Auditor.Central, AuditAction.CertificateSuperseded, caller.Appliance.ApplianceId, "a newer certificate was used; older ones get nothing from now on"),
                cancellationToken);
        }

        return caller.Appliance;
    }

    private static CallRefusal? CheckState(Appliance appliance, CallRule rule) => appliance.State switch
    {
        ApplianceState.Pending => Denied(RefusalReason.Pending, $"appliance {appliance.ApplianceId} has not been approved"),
        ApplianceState.Revoked when !rule.MayBeRevoked => Denied(RefusalReason.Revoked, $"appliance {appliance.ApplianceId} was revoked"),
        ApplianceState.Quarantined when !rule.MayBeQuarantined => Denied(
            RefusalReason.Quarantined, $"appliance {appliance.ApplianceId} is in quarantine: its records are taken, and it is given nothing until central decides"),
        _ => null,
    };

    private CallRefusal? CheckTime(X509Certificate2 certificate, Appliance appliance, CallRule rule)
    {
        var now = time.GetUtcNow();
        if (now < certificate.NotBefore.ToUniversalTime())
            return Unauthenticated(RefusalReason.Unspecified, "the client certificate is not valid yet: central's clock may have been set back");
        DateTimeOffset notAfter = certificate.NotAfter.ToUniversalTime();
        if (now <= notAfter || (rule.MayBeRevoked && appliance.State == ApplianceState.Revoked))
            return null;
        var isEnded = now > notAfter + RenewalGrace;
        return rule.MayBeExpired && !isEnded
            ? null
            : Unauthenticated(
                isEnded ? RefusalReason.CertificateEnded : RefusalReason.CertificateExpired,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the client certificate expired on {notAfter:yyyy-MM-dd}; {(isEnded ? "a technician must enrol this appliance again" : "renew it first")}"));
    }

    /// <summary>Two devices with one certificate: the appliance that renewed, and a copy of its card, whichever is which.</summary>
    private async Task<CallRefusal> RefuseSupersededAsync(string applianceId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - since > OnTheWay)
        {
            await refusals.AppendAsync(
                $"superseded {applianceId}",
                auditor.Event(
                    Auditor.Central, AuditAction.SupersededCertificateUsed, applianceId,
                    "an older certificate was used after a newer one: a copy of its card may be in use; find out which device is the true one, and revoke"),
                cancellationToken);
        }

        return Denied(
            RefusalReason.CertificateSuperseded,
            $"a newer certificate of appliance {applianceId} has been used: a copy of this card may be in use; telephone central");
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

    private static CallRefusal Unauthenticated(RefusalReason reason, string sentence) => new(RefusalKind.NotAuthenticated, sentence) { Code = reason };

    private static CallRefusal Denied(RefusalReason reason, string sentence) => new(RefusalKind.NotPermitted, sentence) { Code = reason };
}
