using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Tests.Keys;

public sealed class SiteKeysTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly DataFolder _data;

    public SiteKeysTests()
    {
        _data = new DataFolder(_folder.File("data"));
        SiteKeys.Create(_data, "Utopia", "https://central.example:7443", Now);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(300, false)]
    [InlineData(340, true)]
    public void Load_ServerCertificate_IsRenewedBeforeItEnds(int days, bool isNew)
    {
        using var first = SiteKeys.Load(_data, Now);

        using var second = SiteKeys.Load(_data, Now.AddDays(days));

        Assert.Equal(isNew, first.ServerCertificate.Thumbprint != second.ServerCertificate.Thumbprint);
        Assert.Equal(first.Authority.Certificate.Thumbprint, second.Authority.Certificate.Thumbprint);
    }

    [Fact]
    public void Load_HostChanged_GetsACertificateForIt()
    {
        using (var first = SiteKeys.Load(_data, Now))
            Assert.True(first.ServerCertificate.MatchesHostname("central.example"));
        SiteKeys.Create(_data, null, "https://10.1.2.3:7443", Now);

        using var second = SiteKeys.Load(_data, Now);

        Assert.True(second.ServerCertificate.MatchesHostname("10.1.2.3"));
        Assert.True(second.ServerCertificate.MatchesHostname("localhost"));
        Assert.True(second.ServerCertificate.MatchesHostname("127.0.0.1"));
    }

    [Fact]
    public void Load_DamagedKey_IsAFaultNamingTheFolder()
    {
        PrivateFiles.Create(_data.Key("record.key"), "nonsense"u8);

        Assert.Contains(_data.KeysFolder, Assert.Throws<CentralFault>(() => SiteKeys.Load(_data, Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_InterruptedBeforeTheSiteFile_GoesOnWithTheSameKeys()
    {
        var key = File.ReadAllText(_data.Key("record.key"));
        File.Delete(_data.SiteFile);

        Assert.True(SiteKeys.Create(_data, "Utopia", null, Now));

        Assert.Equal(key, File.ReadAllText(_data.Key("record.key")));
    }

    [Fact]
    public void Create_FolderOfAnOlderProgram_GetsARootOfTheKeysItHas()
    {
        // As it was before there were roots: three keys under other names, and an authority that allows none below it.
        byte[] timestamp;
        using (var keys = SiteKeys.Load(_data, Now))
        {
            timestamp = keys.TimestampKey.Spki;
            File.WriteAllText(_data.Key("timestamp.key"), keys.TimestampKey.ExportPem());
            File.WriteAllText(_data.Key("release-authority.key"), keys.KeysOf(SigningRole.Watchlist)[0].ExportPem());
            File.WriteAllText(_data.Key("release-operator.key"), keys.KeysOf(SigningRole.Watchlist)[1].ExportPem());
        }

        foreach (var name in (string[])["timestamp.key", "release-authority.key", "release-operator.key"])
            File.SetUnixFileMode(_data.Key(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.Delete(_data.RootsFolder, recursive: true);
        Directory.Delete(_data.SigningFolder, recursive: true);
        Assert.Contains("make what is missing with", Assert.Throws<CentralFault>(() => SiteKeys.Load(_data, Now)).Message, StringComparison.Ordinal);

        SiteKeys.Create(_data, null, null, Now);

        using var upgraded = SiteKeys.Load(_data, Now);
        Assert.Equal(1UL, upgraded.Root.Version);
        Assert.Equal(timestamp, upgraded.TimestampKey.Spki);
        Assert.Equal(2, upgraded.KeysOf(SigningRole.Watchlist).Length);
        Assert.False(File.Exists(_data.Key("timestamp.key")));
    }

    [Fact]
    public void Load_RootsThatDoNotFollowOneAnother_IsAFault()
    {
        var first = Directory.GetFiles(_data.RootsFolder)[0];
        PrivateFiles.Create(Path.Combine(_data.RootsFolder, "0000000002.json"), File.ReadAllBytes(first));

        Assert.Contains("do not follow one another", Assert.Throws<CentralFault>(() => SiteKeys.Load(_data, Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SigningKeyUnderAPassphrase_NamesTheRemedy()
    {
        KeyFile.Make(SigningRole.Watchlist, Path.Combine(_data.SigningFolder, "watchlist-mine.key"), "a long passphrase", Now);

        Assert.Contains("keys keep", Assert.Throws<CentralFault>(() => SiteKeys.Load(_data, Now)).Message, StringComparison.Ordinal);
    }
}
