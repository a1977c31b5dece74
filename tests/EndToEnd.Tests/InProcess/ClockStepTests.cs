using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>A clock that jumps while the appliance works: order is the sequence, and no jump loses, repeats or parts anything.</summary>
public sealed class ClockStepTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_ToAnyYearDuringAnything_KeepOrderAndLoseNothing()
    {
        var seed = Environment.GetEnvironmentVariable("CHECKPOINT_SEED") is { } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : 20261129;
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed}");
        var random = new Random(seed);
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        var clock = site.Parts.GetRequiredService<ClockKeeper>();
        await Until.TrueAsync("signed time", _ => Task.FromResult(clock.SignedNow() is not null), Patience, Cancel);
        var now = site.CentralTime.GetUtcNow();
        TimeSpan[] steps =
        [
            DateTimeOffset.UnixEpoch - now,
            new DateTimeOffset(2038, 1, 19, 3, 14, 7, TimeSpan.Zero) - now,
            TimeSpan.FromDays(3653),
            TimeSpan.FromHours(1),
            TimeSpan.FromHours(-1),
            TimeSpan.Zero,
        ];

        for (var i = 0; i < 120; i++)
        {
            site.ApplianceTime.Offset = steps[random.Next(steps.Length)];
            ledger.Write((Lane)random.Next(3), random.Next(1, 5));
            if (clock.Read().Quality == ClockQuality.Doubtful != site.ApplianceTime.Offset.Duration() > TimeSpan.FromMinutes(10))
                Assert.Fail($"Step {i}: a clock {site.ApplianceTime.Offset} off reads as {clock.Read().Quality}.");
        }

        await ledger.SentAsync(Patience, Cancel);
        await ledger.EqualAsync(Cancel);

        // Signed time went on by the monotonic clock all the while, and central knows how far off the appliance is.
        Assert.True((clock.SignedNow()!.Value - site.CentralTime.GetUtcNow()).Duration() < TimeSpan.FromMinutes(1));
        site.ApplianceTime.Offset = TimeSpan.FromDays(3653);
        await site.HeardAsync(Cancel);
        Assert.Equal(3653, (await site.HealthAsync(Cancel))!.ClockOffset.TotalDays, 0.01);
    }

    [Fact]
    public async Task Steps_WhileTheLinkIsDown_ShutNobodyOutAfterwards()
    {
        await using var site = await JoinedSite.StartCentralAsync(Cancel, linkSeed: 1);
        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        var ledger = new Ledger(site);
        await site.HeardAsync(Cancel);
        site.Link!.IsDown = true;
        foreach (var days in new[] { 3653, -20 * 365, 0, 30 })
        {
            site.ApplianceTime.Offset = TimeSpan.FromDays(days);
            ledger.Write(Lane.Audit, 3);
        }

        var link = site.Parts.GetRequiredService<CentralLink>();
        await Until.TrueAsync("the link being seen down", _ => Task.FromResult(!link.State.IsUp), Patience, Cancel);
        site.Link.IsDown = false;

        await ledger.SentAsync(Patience, Cancel);
        await ledger.EqualAsync(Cancel);
    }
}
