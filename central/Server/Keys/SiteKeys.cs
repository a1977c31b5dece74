using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>All keys of the site, read once at start from files that only their owner may read.</summary>
internal sealed class SiteKeys : IDisposable
{
    /// <summary>Signatures a watchlist release needs (DESIGN §7: authority and operator).</summary>
    public const int ReleaseThreshold = 2;

    private const string AuthorityKey = "site-ca.key";
    private const string AuthorityCertificate = "site-ca.crt";
    private const string ServerKey = "server.key";
    private const string ServerCertificateFile = "server.crt";
    private const string RecordKeyName = "record.key";
    private const string BlindIndexKey = "blind-index.key";
    private const string TimestampKeyName = "timestamp.key";

    private static readonly ImmutableArray<string> ReleaseKeyNames = ["release-authority.key", "release-operator.key"];
    private static readonly TimeSpan ServerRenewal = TimeSpan.FromDays(30);

    public required SiteSettings Settings { get; init; }

    public required SiteAuthority Authority { get; init; }

    public required X509Certificate2 ServerCertificate { get; init; }

    public required RecordKeyFile RecordKey { get; init; }

    public required BlindIndex BlindIndex { get; init; }

    public required SigningKey TimestampKey { get; init; }

    /// <summary>Authority and operator; both sign.</summary>
    public required ImmutableArray<SigningKey> ReleaseKeys { get; init; }

    /// <summary>Makes what is missing: folder, site file, keys. Keeps what is there.</summary>
    /// <param name="name">Null to keep the present name.</param>
    /// <param name="address">Null to keep the present address.</param>
    /// <returns>True when the site is new.</returns>
    public static bool Create(DataFolder folder, string? name, string? address, DateTimeOffset now)
    {
        folder.Create();
        var isNew = !folder.Exists;
        var settings = isNew ? new SiteSettings() : SiteSettings.Read(folder);
        var wanted = settings with { Name = name ?? settings.Name, Address = address ?? settings.Address };
        CreateAuthority(folder, wanted.Name, now);
        CreateIfMissing(folder, RecordKeyName, NewAgreementKey);
        CreateIfMissing(folder, TimestampKeyName, NewSigningKey);
        CreateIfMissing(folder, BlindIndexKey, static () => RandomNumberGenerator.GetBytes(32));
        foreach (var releaseKey in ReleaseKeyNames)
            CreateIfMissing(folder, releaseKey, NewSigningKey);

        // The site file comes last: while it is missing the folder is not a site, and the next start goes on here.
        if (isNew || wanted != settings)
            wanted.Write(folder);
        return isNew;
    }

    /// <summary>Reads all keys; renews the server's certificate when it is about to expire or names another host.</summary>
    /// <exception cref="CentralFault">A file is missing, damaged or open to others.</exception>
    public static SiteKeys Load(DataFolder folder, DateTimeOffset now)
    {
        var settings = SiteSettings.Read(folder);
        try
        {
            var authorityKey = ReadSigningKey(folder, AuthorityKey);
            var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(folder.Key(AuthorityCertificate)));
            var authority = new SiteAuthority(certificate, authorityKey);
            var agreement = ECDiffieHellman.Create();
            agreement.ImportFromPem(ReadText(folder, RecordKeyName));
            return new SiteKeys
            {
                Settings = settings,
                Authority = authority,
                ServerCertificate = ReadServerCertificate(folder, authority, settings.Host, now),
                RecordKey = new RecordKeyFile(agreement),
                BlindIndex = new BlindIndex(PrivateFiles.Read(folder.Key(BlindIndexKey))),
                TimestampKey = new SigningKey(ReadSigningKey(folder, TimestampKeyName)),
                ReleaseKeys = [.. ReleaseKeyNames.Select(name => new SigningKey(ReadSigningKey(folder, name)))],
            };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault(
                $"A key in {folder.KeysFolder} cannot be read ({fault.Message.TrimEnd('.')}); restore the folder from the backup.",
                fault);
        }
    }

    /// <summary>The keys an appliance trusts for releases, as a ticket carries them.</summary>
    public ImmutableArray<TicketRole> TrustedRoles() =>
        [.. new[] { ReleaseKind.Watchlist, ReleaseKind.People }.Select(kind => new TicketRole
        {
            Kind = kind,
            Threshold = ReleaseThreshold,
            PublicKeysSpki = [.. ReleaseKeys.Select(static key => key.Spki)],
        })];

    public void Dispose()
    {
        Authority.Dispose();
        ServerCertificate.Dispose();
        RecordKey.Dispose();
        TimestampKey.Dispose();
        foreach (var key in ReleaseKeys)
            key.Dispose();
    }

    private static void CreateAuthority(DataFolder folder, string siteName, DateTimeOffset now)
    {
        CreateIfMissing(folder, AuthorityKey, NewSigningKey);
        if (File.Exists(folder.Key(AuthorityCertificate)))
            return;
        using var key = ReadSigningKey(folder, AuthorityKey);
        using var certificate = SiteAuthority.CreateCertificate(key, siteName, now);
        PrivateFiles.Create(folder.Key(AuthorityCertificate), Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
    }

    private static X509Certificate2 ReadServerCertificate(
        DataFolder folder, SiteAuthority authority, string host, DateTimeOffset now)
    {
        CreateIfMissing(folder, ServerKey, NewSigningKey);
        using var key = ReadSigningKey(folder, ServerKey);
        var file = folder.Key(ServerCertificateFile);
        if (!File.Exists(file) || NeedsRenewal(file, key, host, now))
        {
            var der = authority.CertifyServer(key, host, now);
            PrivateFiles.Create(file, Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der)));
        }

        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
        return certificate.CopyWithPrivateKey(key);
    }

    private static bool NeedsRenewal(string file, ECDsa key, string host, DateTimeOffset now)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
        return certificate.NotAfter.ToUniversalTime() - now.UtcDateTime < ServerRenewal
            || !certificate.MatchesHostname(host.Trim('[', ']'))
            || !certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
    }

    private static void CreateIfMissing(DataFolder folder, string name, Func<byte[]> make)
    {
        if (!File.Exists(folder.Key(name)))
            PrivateFiles.Create(folder.Key(name), make());
    }

    private static byte[] NewSigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem());
    }

    private static byte[] NewAgreementKey()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem());
    }

    private static ECDsa ReadSigningKey(DataFolder folder, string name)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(ReadText(folder, name));
        return key;
    }

    private static string ReadText(DataFolder folder, string name) =>
        Encoding.ASCII.GetString(PrivateFiles.Read(folder.Key(name)));
}
