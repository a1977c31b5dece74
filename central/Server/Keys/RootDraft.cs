using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>What the next root changes.</summary>
internal sealed record RootChanges
{
    /// <summary>How long a root stands when nothing else is said.</summary>
    public static readonly TimeSpan DefaultLife = TimeSpan.FromDays(365);

    public IReadOnlyList<(SigningRole Role, byte[] Spki)> Add { get; init; } = [];

    public IReadOnlyList<KeyId> Remove { get; init; } = [];

    /// <summary>A new key in the place of an old one, in the old one's role.</summary>
    public IReadOnlyList<(KeyId Old, byte[] Spki)> Replace { get; init; } = [];

    public IReadOnlyList<(SigningRole Role, int Threshold)> Thresholds { get; init; } = [];

    /// <summary>Authorities, DER.</summary>
    public IReadOnlyList<byte[]> AddAuthorities { get; init; } = [];

    /// <summary>Fingerprints: SHA-256 of the certificate, in hexadecimal.</summary>
    public IReadOnlyList<string> RemoveAuthorities { get; init; } = [];

    public TimeSpan Life { get; init; } = DefaultLife;
}

/// <summary>Writes the next root, or the first: unsigned, but already strictly read.</summary>
internal static class RootDraft
{
    /// <summary>The first root of a site: the site's own keys and the people's.</summary>
    /// <exception cref="CentralFault">What it would say is not a root.</exception>
    public static RootMetadata First(SiteHalves site, RootChanges changes, DateTimeOffset now)
    {
        ImmutableArray<TrustedRole> empty = [.. SigningRoles.All.ToArray().Select(static role => new TrustedRole(role, SigningRoles.ThresholdMin(role), []))];
        var withTimestamp = changes with { Add = [.. changes.Add, (SigningRole.Timestamp, site.TimestampKey)] };
        return Draft(1, site.Name, empty, [site.Authority], [site.RecordKey], withTimestamp, now);
    }

    /// <summary>The root after this one.</summary>
    /// <exception cref="CentralFault">What it would say is not a root.</exception>
    public static RootMetadata Next(RootMetadata current, RootChanges changes, DateTimeOffset now) =>
        Draft(current.Version + 1, current.SiteName, current.Roles, current.CaCertificates, current.RecordKeys, changes, now);

    /// <summary>What a person compares of a certificate: SHA-256, in hexadecimal.</summary>
    public static string Fingerprint(ReadOnlyMemory<byte> der) => Convert.ToHexStringLower(SHA256.HashData(der.Span));

    private static RootMetadata Draft(
        ulong version,
        string siteName,
        ImmutableArray<TrustedRole> roles,
        ImmutableArray<ReadOnlyMemory<byte>> authorities,
        ImmutableArray<ReadOnlyMemory<byte>> recordKeys,
        RootChanges changes,
        DateTimeOffset now)
    {
        var draft = new RootMetadata
        {
            Version = version,
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            ExpiresAtUnixMicroseconds = Instant.ToMicroseconds(now + changes.Life),
            SiteName = siteName,
            Roles = Change(roles, changes),
            CaCertificates = Change(authorities, changes),
            RecordKeys = recordKeys,
        };
        return RootMetadata.Parse(draft.Encode()).TryGet(out var root, out var failure)
            ? root
            : throw new CentralFault($"This would be no root: {failure.Reason}.");
    }

    private static ImmutableArray<TrustedRole> Change(ImmutableArray<TrustedRole> roles, RootChanges changes)
    {
        var keys = roles.ToDictionary(static role => role.Role, static role => role.PublicKeys.ToList());
        foreach (var (old, spki) in changes.Replace)
        {
            var (role, index) = Find(keys, old);
            keys[role][index] = spki;
        }

        foreach (var key in changes.Remove)
        {
            var (role, index) = Find(keys, key);
            keys[role].RemoveAt(index);
        }

        foreach (var (role, spki) in changes.Add)
            keys[role].Add(spki);
        var thresholds = changes.Thresholds.ToDictionary(static change => change.Role, static change => change.Threshold);
        return [.. roles.Select(role => new TrustedRole(
            role.Role, thresholds.GetValueOrDefault(role.Role, role.Threshold), [.. keys[role.Role]]))];
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Change(ImmutableArray<ReadOnlyMemory<byte>> authorities, RootChanges changes)
    {
        foreach (var fingerprint in changes.RemoveAuthorities)
        {
            if (!authorities.Any(der => Fingerprint(der) == fingerprint))
                throw new CentralFault($"The root names no authority with the fingerprint {fingerprint}; see: central-checkpoint keys show");
        }

        return
        [
            .. authorities.Where(der => !changes.RemoveAuthorities.Contains(Fingerprint(der))),
            .. changes.AddAuthorities.Select(static der => new ReadOnlyMemory<byte>(der)),
        ];
    }

    private static (SigningRole Role, int Index) Find(Dictionary<SigningRole, List<ReadOnlyMemory<byte>>> keys, KeyId wanted)
    {
        foreach (var (role, list) in keys)
        {
            var index = list.FindIndex(spki => KeyId.Of(spki.Span) == wanted);
            if (index >= 0)
                return (role, index);
        }

        throw new CentralFault($"The root names no key {wanted}; see: central-checkpoint keys show");
    }
}
