using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// The trust of a site (format mark "ECK" 1): which keys have which role, which authorities certify central and the
/// appliances, to which key personal parts are sealed. Signed by root keys, which are offline; the bytes are signed and
/// kept as they are. Follow one root to the next with <see cref="RootChain"/>.
/// </summary>
/// <remarks>Two instances are compared by <see cref="Bytes"/>.</remarks>
public sealed class RootMetadata
{
    /// <summary>Largest root that is read, in bytes (against endless data).</summary>
    public const int BytesMax = 32 * 1024;

    /// <summary>Most keys in a role.</summary>
    public const int KeysMax = 8;

    /// <summary>Most authorities in force, and most record keys.</summary>
    public const int CertificatesMax = 4;

    /// <summary>Longest site name, in characters.</summary>
    public const int SiteNameLengthMax = 64;

    private const ushort FirstRoleTag = 100;
    private const ushort FirstKeyTag = 10;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'K', 1];
    private static readonly byte[] PartMark = [(byte)'E', (byte)'C', (byte)'L', 1];

    private ReadOnlyMemory<byte>? _bytes;

    /// <summary>1 for the first; each following root is exactly one higher.</summary>
    public required ulong Version { get; init; }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    public required long IssuedAtUnixMicroseconds { get; init; }

    /// <summary>After this a new root is due. An expired root warns and goes on being used: it never stops a post.</summary>
    public required long ExpiresAtUnixMicroseconds { get; init; }

    /// <summary>Name of the site, for people.</summary>
    public required string SiteName { get; init; }

    /// <summary>Every role once.</summary>
    public required ImmutableArray<TrustedRole> Roles { get; init; }

    /// <summary>Authorities in force, DER, oldest first; central's certificate leads to any of them.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> CaCertificates { get; init; }

    /// <summary>Central's record keys, SubjectPublicKeyInfo; new personal parts are sealed to the first.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> RecordKeys { get; init; }

    /// <summary>The canonical bytes: as they were read, or as they are written.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= Encode();

    /// <summary>SHA-256 of <see cref="Bytes"/>: what a person compares, and what a pin names.</summary>
    public ReadOnlyMemory<byte> Pin => SHA256.HashData(Bytes.Span);

    /// <summary>Whom this root trusts.</summary>
    public ReleaseTrust Trust => new(Roles);

    /// <summary>The role in which a key stands; null for none. A key has one role.</summary>
    public SigningRole? RoleOf(KeyId key) =>
        Roles.FirstOrDefault(role => role.PublicKeys.Any(spki => KeyId.Of(spki.Span) == key))?.Role;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Mark)
            .UInt64(1, Version)
            .Int64(2, IssuedAtUnixMicroseconds)
            .Int64(3, ExpiresAtUnixMicroseconds)
            .Text(4, SiteName)
            .Bytes(5, EncodeList(CaCertificates))
            .Bytes(6, EncodeList(RecordKeys));
        foreach (var role in Roles.OrderBy(static role => role.Role))
        {
            var part = new CanonicalWriter(PartMark).Byte(1, checked((byte)role.Threshold));
            for (var i = 0; i < role.PublicKeys.Length; i++)
                part.Bytes(checked((ushort)(FirstKeyTag + i)), role.PublicKeys[i].Span);
            writer.Bytes((ushort)(FirstRoleTag + (byte)role.Role), part.ToArray());
        }

        return writer.ToArray();
    }

    /// <summary>Reads untrusted bytes strictly. Says nothing about who signed them: see <see cref="RootChain"/>.</summary>
    public static Result<RootMetadata, ReleaseFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            return Bad($"{bytes.Length} bytes are more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Bad(problem);
        if (!(reader.TryUInt64(1, out var version) & reader.TryInt64(2, out var issued) & reader.TryInt64(3, out var expires)
            & reader.TryBytes(4, out var name)))
        {
            return Bad("a compulsory field is missing or has the wrong length");
        }

        if (version == 0)
            return Bad("version 0 is no version");
        if (expires <= issued)
            return Bad("it ends before it begins");
        if (!TryReadList(reader, 5, CertificatesMax, "authorities", out var authorities, out problem)
            || !TryReadList(reader, 6, CertificatesMax, "record keys", out var recordKeys, out problem)
            || !TryReadRoles(reader, out var roles, out problem))
        {
            return Bad(problem);
        }

        var root = new RootMetadata
        {
            Version = version,
            IssuedAtUnixMicroseconds = issued,
            ExpiresAtUnixMicroseconds = expires,
            SiteName = Encoding.UTF8.GetString(name.Span),
            Roles = roles,
            CaCertificates = authorities,
            RecordKeys = recordKeys,
            _bytes = bytes,
        };
        return Problem(root) is { } wrong ? Bad(wrong) : root;
    }

    /// <summary>The rules that the fields must meet together; null when they do.</summary>
    private static string? Problem(RootMetadata root)
    {
        if (root.SiteName.Length is 0 or > SiteNameLengthMax || root.SiteName.Any(char.IsControl))
            return $"the site's name has 1 to {SiteNameLengthMax} characters";
        if (!root.CaCertificates.All(IsAuthority))
            return "an authority is not a certificate of a certification authority";
        if (root.CaCertificates.Select(static der => Convert.ToHexString(SHA256.HashData(der.Span))).Distinct().Count() != root.CaCertificates.Length)
            return "an authority is named twice";
        var seen = new Dictionary<KeyId, string>();
        foreach (var (key, use) in root.Roles
            .SelectMany(static role => role.PublicKeys.Select(key => (key, Use: $"{role.Role}")))
            .Concat(root.RecordKeys.Select(static key => (key, Use: "record key"))))
        {
            if (!Signatures.IsPublicKey(key.Span))
                return $"{use}: a key is not a P-256 public key";
            if (!seen.TryAdd(KeyId.Of(key.Span), use))
            {
                var first = seen[KeyId.Of(key.Span)];
                return first == use
                    ? $"{use}: key {KeyId.Of(key.Span)} is named twice"
                    : $"key {KeyId.Of(key.Span)} is named as {first} and as {use}; a key has one use";
            }
        }

        return null;
    }

    private static bool TryReadRoles(
        CanonicalReader reader, out ImmutableArray<TrustedRole> roles, out string problem)
    {
        var found = ImmutableArray.CreateBuilder<TrustedRole>();
        roles = [];
        foreach (var role in SigningRoles.All)
        {
            var tag = (ushort)(FirstRoleTag + (byte)role);
            if (!TryReadList(reader, tag, KeysMax, $"{role} keys", out var keys, out problem, out var part))
                return false;
            if (!part.TryByte(1, out var threshold) || threshold < SigningRoles.ThresholdMin(role))
            {
                problem = $"{role}: {threshold} signatures are fewer than {SigningRoles.ThresholdMin(role)}";
                return false;
            }

            if (role == SigningRole.Timestamp && threshold != 1)
            {
                problem = "Timestamp: time carries one signature";
                return false;
            }

            if (threshold > keys.Length)
            {
                problem = $"{role}: {threshold} signatures of {keys.Length} keys can never be";
                return false;
            }

            found.Add(new TrustedRole(role, threshold, keys));
        }

        roles = found.ToImmutable();
        problem = "";
        return true;
    }

    private static byte[] EncodeList(ImmutableArray<ReadOnlyMemory<byte>> items)
    {
        var writer = new CanonicalWriter(PartMark);
        for (var i = 0; i < items.Length; i++)
            writer.Bytes(checked((ushort)(FirstKeyTag + i)), items[i].Span);
        return writer.ToArray();
    }

    private static bool TryReadList(
        CanonicalReader reader, ushort tag, int most, string what, out ImmutableArray<ReadOnlyMemory<byte>> items, out string problem) =>
        TryReadList(reader, tag, most, what, out items, out problem, out _);

    /// <summary>A list stands at rising tags without a gap.</summary>
    private static bool TryReadList(
        CanonicalReader reader,
        ushort tag,
        int most,
        string what,
        out ImmutableArray<ReadOnlyMemory<byte>> items,
        out string problem,
        [NotNullWhen(true)] out CanonicalReader? part)
    {
        items = [];
        part = null;
        if (!reader.TryBytes(tag, out var bytes))
        {
            problem = $"{what} are missing";
            return false;
        }

        if (!CanonicalReader.TryOpen(bytes, PartMark, out var opened, out problem))
        {
            problem = $"{what}: {problem}";
            return false;
        }

        var found = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        while (found.Count <= most && opened.TryBytes((ushort)(FirstKeyTag + found.Count), out var item))
            found.Add(item);
        problem = found.Count == 0 ? $"{what} are missing"
            : found.Count > most ? $"{what}: more than {most}"
            : found.Count != opened.CountFrom(FirstKeyTag) ? $"{what}: number {found.Count + 1} is missing, and others follow"
            : "";
        items = found.ToImmutable();
        part = opened;
        return problem.Length == 0;
    }

    private static bool IsAuthority(ReadOnlyMemory<byte> der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der.Span);
            return certificate.RawDataMemory.Span.SequenceEqual(der.Span)
                && certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static limits => limits.CertificateAuthority);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static ReleaseFailure Bad(string reason) => new(ReleaseStage.Root, reason);
}
