using EdgeCheckpoint.Core.Tests.Releases;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>
/// Thieves of a site's keys sign a version beyond all others, so that nothing real is ever newer (TUF 1.0.34 §1.5.2, fast-forward). Once a root has
/// taken the keys away, the next ordinary version counts again.
/// </summary>
public sealed class FastForwardTests : IDisposable
{
    private const ulong Far = 1UL << 40;

    private static readonly WatchlistEntry Comes = Bench.Entry("uto:9", "OBADIAH QUILLFEATHER", "1966-01-02");

    private readonly Bench _bench = new();
    private readonly ScriptedCentral _central;
    private readonly List<ReleaseRig> _rigs = [];

    public FastForwardTests()
    {
        _central = new ScriptedCentral(_bench);
        Publish(5, ReleaseRig.Listed);
    }

    [Fact]
    public async Task List_OfStolenKeys_BindsNobodyAfterTheirReplacement()
    {
        var rig = Start();
        await rig.LookAsync();
        Publish(Far, ReleaseRig.Listed);
        await rig.LookAsync();
        Assert.Equal(Far, rig.Version);

        Publish(6, ReleaseRig.Listed, Comes);
        await rig.LookAsync();
        Assert.Equal(Far, rig.Version);
        Assert.Equal(Far, rig.Lists.HighestVersion());

        RotateKeys(SigningRole.Watchlist);
        Publish(6, ReleaseRig.Listed, Comes);
        await rig.LookAsync();

        Assert.Equal(6UL, rig.Version);
        Assert.True(rig.IsHit(Comes));
        Assert.Equal(6UL, rig.Lists.HighestVersion());
        Assert.Equal("", rig.List.Problem);
        Assert.DoesNotContain(Directory.GetFiles(rig.Data.Lists), static path => path.Contains($"{Far}", StringComparison.Ordinal));

        // The next ones go on from there, by delta, after a restart too.
        var restarted = Start();
        Assert.Equal(6UL, restarted.Version);
        _central.Publish(_bench.Release(7, [ReleaseRig.Listed], (6, [ReleaseRig.Listed, Comes])), _bench.Releases);
        await restarted.LookAsync();
        Assert.Equal(7UL, restarted.Version);
        Assert.NotNull(restarted.List.Current!.Overlay);
    }

    /// <summary>The post is off during all of it, and nobody has signed in when the new root comes.</summary>
    [Fact]
    public async Task List_OfStolenKeys_BindsNobodyAfterARestart()
    {
        var rig = Start();
        await rig.LookAsync();
        Publish(Far, ReleaseRig.Listed);
        await rig.LookAsync();
        RotateKeys(SigningRole.Watchlist);
        Publish(6, ReleaseRig.Listed, Comes);

        var restarted = Start();
        Assert.Equal(Far, restarted.Version);
        restarted.AssertListedIsNotCleared("before the new keys");
        await restarted.LookAsync();

        Assert.Equal(6UL, restarted.Version);
    }

    /// <summary>The generation before the thieves' is still there and signed by keys that stay: nothing goes back behind it.</summary>
    [Fact]
    public async Task List_OlderThanWhatTodaysKeysSigned_IsStillRefused()
    {
        var rig = Start();
        await rig.LookAsync();
        Publish(Far, ReleaseRig.Listed);
        await rig.LookAsync();
        RotateKeys(SigningRole.Watchlist);
        Publish(6, ReleaseRig.Listed);
        await rig.LookAsync();
        Assert.Equal(6UL, rig.Version);

        var old = _bench.Release(5, ReleaseRig.Listed);

        Assert.Equal(ReleaseStage.Version, rig.Lists.Verify(old.Release).Failure.Stage);
    }

    /// <summary>Keys are replaced in ordinary times: the list of the old ones stays in use, and nobody is told of a refusal until the next is published.</summary>
    [Fact]
    public async Task Rotation_WithNothingPublishedSince_KeepsTheListAndRefusesNothing()
    {
        var rig = Start();
        await rig.LookAsync();
        RotateKeys(SigningRole.Watchlist);
        rig.Notes.Clear();

        await rig.LookAsync();
        await rig.LookAsync();

        Assert.Equal(5UL, rig.Version);
        Assert.Equal("", rig.List.Problem);
        Assert.Empty(rig.Notes);
    }

