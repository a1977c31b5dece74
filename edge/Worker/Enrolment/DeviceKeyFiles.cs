using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Devices;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// The file store of the device key: PKCS#8 in PEM, sealed with a secret of the board where the service was started with one
/// (<see cref="DeviceKeySeal"/>), otherwise in files that only the service's user can read. Files from before the first start with a
/// secret are sealed at that start.
/// </summary>
internal sealed class DeviceKeyFiles : IDeviceKeyStore
{
    private const string SigningName = "signing.key";
    private const string NextSigningName = "signing-next.key";
    private const string StorageName = "storage.key";

    private readonly string _folder;
    private readonly DeviceKeySeal? _seal;
    private readonly TimeProvider _time;

    /// <param name="seal">Null without a secret of the board.</param>
    internal DeviceKeyFiles(DataFolder data, DeviceKeySeal? seal, TimeProvider time)
    {
        (_folder, _seal, _time) = (data.Identity, seal, time);
    }

    public bool Exists => File.Exists(PathOf(SigningName)) && File.Exists(PathOf(StorageName));

    public DeviceHealth Protection => _seal is null
        ? new DeviceHealth(
            DeviceState.Attention, "in plain files: whoever can read the card has it. Start the service with a credential (edge/deploy).", _time.GetUtcNow())
        : new DeviceHealth(DeviceState.Ok, "sealed with a credential of this board", _time.GetUtcNow());

    public IDeviceKey Load() => Load(SigningName);

    public IDeviceKey LoadOrCreate()
    {
        if (Exists)
            return Load();
        using var fresh = DeviceKey.CreateInMemory();
        var (signing, storage) = fresh.ExportPem();
        Write(StorageName, storage);
        Write(SigningName, signing);
        return Load();
    }

    public IDeviceKey? FindNext() => File.Exists(PathOf(NextSigningName)) ? Load(NextSigningName) : null;

    public IDeviceKey CreateNext()
    {
        using var fresh = DeviceKey.CreateInMemory();
        Write(NextSigningName, fresh.ExportPem().Signing);
        return Load(NextSigningName);
    }

    public void CommitNext()
    {
        if (!File.Exists(PathOf(NextSigningName)))
            return;
        File.Move(PathOf(NextSigningName), PathOf(SigningName), overwrite: true);
        DataFolder.FlushFolder(_folder);
    }

    public void DropNext()
    {
        File.Delete(PathOf(NextSigningName));
        DataFolder.FlushFolder(_folder);
    }

    private DeviceKey Load(string signingName) =>
        DeviceKey.FromPem(_seal is null ? "file" : "sealed-file", Read(signingName), Read(StorageName));

    private string Read(string name)
    {
        var bytes = DataFolder.ReadPrivate(PathOf(name));
        if (!DeviceKeySeal.IsSealed(bytes))
        {
            var plain = Encoding.ASCII.GetString(bytes);
            if (_seal is not null)
                Write(name, plain);
            return plain;
        }

        if (_seal is null)
        {
            throw new InvalidDataException(
                $"{PathOf(name)} is sealed, and this program was started without the credential that opens it. Start it by its systemd unit "
                + "(edge/deploy), or enrol the appliance anew: edge-checkpoint replace.");
        }

        return _seal.TryOpen(PurposeOf(name), bytes, out var opened)
            ? opened
            : throw new InvalidDataException(
                $"{PathOf(name)} does not open with the credential of this start: it belongs to another board, was made anew, or the file is damaged. "
                + "Bring the right credential back, or enrol the appliance anew: edge-checkpoint replace.");
    }

    private void Write(string name, string pem)
    {
        var plain = Encoding.ASCII.GetBytes(pem);
        DataFolder.Write(PathOf(name), _seal is null ? plain : _seal.Seal(PurposeOf(name), plain));
        CryptographicOperations.ZeroMemory(plain);
    }

    /// <summary>The next signing key becomes the present one by a rename, so both are sealed for the same purpose.</summary>
    private static string PurposeOf(string name) => name == NextSigningName ? SigningName : name;

    private string PathOf(string name) => Path.Combine(_folder, name);
}
