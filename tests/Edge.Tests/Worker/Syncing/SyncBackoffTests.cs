using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

public sealed class SyncBackoffTests
{
    private static readonly SyncOptions Settings = new();

    [Fact]
    public void Failed_AgainAndAgain_StaysWithinItsLimitsAndGrows()
    {
        const int Seed = 20261123;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var backoff = new SyncBackoff(Settings, new Random(Seed));

        var waits = Enumerable.Range(0, 200).Select(_ => backoff.Failed(TimeSpan.Zero, isUrgent: false).TotalSeconds).ToList();

        Assert.All(waits, static wait => Assert.InRange(wait, Settings.BackoffSecondsMin, Settings.BackoffSecondsMax));
        Assert.True(waits.Skip(20).Average() > waits.Take(3).Average());
        Assert.Equal(200, backoff.Failures);
    }

    [Fact]
    public void Failed_AfterALossOfConnection_IsSpreadOnceUnlessUrgent()
    {
        var wide = new SyncOptions { ReconnectSpreadSeconds = 600, BackoffSecondsMin = 0.05, BackoffSecondsMax = 1 };
        var backoff = new SyncBackoff(wide, new Random(7));
        backoff.Succeeded();
        var first = backoff.Failed(TimeSpan.Zero, isUrgent: false);
        var second = backoff.Failed(TimeSpan.Zero, isUrgent: false);
        backoff.Succeeded();
        var urgent = backoff.Failed(TimeSpan.Zero, isUrgent: true);

        Assert.True(first.TotalSeconds > 1, $"{first}");
        Assert.InRange(second.TotalSeconds, 0.05, 1);
        Assert.InRange(urgent.TotalSeconds, 0.05, 1);
    }

    [Fact]
    public void Failed_WhenCentralAskedForAWait_ObeysIt() =>
        Assert.Equal(TimeSpan.FromHours(2), new SyncBackoff(Settings, new Random(1)).Failed(TimeSpan.FromHours(2), isUrgent: true));
}