    /// <summary>A new key beside the old ones takes nothing away: versions bind as before.</summary>
    [Fact]
    public async Task Rotation_ThatOnlyAddsAKey_LetsNothingGoBack()
    {
        var rig = Start();
        await rig.LookAsync();
        using var third = RootFixtures.NewKey();
        var roles = _bench.Site.Roles().Select(role => role.Role == SigningRole.Watchlist
            ? RootFixtures.Role(SigningRole.Watchlist, 2, [.. _bench.Site.Keys(SigningRole.Watchlist), third])
            : role);
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(2, [.. roles])));
        await rig.LookAsync();
        Assert.Equal(2UL, rig.Trust.Current.Version);

        Assert.Equal(5UL, rig.Lists.HighestVersion());
        Assert.Equal(ReleaseStage.Version, rig.Lists.Verify(_bench.Release(4, ReleaseRig.Listed).Release).Failure.Stage);
    }

    /// <summary>A worthless signature in the name of a key that stays does not make the thieves' version outlive theirs.</summary>
    [Fact]
    public async Task List_WithAFalseSignatureOfAKeyThatStays_BindsNobodyEither()
    {
        var rig = Start();
        await rig.LookAsync();
        using var staying = RootFixtures.NewKey();
        using var other = RootFixtures.NewKey();
        var stolen = _bench.Site.Keys(SigningRole.Watchlist);
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(2, Roles(RootFixtures.Role(SigningRole.Watchlist, 2, [.. stolen, staying, other])))));
        var made = _bench.Release(Far, ReleaseRig.Listed);
        var forged = SignedMetadata.From(made.Release.Metadata, [
            .. made.Release.ReleaseSignatures,
            .. new[] { staying, other }.Select(key => RootFixtures.Sign(key, made.Release.Metadata) with { Signature = made.Release.Signatures[0].Value }),
        ]);
        _central.Publish((forged, made.Metadata, made.Staged), _bench.Releases);
        await rig.LookAsync();
        Assert.Equal(Far, rig.Version);

        using var fresh = RootFixtures.NewKey();
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(3, Roles(RootFixtures.Role(SigningRole.Watchlist, 2, staying, other, fresh)))));
        await rig.LookAsync();

        Assert.Equal(3UL, rig.Trust.Current.Version);
        Assert.Equal(0UL, rig.Lists.HighestVersion());
    }

    [Fact]
    public async Task Suppression_OfStolenKeys_BindsNobodyAfterTheirReplacement()
    {
        Publish(6, ReleaseRig.Listed, ReleaseRig.Delisted);
        var rig = Start();
        Suppress(3);
        await rig.LookAsync();
        Assert.True(rig.IsHit(ReleaseRig.Delisted));
        Suppress(Far, ReleaseRig.Delisted);
        await rig.LookAsync();
        Assert.False(rig.IsHit(ReleaseRig.Delisted));

        RotateKeys(SigningRole.Suppress);
        Suppress(4);
        await rig.LookAsync();

        Assert.True(rig.IsHit(ReleaseRig.Delisted));
        Assert.Equal(4UL, rig.Suppressions.HighestVersion());
        Assert.True(Start().IsHit(ReleaseRig.Delisted));
    }

    [Fact]
    public async Task People_OfStolenKeys_BindNobodyAfterTheirReplacement()
    {
        var rig = Start();
        Admit(2);
        await rig.LookAsync();
        Admit(Far);
        await rig.LookAsync();
        Assert.Equal(Far, rig.People.Current!.Version);

        RotateKeys(SigningRole.People);
        Admit(3);
        await rig.LookAsync();

        Assert.Equal(3UL, rig.People.Current!.Version);
        Assert.Equal(3UL, Start().People.Current!.Version);
    }

    /// <summary>Two of three sign: when a key goes, what the others signed together before still binds, however high the last version of its own was.</summary>
    [Fact]
    public async Task List_OfTwoOfThreeKeys_BindsAsFarAsThoseThatStaySigned()
    {
        var rig = Start();
        await rig.LookAsync();
        var (first, second) = (_bench.Site.Keys(SigningRole.Watchlist)[0], _bench.Site.Keys(SigningRole.Watchlist)[1]);
        using var third = RootFixtures.NewKey();
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(2, Roles(RootFixtures.Role(SigningRole.Watchlist, 2, first, second, third)))));
        PublishSigned(6, first, second);
        await rig.LookAsync();
        PublishSigned(7, second, third);
        await rig.LookAsync();
        Assert.Equal((7UL, 7UL), (rig.Version, rig.Lists.HighestVersion()));

        using var fresh = RootFixtures.NewKey();
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(3, Roles(RootFixtures.Role(SigningRole.Watchlist, 2, first, second, fresh)))));
        await rig.LookAsync();

        Assert.Equal((3UL, 6UL), (rig.Trust.Current.Version, rig.Lists.HighestVersion()));
        Assert.Equal(ReleaseStage.Version, rig.Lists.Verify(_bench.Release(5, ReleaseRig.Listed).Release).Failure.Stage);
        Assert.Equal(6UL, Start().Lists.HighestVersion());
    }

    /// <summary>Keys that come back bind as far as they had signed.</summary>
    [Fact]
    public async Task List_OfKeysThatWereAwayForAWhile_BindsAsBefore()
    {
        var rig = Start();
        await rig.LookAsync();
        using var other = RootFixtures.NewKey();
        using var another = RootFixtures.NewKey();
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(2, Roles(RootFixtures.Role(SigningRole.Watchlist, 2, other, another)))));
        PublishSigned(6, other, another);
        await rig.LookAsync();
        PublishSigned(7, other, another);
        await rig.LookAsync();
        Assert.Equal(7UL, rig.Lists.HighestVersion());

        _central.Publish(_bench.Site.Sign(_bench.Site.Root(3)));
        await rig.LookAsync();

        Assert.Equal(5UL, rig.Lists.HighestVersion());
        Assert.Equal(ReleaseStage.Version, rig.Lists.Verify(_bench.Release(4, ReleaseRig.Listed).Release).Failure.Stage);
    }

    public void Dispose()
    {
        _rigs.ForEach(static rig => rig.Dispose());
        _bench.Dispose();
    }

    private System.Collections.Immutable.ImmutableArray<TrustedRole> Roles(TrustedRole lists) =>
        [.. _bench.Site.Roles().Select(role => role.Role == lists.Role ? lists : role)];

    private ReleaseRig Start()
    {
        _rigs.Add(new ReleaseRig(_bench, _central, _bench.Data));
        return _rigs[^1];
    }

    private void Publish(ulong version, params WatchlistEntry[] entries) => _central.Publish(_bench.Release(version, entries), _bench.Releases);

    private void PublishSigned(ulong version, params System.Security.Cryptography.ECDsa[] signers)
    {
        var made = _bench.Release(version, ReleaseRig.Listed);
        _central.Publish(
            (SignedMetadata.From(made.Release.Metadata, [.. signers.Select(key => RootFixtures.Sign(key, made.Release.Metadata))]), made.Metadata, made.Staged), _bench.Releases);
    }

    private void Suppress(ulong version, params WatchlistEntry[] entries) => _central.Publish(
        _bench.ReleaseSuppression(version, removals: [.. entries.Select(entry => (entry.EntryId, _bench.Time.GetUtcNow().AddHours(72)))]),
        ReleaseStore.OfSuppressions(_bench.Data));

    private void Admit(ulong version) => _central.Publish(
        _bench.ReleasePeople(_bench.NewAccounts(version, _bench.People.Current!.Accounts)), ReleaseStore.OfPeople(_bench.Data));

    private void RotateKeys(SigningRole role)
    {
        foreach (var key in _bench.Site.Replace(role))
            key.Dispose();
        _central.Publish(_bench.Site.Sign(_bench.Site.Root(2)));
    }
}
