using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>
/// The ceremony of a bench, where nobody is there to hold keys: central makes them all, and root 1, in its own folder. A
/// site in service replaces them by keys of people (README.md).
/// </summary>
internal static class BenchCeremony
{
    private const int RootKeys = 3;

    /// <summary>Names of the keys of programs before there were roots; taken over, so that they need not be made again.</summary>
    private static readonly (string Old, SigningRole Role)[] OldKeys =
    [
        ("timestamp.key", SigningRole.Timestamp),
        ("release-authority.key", SigningRole.Watchlist),
        ("release-operator.key", SigningRole.Watchlist),
    ];

    /// <summary>Makes every key that is missing and signs root 1 with two of the three root keys.</summary>
    public static void Hold(DataFolder folder, SiteHalves site, DateTimeOffset now)
    {
        TakeOldKeys(folder);
        foreach (var role in SigningRoles.All)
        {
            var wanted = role switch
            {
                SigningRole.Root => RootKeys,
                SigningRole.Timestamp => 1,
                _ => SigningRoles.ThresholdMin(role),
            };
            for (var missing = wanted - Count(folder, role); missing > 0; missing--)
                Make(folder, role);
        }

        var kept = SigningKeyFolder.Read(folder);
        var changes = new RootChanges
        {
            Add = [.. SigningRoles.All.ToArray()
                .Where(static role => role != SigningRole.Timestamp)
                .SelectMany(role => KeysOf(folder, role).Select(spki => (role, spki)))],
        };
        var root = RootDraft.First(site, changes, now).Encode();
        var signers = kept.Where(key => KeysOf(folder, SigningRole.Root).Take(SigningRoles.ThresholdMin(SigningRole.Root)).Any(spki => spki.AsSpan().SequenceEqual(key.Spki)));
        RootFiles.Add(folder, SignedMetadata.From(root, signers.Select(key => key.SignRelease(root))), version: 1);
    }

    /// <summary>Makes a key in central's folder.</summary>
    public static SigningKey Make(DataFolder folder, SigningRole role)
    {
        var key = SigningKey.Create();
        SigningKeyFolder.Add(folder, role, key);
        return key;
    }

    /// <summary>The timestamp key is central's own, whoever holds the others.</summary>
    public static void MakeTimestampKey(DataFolder folder)
    {
        TakeOldKeys(folder);
        if (Count(folder, SigningRole.Timestamp) == 0)
            Make(folder, SigningRole.Timestamp).Dispose();
    }

    public static byte[] TimestampSpki(DataFolder folder) => KeysOf(folder, SigningRole.Timestamp)[0];

    private static void TakeOldKeys(DataFolder folder)
    {
        foreach (var (old, role) in OldKeys.Where(known => File.Exists(folder.Key(known.Old))))
        {
            using var key = KeyFile.Read(folder.Key(old), static () => "");
            SigningKeyFolder.Add(folder, role, key);
            File.Delete(folder.Key(old));
        }
    }

    private static int Count(DataFolder folder, SigningRole role) => KeysOf(folder, role).Length;

    /// <summary>Before there is a root the name of the file is all there is to go by.</summary>
    private static byte[][] KeysOf(DataFolder folder, SigningRole role)
    {
        return [.. Directory.GetFiles(folder.SigningFolder, $"{KeyFile.Word(role)}-*.key").Order(StringComparer.Ordinal).Select(static path =>
        {
            using var key = KeyFile.Read(path, static () => "");
            return key.Spki;
        })];
    }
}
