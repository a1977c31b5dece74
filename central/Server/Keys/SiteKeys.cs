using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>
/// All keys of the site, read at start from files that only their owner may read, and what the newest root makes of them.
/// A root that is published while the server runs is taken up by <see cref="Refresh"/>.
/// </summary>
/// <remarks>Safe for parallel use: what changes is one snapshot, swapped whole.</remarks>
internal sealed class SiteKeys : IDisposable
{
    private const string ServerKey = "server.key";
    private const string ServerCertificateFile = "server.crt";
    private const string RecordKeyName = "record.key";
    private const string BlindIndexKey = "blind-index.key";

    private static readonly TimeSpan ServerRenewal = TimeSpan.FromDays(30);

    private readonly DataFolder _folder;
    private readonly Lock _gate = new();
    private volatile Snapshot _now;

    private SiteKeys(DataFolder folder, SiteSettings settings, RecordKeyFile recordKey, BlindIndex blindIndex, Snapshot now)
    {
        (_folder, Settings, RecordKey, BlindIndex, _now) = (folder, settings, recordKey, blindIndex, now);
    }

    public SiteSettings Settings { get; }

    public RecordKeyFile RecordKey { get; }

    public BlindIndex BlindIndex { get; }

    /// <summary>The newest root.</summary>
    public RootMetadata Root => _now.Root;

    /// <summary>Every root as it was signed, oldest first.</summary>
    public ImmutableArray<SignedMetadata> Roots => _now.Roots;

    /// <summary>The authority that certifies from now on: the newest of the root.</summary>
    public SiteAuthority Authority => _now.Authority;

    /// <summary>Authorities of the newest root: certificates of appliances lead to one of them.</summary>
    public X509Certificate2Collection AuthoritiesInForce => _now.AuthoritiesInForce;

    /// <summary>The server's certificate with its key, and the cross-certificates that lead to older authorities.</summary>
    public SslStreamCertificateContext ServerCertificates => _now.ServerCertificates;

    public X509Certificate2 ServerCertificate => _now.ServerCertificates.TargetCertificate;

    public SigningKey TimestampKey => _now.TimestampKey;

    /// <summary>Every signing key in central's folder, whatever the root says of it.</summary>
    public ImmutableArray<SigningKey> KeptKeys => _now.KeptKeys;

    /// <summary>Makes a whole site: folder, site file, keys, and a first root signed by keys that lie beside it.</summary>
    /// <param name="name">Null to keep the present name.</param>
    /// <param name="address">Null to keep the present address.</param>
    /// <returns>True when the site is new.</returns>
    public static bool Create(DataFolder folder, string? name, string? address, DateTimeOffset now)
    {
        var (isNew, settings) = CreateOwnKeys(folder, name, address, now, awaitsRoot: false);
        if (!settings.AwaitsRoot && RootFiles.NewestVersion(folder) == 0)
            BenchCeremony.Hold(folder, HalvesOf(folder, settings.Name), now);

        // The site file comes last: while it is missing the folder is not a site, and the next start goes on here.
        settings.Write(folder);
        return isNew;
    }

    /// <summary>Makes central's own keys and no root: a ceremony elsewhere will make that.</summary>
    /// <returns>What the ceremony needs to know of them.</returns>
    public static SiteHalves CreateForCeremony(DataFolder folder, string? name, string? address, DateTimeOffset now)
    {
        if (RootFiles.NewestVersion(folder) > 0)
            throw new CentralFault($"The site in {folder.Root} has a root already; change its keys with: central-checkpoint keys root draft");
        var (_, settings) = CreateOwnKeys(folder, name, address, now, awaitsRoot: true);
        BenchCeremony.MakeTimestampKey(folder);
        settings.Write(folder);
        return HalvesOf(folder, settings.Name);
    }

