using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class LeaseTests : IDisposable
{
    private readonly Bench _bench = new();

    public LeaseTests()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04"));
    }

    private Guid Release => _bench.List.Current!.Metadata.ReleaseId;

    private LeaseWatchService Watch => new(
        _bench.Installer, _bench.List, _bench.Journal, _bench.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<LeaseWatchService>.Instance);

    [Fact]
    public void Look_AfterTheLease_ClosesTheListForGood()
    {
        var release = Release;
        _bench.Time.Advance(TimeSpan.FromDays(14));

        Watch.Look();

        Assert.Null(_bench.List.Current);
        Assert.Equal(LeasedKeys.LeaseEnded, _bench.List.Problem);
        Assert.Null(_bench.Keys.Find(release));
        Assert.Equal(ReleaseStage.ContentKey, _bench.Installer.OpenInstalled().Failure.Stage);
        Assert.Equal(ListFreshness.None, _bench.List.Status(_bench.List.Current, _bench.Clock.Read()).Freshness);
        var records = _bench.Journal.ReadUnsent(Lane.Audit)!.Records;
        Assert.Equal(RecordKind.LeaseEnded, RecordHeader.Parse(records[^1].Header).Value.Kind);
    }

    [Fact]
    public void Look_WithADoubtfulClock_EndsNothing()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow().AddDays(30));

        Watch.Look();

        Assert.NotNull(_bench.List.Current);
    }

    [Fact]
    public void Look_InTheLastDays_CountsThem()
    {
        _bench.Time.Advance(TimeSpan.FromDays(12));

        Watch.Look();

        Assert.Contains("closes in 48 h", _bench.List.Problem, StringComparison.Ordinal);
        Assert.NotNull(_bench.List.Current);
    }

    [Fact]
    public void RenewLease_ByCentral_CountsAnew()
    {
        var wrapped = _bench.Keys.Find(Release)!.Wrapped;
        _bench.Time.Advance(TimeSpan.FromDays(13));
        Watch.Look();
        Assert.NotEqual("", _bench.List.Problem);

        _bench.Installer.RenewLease(1, null, wrapped, _bench.Time.GetUtcNow().AddDays(14));
        Watch.Look();
        _bench.Time.Advance(TimeSpan.FromDays(9));
        Watch.Look();

        Assert.Equal("", _bench.List.Problem);
        Assert.NotNull(_bench.List.Current);
    }

    [Fact]
    public void OpenInstalled_AfterTheLease_OpensNothingThenOrLater()
    {
        _bench.Time.Advance(TimeSpan.FromDays(15));

        Assert.Equal(LeasedKeys.LeaseEnded, _bench.Installer.OpenInstalled().Failure.Reason);
        Assert.Contains("not on this appliance", _bench.Installer.OpenInstalled().Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenInstalled_AfterABootWithTheClockYearsAhead_DestroysNothing()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        var release = Release;
        _bench.Time.Advance(TimeSpan.FromDays(10 * 365));
        _bench.NewBoot();

        Assert.True(_bench.Installer.OpenInstalled().IsSuccess);
        Assert.NotNull(_bench.Keys.Find(release));
        Assert.Equal(ListFreshness.Unknown, _bench.List.Status(_bench.List.Current, _bench.Clock.Read()).Freshness);
    }

    public void Dispose() => _bench.Dispose();
}
