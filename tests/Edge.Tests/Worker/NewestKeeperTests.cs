using System.Security.Cryptography;
using EdgeCheckpoint.Core.Tests.Releases;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class NewestKeeperTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly NewestKeeper _keeper;

    public NewestKeeperTests()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04"));
        _keeper = _bench.Newest;
    }

    private ListStatus Status => new InstalledList(Microsoft.Extensions.Options.Options.Create(new ScreeningOptions()), _keeper, _bench.Clock).Status(_bench.List.Current, _bench.Clock.Read());

    /// <summary>Nobody publishes a list for two days; the post that hears from central knows that its list is the newest.</summary>
    [Fact]
    public void Status_OfAListThatIsVouchedFor_AgesFromThereOn()
    {
        _bench.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(ListFreshness.Aging, Status.Freshness);

        Take(Statement());
        Assert.Equal((ListFreshness.Fresh, TimeSpan.Zero), (Status.Freshness, Status.Age));
        _bench.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(ListFreshness.Aging, Status.Freshness);
        _bench.Time.Advance(TimeSpan.FromDays(6));

        Assert.Equal((ListFreshness.Stale, TimeSpan.FromDays(7)), (Status.Freshness, Status.Age));
    }

    /// <summary>A newer list exists and is not here: what vouches for that one says nothing for ours.</summary>
    [Fact]
    public void Status_OfAListThatIsNoLongerTheNewest_GoesOnAging()
    {
        _bench.Time.Advance(TimeSpan.FromDays(2));

        Take(Statement(version: 2));

        Assert.Equal((ListFreshness.Aging, TimeSpan.FromDays(2)), (Status.Freshness, Status.Age));
    }

    [Fact]
    public void Status_WithADoubtfulClock_IsUnknown()
    {
        Take(Statement());
        _bench.Clock.Confirm(_bench.Time.GetUtcNow().AddDays(30));

        Assert.Equal((ListFreshness.Unknown, null), (Status.Freshness, Status.Age));
    }

    [Fact]
    public void Current_AfterARestart_IsTheSame()
    {
        Take(Statement());

        Assert.Equal(Statement().Encode(), _bench.Newest.Current!.Encode());
    }

    [Fact]
    public void Check_ForgedExpiredFutureOrGoingBack_IsRefused()
    {
        Take(Statement(version: 5));

        Assert.Contains("no signature", Refusal(Statement(version: 6), RootFixtures.NewKey()), StringComparison.Ordinal);
        Assert.Contains("no signature", Refusal(Statement(version: 6), _bench.Site.Keys(SigningRole.Watchlist)[0]), StringComparison.Ordinal);
        Assert.Contains("goes back behind Watchlist 5", Refusal(Statement(version: 4)), StringComparison.Ordinal);
        Assert.Contains("goes back behind Watchlist 5", Refusal(Statement(version: 0)), StringComparison.Ordinal);
        Assert.Contains("from the future", Refusal(Statement(version: 5, issued: TimeSpan.FromHours(1))), StringComparison.Ordinal);
        Assert.Contains("older than what it said before", Refusal(Statement(version: 5, issued: -TimeSpan.FromHours(1))), StringComparison.Ordinal);
        var old = Statement(version: 5);
        _bench.Time.Advance(TimeSpan.FromHours(24));
        Assert.Contains("has expired", Refusal(old), StringComparison.Ordinal);
    }

    /// <summary>Central's nodes are not of one mind about the second; the earlier statement is no attack and replaces nothing.</summary>
    [Fact]
    public void Check_AMomentOlder_IsTakenAndTheNewerIsKept()
    {
        Take(Statement());

        Take(Statement(issued: -TimeSpan.FromSeconds(3)));

        Assert.Equal(Statement().Encode(), _keeper.Current!.Encode());
    }

    /// <summary>Central's clock was a year ahead for an hour, and this one was doubtful: once both are right, the post hears central again.</summary>
    [Fact]
    public void Check_AfterCentralWasInTheFuture_TakesWhatIsTrueAgain()
    {
        var now = _bench.Time.GetUtcNow();
        _bench.Clock.Confirm(now.AddDays(365));
        Assert.Null(_bench.Clock.Read().Trusted);
        Take(Statement(version: 2, issued: TimeSpan.FromDays(365)));
        _bench.Clock.Confirm(now);

        Take(Statement(version: 2));

        Assert.Equal(Statement(version: 2).Encode(), _keeper.Current!.Encode());
        Assert.Contains("goes back", Refusal(Statement(version: 1)), StringComparison.Ordinal);
    }

    /// <summary>A stick that was made before the last contact brings nothing new, and what it carries is judged by what central said since.</summary>
    [Fact]
    public void Check_OfAnOlderStick_AnswersWhatIsKnown()
    {
        Take(Statement(version: 2));
        var (bytes, signature) = Signed(Statement(version: 1, issued: -TimeSpan.FromDays(3)), _bench.Site.Keys(SigningRole.Timestamp)[0]);

        Assert.Equal(2UL, _keeper.Check(bytes, signature, isLive: false).Value.Find(ReleaseKind.Watchlist)!.Version);
    }

    /// <summary>
    /// Whoever stole the timestamp key can say that a list is newest which does not exist, and no more. Once the site has another key, nothing
    /// that the stolen one signed counts, and what it said of versions does not stand in the way.
    /// </summary>
    [Fact]
    public void Current_AfterTheTimestampKeyWasReplaced_ForgetsWhatTheOldOneSigned()
    {
        Take(Statement(version: ulong.MaxValue));
        Assert.Contains("goes back", Refusal(Statement(version: 2)), StringComparison.Ordinal);
        var stolen = _bench.Site.Replace(SigningRole.Timestamp)[0];
        Assert.True(_bench.Trust.Accept(_bench.Site.Sign(_bench.Site.Root(2), _bench.Site.Keys(SigningRole.Root)[..2])).TryGet(out _, out var failure), failure?.ToString());

        Assert.Null(_keeper.Current);
        Assert.Null(_bench.Newest.Current);
        Assert.Contains("no signature", Refusal(Statement(version: ulong.MaxValue), stolen), StringComparison.Ordinal);
        Take(Statement(version: 2));
        Assert.Equal(2UL, _keeper.Current!.Find(ReleaseKind.Watchlist)!.Version);
    }

    [Fact]
    public void Current_WithADamagedFile_IsNone()
    {
        Take(Statement());
        var path = Path.Combine(_bench.Data.State, "newest-statement");
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 0x40;
            File.WriteAllBytes(path, changed);
            Assert.Null(_bench.Newest.Current);
            File.WriteAllBytes(path, whole[..at]);
            Assert.Null(_bench.Newest.Current);
        }
    }

    public void Dispose() => _bench.Dispose();

    /// <param name="version">0 for a statement that names no list.</param>
    private NewestStatement Statement(ulong version = 1, TimeSpan issued = default)
    {
        var at = _bench.Time.GetUtcNow() + issued;
        var metadata = _bench.List.Current!.Metadata;
        return new NewestStatement
        {
            IssuedAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(at),
            ExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(at.AddHours(24)),
            Log = ReleaseLogHead.None,
            Releases = version == 0 ? [] : [new NewestRelease(ReleaseKind.Watchlist, version, SHA256.HashData(metadata.Bytes.Span))],
        };
    }

    private void Take(NewestStatement statement)
    {
        var (bytes, signature) = Signed(statement, _bench.Site.Keys(SigningRole.Timestamp)[0]);
        Assert.True(_keeper.Check(bytes, signature).TryGet(out var taken, out var failure), failure?.ToString());
        _keeper.Keep(taken, bytes, signature);
    }

    private string Refusal(NewestStatement statement, ECDsa? key = null)
    {
        var (bytes, signature) = Signed(statement, key ?? _bench.Site.Keys(SigningRole.Timestamp)[0]);
        var failure = _keeper.Check(bytes, signature).Failure;
        Assert.Equal(ReleaseStage.Timestamp, failure.Stage);
        return failure.Reason;
    }

    private static (byte[] Bytes, byte[] Signature) Signed(NewestStatement statement, ECDsa key)
    {
        var bytes = statement.Encode();
        return (bytes, RootFixtures.Sign(key, bytes).Signature.ToArray());
    }
}
