using System.Text;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// The file store of the device key: two PKCS#8 PEM files that only the service's user can read. Whoever takes the card
/// and reads it elsewhere has these keys; issue D seals them with the board's own secret.
/// </summary>
internal static class DeviceKeyFiles
{
    private const string SigningName = "signing.key";
    private const string StorageName = "storage.key";

    internal static bool Exist(DataFolder data) =>
        File.Exists(Path.Combine(data.Identity, SigningName)) && File.Exists(Path.Combine(data.Identity, StorageName));

    /// <summary>Reads the keys.</summary>
    /// <exception cref="InvalidDataException">A file can be read by others.</exception>
    internal static DeviceKey Load(DataFolder data) =>
        DeviceKey.FromPem("file", Read(data, SigningName), Read(data, StorageName));

    /// <summary>The keys that are there, or fresh ones. A second try at enrolling uses the keys of the first.</summary>
    internal static DeviceKey LoadOrCreate(DataFolder data)
    {
        if (Exist(data))
            return Load(data);
        using var fresh = DeviceKey.CreateInMemory();
        var (signing, storage) = fresh.ExportPem();
        DataFolder.Write(Path.Combine(data.Identity, StorageName), Encoding.ASCII.GetBytes(storage));
        DataFolder.Write(Path.Combine(data.Identity, SigningName), Encoding.ASCII.GetBytes(signing));
        return Load(data);
    }

    private static string Read(DataFolder data, string name) =>
        Encoding.ASCII.GetString(DataFolder.ReadPrivate(Path.Combine(data.Identity, name)));
}
