using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class ReleaseInstallerTests
{
    private static readonly EdgeCheckpoint.Watchlists.WatchlistEntry Listed = Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04");

    [Fact]
    public void OpenInstalled_OnAnEmptyCard_SaysThatThereIsNone()
    {
        using var bench = new Bench();

        Assert.Equal(ReleaseStage.Content, bench.Installer.OpenInstalled().Failure.Stage);
    }

    [Fact]
    public void Install_ThenRestart_OpensTheSameList()
    {
        using var bench = new Bench();
        bench.Install(3, Listed);

        var opened = bench.Installer.OpenInstalled();

        Assert.True(opened.IsSuccess);
        Assert.Equal(3UL, opened.Value.Metadata.Version);
        Assert.Equal("uto:1", opened.Value.Base.Package.Entry(0).EntryId);
        Assert.Equal(3UL, bench.Installer.HighestVersion());
    }

    [Fact]
    public void Install_SegmentChanged_IsRefusedAndTheOldListStays()
    {
        using var bench = new Bench();
        bench.Install(1, Listed);
        var (release, metadata, staged) = bench.Release(2, Listed);
        var bytes = File.ReadAllBytes(staged);
        bytes[^1] ^= 1;
        File.WriteAllBytes(staged, bytes);

        var refused = bench.Installer.Install(release, metadata, ReleaseMetadata.BaseSegment, staged, null);

        Assert.Equal(ReleaseStage.Segment, refused.Failure.Stage);
        Assert.Equal(1UL, bench.Installer.OpenInstalled().Value.Metadata.Version);
        Assert.Equal(1UL, bench.Installer.HighestVersion());
    }

    [Fact]
    public void Verify_OlderThanSeenBefore_IsRefusedEvenAfterTheFolderWasRestored()
    {
        using var bench = new Bench();
        bench.Install(5, Listed);
        foreach (var file in Directory.GetFiles(bench.Data.Lists))
            File.Delete(file);

        var refused = bench.Installer.Verify(bench.Release(4, Listed).Release);

        Assert.Equal(ReleaseStage.Version, refused.Failure.Stage);
    }

    [Fact]
    public void Verify_OneSignatureOfTwo_IsRefused()
    {
        using var bench = new Bench();
        var release = bench.Release(1, Listed).Release;

        var refused = bench.Installer.Verify(new SignedMetadata { Metadata = release.Metadata, Signatures = [release.Signatures[0], release.Signatures[0]] });

        Assert.Equal(ReleaseStage.Trust, refused.Failure.Stage);
    }

    [Fact]
    public void OpenInstalled_WithAnotherDevicesKey_OpensNothing()
    {
        using var bench = new Bench();
        bench.Install(1, Listed);
        using var thief = DeviceKey.CreateInMemory();

        var refused = new ReleaseInstaller(bench.Releases, bench.Keys, thief, bench.Keyring, bench.Trust, bench.Clock).OpenInstalled();

        Assert.Equal(ReleaseStage.ContentKey, refused.Failure.Stage);
    }

    [Fact]
    public void OpenInstalled_BeforeAnybodySignedIn_OpensNothing()
    {
        using var bench = new Bench();
        bench.Install(1, Listed);
        bench.Restart();

        Assert.Equal(LeasedKeys.Closed, bench.Installer.OpenInstalled().Failure.Reason);
        bench.OpenKeys();
        Assert.True(bench.Installer.OpenInstalled().IsSuccess);
    }

    [Fact]
    public void OpenInstalled_AfterTheContentKeyWasDestroyed_OpensNothing()
    {
        using var bench = new Bench();
        bench.Install(1, Listed);
        bench.Keys.Destroy(bench.List.Current!.Metadata.ReleaseId);
        bench.Keys.Destroy(bench.List.Current!.Metadata.ReleaseId);

        Assert.Equal(ReleaseStage.ContentKey, bench.Installer.OpenInstalled().Failure.Stage);
    }

    [Fact]
    public void OpenInstalled_LongAfterTheMetadataExpired_StillOpens()
    {
        using var bench = new Bench();
        bench.Install(1, Listed);
        bench.Time.Advance(TimeSpan.FromDays(400));
        bench.Installer.RenewLease(1, null, bench.Keys.Find(bench.List.Current!.Metadata.ReleaseId)!.Wrapped, bench.Time.GetUtcNow().AddDays(14));

        Assert.True(bench.Installer.OpenInstalled().IsSuccess);
    }

    [Fact]
    public void Install_ManyVersions_KeepsTwoGenerationsOnTheCard()
    {
        using var bench = new Bench();
        for (ulong version = 1; version <= 4; version++)
            bench.Install(version, Listed);

        Assert.Equal(2, Directory.GetFiles(bench.Data.Lists, "*.sealed").Length);
        Assert.Equal(4UL, bench.Installer.OpenInstalled().Value.Metadata.Version);
    }
}
