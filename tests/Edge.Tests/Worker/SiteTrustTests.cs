using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>Whom an appliance trusts, over restarts and changes of keys.</summary>
public sealed class SiteTrustTests
{
    private static readonly EdgeCheckpoint.Watchlists.WatchlistEntry Listed = Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04");

    [Fact]
    public void Accept_NextRoot_IsTrustedAtOnceAndAfterARestart()
    {
        using var bench = new Bench();
        var old = bench.Site.Replace(SigningRole.Root);

        Assert.True(bench.Trust.Accept(bench.Site.Sign(bench.Site.Root(2), [.. old[..2], .. bench.Site.Keys(SigningRole.Root)[..2]])).IsSuccess);

        Assert.Equal(2UL, bench.Trust.Current.Version);
        var again = SiteTrust.Load(bench.Data);
        Assert.Equal([1UL, 2UL], again.Accepted.Select(static root => root.Version));
        Assert.True(again.Accept(bench.Site.Sign(bench.Site.Root(3))).IsSuccess);
    }

    [Fact]
    public void Accept_RootThatSkipsAStepOrIsNotSigned_ChangesNothing()
    {
        using var bench = new Bench();

        Assert.Equal(ReleaseStage.Root, bench.Trust.Accept(bench.Site.Sign(bench.Site.Root(3))).Failure.Stage);
        Assert.Equal(ReleaseStage.Root, bench.Trust.Accept(bench.Site.Sign(bench.Site.Root(2), bench.Site.Keys(SigningRole.Root)[0])).Failure.Stage);

        Assert.Equal(1UL, bench.Trust.Current.Version);
        Assert.Equal(1UL, SiteTrust.Load(bench.Data).Current.Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("[{\"metadata\":\"AAAA\",\"signatures\":[]}]")]
    public void Load_DamagedFile_SaysToEnrolAgain(string content)
    {
        using var bench = new Bench();
        File.WriteAllText(Path.Combine(bench.Data.Identity, "roots.json"), content);

        var fault = Assert.Throws<InvalidDataException>(() => SiteTrust.Load(bench.Data));

        Assert.Contains("roots.json", fault.Message, StringComparison.Ordinal);
        Assert.Contains("nrol", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Missing_SaysToEnrolAgain()
    {
        using var bench = new Bench();
        File.Delete(Path.Combine(bench.Data.Identity, "roots.json"));

        Assert.Contains("Enrol it again", Assert.Throws<InvalidDataException>(() => SiteTrust.Load(bench.Data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AfterTheWatchlistKeysChanged_TakesTheNewAndNotTheOld()
    {
        using var bench = new Bench();
        var byOldKeys = bench.Release(1, Listed).Release;
        Assert.True(bench.Installer.Verify(byOldKeys).IsSuccess);
        bench.Site.Replace(SigningRole.Watchlist);
        var byNewKeys = bench.Release(2, Listed).Release;
        Assert.Equal(ReleaseStage.Trust, bench.Installer.Verify(byNewKeys).Failure.Stage);

        Assert.True(bench.Trust.Accept(bench.Site.Sign(bench.Site.Root(2))).IsSuccess);

        Assert.Equal(ReleaseStage.Trust, bench.Installer.Verify(byOldKeys).Failure.Stage);
        Assert.True(bench.Installer.Verify(byNewKeys).IsSuccess);
    }

    [Fact]
    public void OpenInstalled_AfterTheWatchlistKeysChanged_StillOpensTheListOfBefore()
    {
        using var bench = new Bench();
        bench.Install(1, Listed);
        bench.Site.Replace(SigningRole.Watchlist);
        Assert.True(bench.Trust.Accept(bench.Site.Sign(bench.Site.Root(2))).IsSuccess);

        var opened = new EdgeCheckpoint.Worker.Screening.ReleaseInstaller(
            bench.Releases, bench.Keys, bench.Key, bench.Keyring, SiteTrust.Load(bench.Data), bench.Clock).OpenInstalled();

        Assert.True(opened.IsSuccess);
    }
}
