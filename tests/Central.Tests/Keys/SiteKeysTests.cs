using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Tests.Rig;

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
}
