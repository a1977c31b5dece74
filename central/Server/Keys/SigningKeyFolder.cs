using System.Collections.Immutable;
using System.Text;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>
/// The signing keys with which central signs by itself, in the clear: on a bench all of them, in service the timestamp
/// key. What a key may sign is said by the root, never by the name of its file.
/// </summary>
internal static class SigningKeyFolder
{
    private const string Extension = ".key";

    /// <exception cref="CentralFault">A file is open to others, encrypted, or not a key.</exception>
    public static ImmutableArray<SigningKey> Read(DataFolder folder) =>
        !Directory.Exists(folder.SigningFolder) ? [] :
        [
            .. Directory.GetFiles(folder.SigningFolder, "*" + Extension).Order(StringComparer.Ordinal)
                .Select(static path => KeyFile.Read(
                    path,
                    () => throw new CentralFault($"The key {path} is under a passphrase, and central cannot ask for it; take it in with: central-checkpoint keys keep"))),
        ];

    /// <summary>Adds a key under its role and id; adding it again changes nothing.</summary>
    public static void Add(DataFolder folder, SigningRole role, SigningKey key) =>
        PrivateFiles.Create(PathOf(folder, role, key.Id), Encoding.ASCII.GetBytes(key.ExportPem()));

    /// <summary>Removes a key.</summary>
    /// <returns>False when it was not there.</returns>
    public static bool Remove(DataFolder folder, KeyId id)
    {
        foreach (var path in Directory.GetFiles(folder.SigningFolder, "*" + Extension))
        {
            using var key = KeyFile.Read(path, static () => "");
            if (key.Id != id)
                continue;
            File.Delete(path);
            return true;
        }

        return false;
    }

    private static string PathOf(DataFolder folder, SigningRole role, KeyId id) =>
        Path.Combine(folder.SigningFolder, $"{KeyFile.Word(role)}-{id}{Extension}");
}
