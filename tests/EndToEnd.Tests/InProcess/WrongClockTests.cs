using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>A board whose clock is wrong by years still finds central, is admitted, reports, renews, and learns what time it is.</summary>
public sealed class WrongClockTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10 * 365)]
    [InlineData(-20 * 365)]
    [InlineData(400)]
    public async Task Appliance_ClockWrongByYears_JoinsReportsRenewsAndLearnsTheTime(int days)
    {
        await using var site = await JoinedSite.StartCentralAsync(Cancel);
        site.ApplianceTime.Offset = TimeSpan.FromDays(days);

        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        await site.HeardAsync(Cancel);
        var clock = site.Parts.GetRequiredService<ClockKeeper>();
        await Until.TrueAsync("signed time", _ => Task.FromResult(clock.SignedNow() is not null), TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
        Assert.True((clock.SignedNow()!.Value - site.CentralTime.GetUtcNow()).Duration() < TimeSpan.FromMinutes(1));
        Assert.True((clock.VerificationTime() - site.CentralTime.GetUtcNow()).Duration() < TimeSpan.FromMinutes(1));

        // Half a certificate's life later, with the clock as wrong as before.
        var first = site.Parts.GetRequiredService<CredentialBook>().InUse.NotAfter;
        site.CentralTime.Offset += TimeSpan.FromDays(45);
        await Until.TrueAsync(
            "the certificate being renewed",
            _ => Task.FromResult(site.Parts.GetRequiredService<CredentialBook>() is { IsUnproven: false } book && book.InUse.NotAfter > first),
            TimeSpan.FromSeconds(30),
            Cancel);
        await site.HeardAsync(Cancel);
    }

    [Fact]
    public async Task Restart_ClockSetAheadByYears_IsDoubtfulFindsCentralAndGoesOn()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        await site.StopApplianceAsync(Cancel);
        site.ApplianceTime.Offset = TimeSpan.FromDays(9 * 365);

        await site.StartApplianceAsync(Cancel);

        Assert.Equal(ClockQuality.Doubtful, site.Parts.GetRequiredService<ClockKeeper>().Read().Quality);
        await site.HeardAsync(Cancel);
    }
}
