using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>
/// The site's authorities on disk, in the order in which they were made. Each but the first has a cross-certificate: its
/// key certified by the authority before it.
/// </summary>
internal static class AuthorityFiles
{
    private const string First = "site-ca";

    /// <summary>Makes the first authority unless it is there.</summary>
    public static void CreateFirst(DataFolder folder, string siteName, DateTimeOffset now)
    {
        if (!File.Exists(folder.Key($"{First}.key")))
            WriteNewKey(folder, First);
        using var key = ReadKey(folder, First);
        if (File.Exists(folder.Key($"{First}.crt")) && !ForbidsCross(folder))
            return;
        using var certificate = SiteAuthority.CreateCertificate(key, siteName, 1, now);
        WriteCertificate(folder, $"{First}.crt", certificate.RawData);
    }

    /// <summary>Makes the next authority and its cross-certificate. It is used once a root names it.</summary>
    /// <returns>The new authority's certificate, DER.</returns>
    public static byte[] CreateNext(DataFolder folder, string siteName, DateTimeOffset now)
    {
        var generation = Count(folder) + 1;
        var name = NameOf(generation);
        using var before = ReadOne(folder, generation - 1);
        WriteNewKey(folder, name);
        using var key = ReadKey(folder, name);
        using var certificate = SiteAuthority.CreateCertificate(key, siteName, generation, now);
        WriteCertificate(folder, $"{name}.cross.crt", before.CertifyAuthority(certificate, now));

        // The certificate comes last: an authority without one does not count yet, and the next try makes it anew.
        WriteCertificate(folder, $"{name}.crt", certificate.RawData);
        return certificate.RawData;
    }

    /// <summary>Every authority that is complete, oldest first.</summary>
    public static ImmutableArray<SiteAuthority> Read(DataFolder folder) =>
        [.. Enumerable.Range(1, Count(folder)).Select(generation => ReadOne(folder, generation))];

    private static int Count(DataFolder folder)
    {
        var count = 0;
        while (File.Exists(folder.Key($"{NameOf(count + 1)}.crt")))
            count++;
        return count;
    }

    private static SiteAuthority ReadOne(DataFolder folder, int generation)
    {
        var name = NameOf(generation);
        var cross = folder.Key($"{name}.cross.crt");
        return new SiteAuthority(
            X509Certificate2.CreateFromPem(File.ReadAllText(folder.Key($"{name}.crt"))),
            ReadKey(folder, name),
            File.Exists(cross) ? X509Certificate2.CreateFromPem(File.ReadAllText(cross)) : null);
    }

    /// <summary>
    /// The first authorities allowed no other below them, so no cross-certificate could lead to them. The same key and name
    /// without that limit: what they certified stays certified.
    /// </summary>
    private static bool ForbidsCross(DataFolder folder)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(folder.Key($"{First}.crt")));
        return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static limits => limits.HasPathLengthConstraint);
    }

    private static string NameOf(int generation) => generation == 1 ? First : $"{First}-{generation}";

    private static void WriteNewKey(DataFolder folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PrivateFiles.Create(folder.Key($"{name}.key"), Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
    }

    private static ECDsa ReadKey(DataFolder folder, string name)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(Encoding.ASCII.GetString(PrivateFiles.Read(folder.Key($"{name}.key"))));
        return key;
    }

    private static void WriteCertificate(DataFolder folder, string name, byte[] der) =>
        PrivateFiles.Create(folder.Key(name), Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der)));
}