    /// <summary>Completes a site with the first root of a ceremony.</summary>
    /// <exception cref="CentralFault">The root is not signed, or is not about this site's keys.</exception>
    public static void TakeFirstRoot(DataFolder folder, SignedMetadata root)
    {
        if (!folder.Exists || RootFiles.NewestVersion(folder) > 0)
            throw new CentralFault($"{folder.Root} does not wait for a first root; begin with: central-checkpoint init --for-ceremony FILE, on an empty folder.");
        if (!RootChain.VerifyFirst(root).TryGet(out var first, out var failure))
            throw new CentralFault($"The root cannot be taken: {failure.Reason}.");
        var settings = SiteSettings.Read(folder);
        var own = HalvesOf(folder, settings.Name);
        if (first.Version != 1
            || first.CaCertificates is not [var authority] || !authority.Span.SequenceEqual(own.Authority)
            || first.RecordKeys is not [var record] || !record.Span.SequenceEqual(own.RecordKey)
            || first.RoleOf(KeyId.Of(own.TimestampKey)) != SigningRole.Timestamp)
        {
            throw new CentralFault("The root is not about this site's own keys; draft it again from the file that init --for-ceremony wrote.");
        }

        RootFiles.Add(folder, root, first.Version);
        (settings with { AwaitsRoot = false }).Write(folder);
    }

    /// <summary>Reads all keys; renews the server's certificate when it is about to expire or names another host.</summary>
    /// <exception cref="CentralFault">A file is missing, damaged or open to others, or the site has no root.</exception>
    public static SiteKeys Load(DataFolder folder, DateTimeOffset now)
    {
        var settings = SiteSettings.Read(folder);
        if (settings.AwaitsRoot)
            throw new CentralFault($"The site in {folder.Root} waits for its first root; hold the ceremony (keys root draft, keys sign) and run: central-checkpoint init --root FILE");
        if (RootFiles.NewestVersion(folder) == 0)
            throw new CentralFault($"The site in {folder.Root} was made by an older program and has no root; make what is missing with: central-checkpoint init --data {folder.Root}");
        return Guarded(folder, () =>
        {
            var agreement = ECDiffieHellman.Create();
            agreement.ImportFromPem(ReadText(folder, RecordKeyName));
            return new SiteKeys(
                folder,
                settings,
                new RecordKeyFile(agreement),
                new BlindIndex(PrivateFiles.Read(folder.Key(BlindIndexKey))),
                ReadSnapshot(folder, settings, now));
        });
    }

    /// <summary>Takes up a root that has been published since. Cheap when there is none.</summary>
    /// <returns>True when there was one.</returns>
    public bool Refresh(DateTimeOffset now)
    {
        if (RootFiles.NewestVersion(_folder) == Root.Version)
            return false;
        lock (_gate)
        {
            // The snapshot before is not disposed: a call may still be signing with it.
            _now = Guarded(_folder, () => ReadSnapshot(_folder, Settings, now));
            return true;
        }
    }

    /// <summary>
    /// Renews the server's certificate when it is about to expire: a central that runs for a year would otherwise cut off every appliance.
    /// Connections that stand go on; the next handshake shows the new one. Cheap when there is nothing to do.
    /// </summary>
    /// <returns>True when it was renewed.</returns>
    /// <exception cref="CentralFault">The keys cannot be read or the certificate not written.</exception>
    public bool RenewServerCertificate(DateTimeOffset now)
    {
        if (ServerCertificate.NotAfter.ToUniversalTime() - now.UtcDateTime >= ServerRenewal)
            return false;
        lock (_gate)
            _now = Guarded(_folder, () => ReadSnapshot(_folder, Settings, now));
        return true;
    }

    /// <summary>Keys in central's folder that the newest root gives this role.</summary>
    public ImmutableArray<SigningKey> KeysOf(SigningRole role) => _now.KeysOf(role);

    public void Dispose()
    {
        RecordKey.Dispose();
        _now.Dispose();
    }

    private static (bool IsNew, SiteSettings Settings) CreateOwnKeys(
        DataFolder folder, string? name, string? address, DateTimeOffset now, bool awaitsRoot)
    {
        folder.Create();
        var isNew = !folder.Exists;
        var settings = isNew ? new SiteSettings { AwaitsRoot = awaitsRoot } : SiteSettings.Read(folder);
        var wanted = settings with { Name = name ?? settings.Name, Address = address ?? settings.Address };
        AuthorityFiles.CreateFirst(folder, wanted.Name, now);
        CreateIfMissing(folder, RecordKeyName, NewAgreementKey);
        CreateIfMissing(folder, BlindIndexKey, static () => RandomNumberGenerator.GetBytes(32));

        // Before the site file: a site without this file has lost its database, and is not given an empty one.
        if (isNew && !File.Exists(folder.DatabaseFile))
            PrivateFiles.Create(folder.DatabaseFile, []);
        return (isNew, wanted);
    }

