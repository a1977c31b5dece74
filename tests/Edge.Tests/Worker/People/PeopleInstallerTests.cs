using EdgeCheckpoint.People;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker.People;

public sealed class PeopleInstallerTests
{
    [Fact]
    public void Install_ThenRestart_OpensTheSameAccountsWithoutAnybodySignedIn()
    {
        using var bench = new Bench();
        Install(bench, 1, InventedPeople.Officer, InventedPeople.Technician);
        bench.Restart();

        var people = bench.PeopleInstaller.OpenInstalled().Value;

        Assert.Equal(["OFF-17", "TEC-05"], people.Accounts.Select(static account => account.StaffNumber));
        Assert.False(bench.Keyring.IsOpen);
    }

    [Fact]
    public void Install_AccountsOfAnotherAppliance_AreRefused()
    {
        using var bench = new Bench();
        using var other = new Bench();
        var foreign = new PeopleContent
        {
            ApplianceId = "ap-other",
            Version = 1,
            IssuedAtUnixMicroseconds = 1,
            DeviceHalf = new byte[PostSecret.HalfLength],
            JournalPublicKeySpki = other.People.Current!.JournalPublicKeySpki,
            Accounts = [],
        };
        var (release, metadata, staged) = bench.ReleasePeople(foreign);

        Assert.Contains("another appliance", bench.PeopleInstaller.Install(release, metadata, staged).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OlderAccountsThanSeenBefore_AreRefused()
    {
        using var bench = new Bench();
        Install(bench, 5, InventedPeople.Officer);

        var older = bench.ReleasePeople(bench.NewAccounts(4, InventedPeople.Officer, InventedPeople.Ended)).Release;

        Assert.Equal(ReleaseStage.Version, bench.PeopleInstaller.Verify(older).Failure.Stage);
    }

    [Fact]
    public void Verify_SignedByOneKeyOnly_IsRefused()
    {
        using var bench = new Bench();
        var release = bench.ReleasePeople(bench.NewAccounts(1, InventedPeople.Officer)).Release;

        var refused = bench.PeopleInstaller.Verify(new SignedMetadata { Metadata = release.Metadata, Signatures = [release.Signatures[0]] });

        Assert.Equal(ReleaseStage.Trust, refused.Failure.Stage);
    }

    [Fact]
    public void Verify_WatchlistInPlaceOfAccounts_IsRefused()
    {
        using var bench = new Bench();
        var list = bench.Release(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04")).Release;

        Assert.Equal(ReleaseStage.Metadata, bench.PeopleInstaller.Verify(list).Failure.Stage);
    }

    [Fact]
    public void Install_RootOfOtherContent_IsRefused()
    {
        using var bench = new Bench();
        var (release, metadata, staged) = bench.ReleasePeople(
            bench.NewAccounts(1, InventedPeople.Officer), static good => Spoil(good).Encode());

        Assert.Equal(ReleaseStage.Content, bench.PeopleInstaller.Install(release, Spoil(metadata), staged).Failure.Stage);
    }

    [Fact]
    public void OpenInstalled_WithAnotherDevicesKey_OpensNothing()
    {
        using var bench = new Bench();
        Install(bench, 1, InventedPeople.Officer);
        using var thief = DeviceKey.CreateInMemory();
        var installer = new PeopleInstaller(ReleaseStore.OfPeople(bench.Data), bench.Keys, thief, bench.Identity, bench.Trust, bench.Clock);

        Assert.Equal(ReleaseStage.ContentKey, installer.OpenInstalled().Failure.Stage);
    }

    private static ReleaseMetadata Spoil(ReleaseMetadata good) => new()
    {
        Kind = good.Kind,
        ReleaseId = good.ReleaseId,
        Version = good.Version,
        IssuedAtUnixMicroseconds = good.IssuedAtUnixMicroseconds,
        ExpiresAtUnixMicroseconds = good.ExpiresAtUnixMicroseconds,
        StateRoot = new byte[32],
        Segments = good.Segments,
    };

    private static void Install(Bench bench, ulong version, params PostAccount[] accounts)
    {
        var (release, metadata, staged) = bench.ReleasePeople(bench.NewAccounts(version, [.. accounts]));
        Assert.True(bench.PeopleInstaller.Install(release, metadata, staged).TryGet(out _, out var failure), failure?.ToString());
    }
}
