using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Worker.Enrolment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>The device key on the card: in the clear without a secret of the board, sealed with one.</summary>
public sealed class DeviceKeyFilesTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly DeviceKeySeal _seal = DeviceKeySeal.FromSecret(RandomNumberGenerator.GetBytes(32));

    private DeviceKeyFiles Sealed => new(_bench.Data, _seal, _bench.Time);

    private string[] KeyFiles => Directory.GetFiles(_bench.Data.Identity, "*.key");

    [Fact]
    public void Protection_WithoutACredential_SaysThatTheFilesArePlain()
    {
        Assert.Equal(DeviceState.Attention, _bench.KeyStore.Protection.State);
        Assert.Contains("plain files", _bench.KeyStore.Protection.Detail, StringComparison.Ordinal);
        Assert.Equal("file", _bench.Key.Kind);
        Assert.All(KeyFiles, static file => Assert.Contains("PRIVATE KEY", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Load_FirstStartWithACredential_SealsTheFilesAndGivesTheSameKeys()
    {
        using var key = Sealed.Load();

        Assert.Equal(_bench.Key.SigningKeySpki.ToArray(), key.SigningKeySpki.ToArray());
        Assert.Equal(_bench.Key.PublicKeySpki.ToArray(), key.PublicKeySpki.ToArray());
        Assert.Equal(("sealed-file", DeviceState.Ok), (key.Kind, Sealed.Protection.State));
        Assert.All(KeyFiles, static file =>
        {
            Assert.DoesNotContain("PRIVATE KEY", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        });
        using var again = Sealed.Load();
        Assert.Equal(key.SigningKeySpki.ToArray(), again.SigningKeySpki.ToArray());
    }

    [Fact]
    public void Load_SealedAndNoCredential_NamesTheRemedy()
    {
        Sealed.Load().Dispose();

        var fault = Assert.Throws<InvalidDataException>(() => _bench.KeyStore.Load());

        Assert.Contains("started without the credential", fault.Message, StringComparison.Ordinal);
        Assert.Contains("systemd unit", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithTheCredentialOfAnotherBoard_NamesTheRemedy()
    {
        Sealed.Load().Dispose();
        var other = new DeviceKeyFiles(_bench.Data, DeviceKeySeal.FromSecret(RandomNumberGenerator.GetBytes(32)), _bench.Time);

        Assert.Contains("another board", Assert.Throws<InvalidDataException>(() => other.Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FilesPutInEachOthersPlace_OpenNothing()
    {
        Sealed.Load().Dispose();
        var (signing, storage) = (Path.Combine(_bench.Data.Identity, "signing.key"), Path.Combine(_bench.Data.Identity, "storage.key"));
        var kept = File.ReadAllBytes(signing);
        File.WriteAllBytes(signing, File.ReadAllBytes(storage));
        File.WriteAllBytes(storage, kept);

        Assert.Throws<InvalidDataException>(() => Sealed.Load());
    }

    [Fact]
    public void TryOpen_AnyBitChanged_OpensNothing()
    {
        var file = _seal.Seal("signing.key", "secret"u8);
        Assert.True(_seal.TryOpen("signing.key", file, out var text));
        Assert.Equal("secret", text);

        for (var i = 0; i < file.Length; i++)
        {
            file[i] ^= 1;
            Assert.False(_seal.TryOpen("signing.key", file, out _), $"byte {i}");
            file[i] ^= 1;
        }
    }

    [Fact]
    public void CommitNext_SealedKey_IsTheKeyInUseAfterwards()
    {
        using var next = Sealed.CreateNext();
        using var found = Sealed.FindNext();
        Assert.Equal(next.SigningKeySpki.ToArray(), found!.SigningKeySpki.ToArray());

        Sealed.CommitNext();
        Sealed.CommitNext();

        using var key = Sealed.Load();
        Assert.Equal(next.SigningKeySpki.ToArray(), key.SigningKeySpki.ToArray());
        Assert.Equal(_bench.Key.PublicKeySpki.ToArray(), key.PublicKeySpki.ToArray());
        Assert.Null(Sealed.FindNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(5000)]
    public void Find_CredentialOfTheWrongLength_IsNamed(int length)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_bench.Data.Path, "credentials")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "edge-checkpoint.device-key"), new byte[length]);

        Assert.Contains(
            $"has {length} bytes",
            Assert.Throws<InvalidDataException>(() => DeviceKeySeal.Find(folder, "edge-checkpoint.device-key")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoFolderOrNoSuchCredential_IsNone()
    {
        Assert.Null(DeviceKeySeal.Find(null, "edge-checkpoint.device-key"));
        Assert.Null(DeviceKeySeal.Find(_bench.Data.Path, "edge-checkpoint.device-key"));
    }

    [Theory]
    [InlineData("DeviceKey:Store", "tpm", "this program has: file")]
    [InlineData("DeviceKey:Credential", "../name", "Credential")]
    public void Open_StoreThatIsNone_IsNamed(string setting, string value, string words)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(setting, value)]).Build();

        var fault = Assert.Throws<OptionsValidationException>(() => DeviceKeyStores.Open(configuration, _bench.Data, _bench.Time));

        Assert.Contains(words, string.Join(" ", fault.Failures), StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();
}