    private static SiteHalves HalvesOf(DataFolder folder, string name)
    {
        var authorities = AuthorityFiles.Read(folder);
        using var agreement = ECDiffieHellman.Create();
        agreement.ImportFromPem(ReadText(folder, RecordKeyName));
        BenchCeremony.MakeTimestampKey(folder);
        return new SiteHalves
        {
            Name = name,
            Authority = authorities[0].Certificate.RawData,
            RecordKey = agreement.ExportSubjectPublicKeyInfo(),
            TimestampKey = BenchCeremony.TimestampSpki(folder),
        };
    }

    private static Snapshot ReadSnapshot(DataFolder folder, SiteSettings settings, DateTimeOffset now)
    {
        var (roots, root) = RootFiles.Read(folder);
        var authorities = AuthorityFiles.Read(folder);
        X509Certificate2Collection inForce = [.. root.CaCertificates.Select(static der => X509CertificateLoader.LoadCertificate(der.Span))];
        var authority = authorities.LastOrDefault(candidate => inForce.Any(named => named.RawDataMemory.Span.SequenceEqual(candidate.Certificate.RawDataMemory.Span)))
            ?? throw new CentralFault($"Root {root.Version} names no authority whose key lies in {folder.KeysFolder}; restore the folder from the backup.");
        var kept = SigningKeyFolder.Read(folder);
        var timestamp = kept.FirstOrDefault(key => root.RoleOf(key.Id) == SigningRole.Timestamp)
            ?? throw new CentralFault($"Root {root.Version} names no timestamp key that lies in {folder.SigningFolder}; take it in with: central-checkpoint keys keep");
        using var server = ReadServerCertificate(folder, authority, settings.Host, now);
        return new Snapshot(
            roots,
            root,
            authority,
            inForce,
            SslStreamCertificateContext.Create(
                X509CertificateLoader.LoadPkcs12(server.Export(X509ContentType.Pkcs12), null),
                [.. authorities.Select(static candidate => candidate.Cross).OfType<X509Certificate2>().Reverse()],
                offline: true),
            timestamp,
            kept);
    }

    private static X509Certificate2 ReadServerCertificate(
        DataFolder folder, SiteAuthority authority, string host, DateTimeOffset now)
    {
        CreateIfMissing(folder, ServerKey, NewSigningKey);
        using var key = ECDsa.Create();
        key.ImportFromPem(ReadText(folder, ServerKey));
        var file = folder.Key(ServerCertificateFile);
        if (!File.Exists(file) || NeedsRenewal(file, authority, key, host, now))
        {
            var der = authority.CertifyServer(key, host, now);
            PrivateFiles.Create(file, Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der)));
        }

        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
        return certificate.CopyWithPrivateKey(key);
    }

    private static bool NeedsRenewal(string file, SiteAuthority authority, ECDsa key, string host, DateTimeOffset now)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
        return certificate.NotAfter.ToUniversalTime() - now.UtcDateTime < ServerRenewal
            || !authority.HasIssued(certificate)
            || !certificate.MatchesHostname(host.Trim('[', ']'))
            || !certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
    }

    private static T Guarded<T>(DataFolder folder, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault(
                $"A key in {folder.KeysFolder} cannot be read ({fault.Message.TrimEnd('.')}); restore the folder from the backup.",
                fault);
        }
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

    private static string ReadText(DataFolder folder, string name) =>
        Encoding.ASCII.GetString(PrivateFiles.Read(folder.Key(name)));

    /// <summary>What the newest root makes of the keys in the folder.</summary>
    private sealed record Snapshot(
        ImmutableArray<SignedMetadata> Roots,
        RootMetadata Root,
        SiteAuthority Authority,
        X509Certificate2Collection AuthoritiesInForce,
        SslStreamCertificateContext ServerCertificates,
        SigningKey TimestampKey,
        ImmutableArray<SigningKey> KeptKeys) : IDisposable
    {
        public ImmutableArray<SigningKey> KeysOf(SigningRole role) => [.. KeptKeys.Where(key => Root.RoleOf(key.Id) == role)];

        public void Dispose()
        {
            Authority.Dispose();
            ServerCertificates.TargetCertificate.Dispose();
            foreach (var certificate in AuthoritiesInForce)
                certificate.Dispose();
            foreach (var key in KeptKeys)
                key.Dispose();
        }
    }
}
