using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>An appliance that a root would cut off, and why.</summary>
internal sealed record StrandedAppliance(Appliance Appliance, string Reason);

/// <summary>
/// Which appliances lose their way to central when authorities go: those that do not know a remaining one, and those
/// whose own certificate is of one that goes.
/// </summary>
internal sealed class StrandedAppliances(ICentralStore store, SiteKeys keys)
{
    public async Task<IReadOnlyList<StrandedAppliance>> FindAsync(
        RootMetadata before, RootMetadata after, CancellationToken cancellationToken)
    {
        var going = before.CaCertificates.Where(der => !Names(after, der)).Select(static der => X509CertificateLoader.LoadCertificate(der.Span)).ToArray();
        if (going.Length == 0)
            return [];
        try
        {
            var needed = keys.Roots.Select(static signed => RootMetadata.Parse(signed.Metadata).Value)
                .Where(root => root.CaCertificates.Any(der => Names(after, der)))
                .Select(static root => root.Version)
                .DefaultIfEmpty(after.Version)
                .Min();
            var health = await store.Appliances.ListHealthAsync(cancellationToken);
            var certificates = await store.Appliances.ListCertificatesInUseAsync(cancellationToken);
            return
            [
                .. (await store.Appliances.ListAsync(cancellationToken))
                    .Where(static appliance => appliance.State is ApplianceState.Active or ApplianceState.Quarantined)
                    .Select(appliance => new StrandedAppliance(appliance, Reason(
                        needed,
                        health.GetValueOrDefault(appliance.ApplianceId)?.RootVersion ?? 0,
                        certificates.GetValueOrDefault(appliance.ApplianceId),
                        going)))
                    .Where(static found => found.Reason.Length > 0),
            ];
        }
        finally
        {
            foreach (var certificate in going)
                certificate.Dispose();
        }
    }

    /// <summary>Stops whoever would strand appliances.</summary>
    /// <exception cref="CentralFault">Appliances would be stranded; the sentence names them.</exception>
    public async Task RefuseAsync(RootMetadata before, RootMetadata after, CancellationToken cancellationToken)
    {
        var found = await FindAsync(before, after, cancellationToken);
        if (found.Count == 0)
            return;
        throw new CentralFault(
            $"{found.Count} appliances would lose their way to central and would have to enrol again:\n"
            + string.Concat(found.Select(static one => $"  {one.Appliance.ApplianceId}, {one.Appliance.PostName}: {one.Reason}\n"))
            + "Wait until they have been in contact, revoke those that are lost, or strand them with --yes-strand.");
    }

    private static string Reason(ulong neededRoot, long knownRoot, IssuedCertificate? inUse, X509Certificate2[] going)
    {
        if (knownRoot < (long)neededRoot)
        {
            return knownRoot == 0
                ? string.Create(CultureInfo.InvariantCulture, $"has not said which root it trusts; it needs root {neededRoot}")
                : string.Create(CultureInfo.InvariantCulture, $"trusts root {knownRoot}; it needs root {neededRoot}");
        }

        if (inUse is null)
            return "";
        using var certificate = X509CertificateLoader.LoadCertificate(inUse.Der);
        return going.Any(authority => authority.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
            ? string.Create(CultureInfo.InvariantCulture, $"has not renewed its certificate since the new authority; it ends {inUse.NotAfter:yyyy-MM-dd}")
            : "";
    }

    private static bool Names(RootMetadata root, ReadOnlyMemory<byte> der) => root.CaCertificates.Any(named => named.Span.SequenceEqual(der.Span));
}
