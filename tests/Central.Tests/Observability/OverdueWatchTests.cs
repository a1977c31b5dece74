using System.Diagnostics.Metrics;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Observability;

public sealed class OverdueWatchTests
{
    [Fact]
    public async Task Look_PostSilentForTooLong_RaisesTheAlarmOnceAndSaysWhenItIsBack()
    {
        await using var site = await TestSite.StartAsync();
        using var appliance = await site.EnrolAsync();
        await appliance.BeatAsync();
        var watch = site.App.Services.GetRequiredService<OverdueWatch>();
        await watch.LookAsync(Token);
        Assert.Equal(0, Alarms(site));

        site.Time.Advance(TimeSpan.FromMinutes(16));
        await watch.LookAsync(Token);
        await watch.LookAsync(Token);

        Assert.Equal(1, Alarms(site));
        Assert.Equal((1, 1), (Gauge(site, "checkpoint.posts.active"), Gauge(site, "checkpoint.posts.overdue")));
        await appliance.BeatAsync();
        await watch.LookAsync(Token);
        Assert.Contains(site.Log.Lines, static line => line.Contains("is heard of again", StringComparison.Ordinal));
        Assert.Equal(0, Gauge(site, "checkpoint.posts.overdue"));
    }

    [Fact]
    public async Task Look_CentralItselfWasAway_GivesThePostsAsLongAsEver()
    {
        await using var site = await TestSite.StartAsync();
        using var appliance = await site.EnrolAsync();
        await appliance.BeatAsync();
        site.Time.Advance(TimeSpan.FromHours(5));

        // As after a start: this watch has not been there for these hours.
        var watch = ActivatorUtilities.CreateInstance<OverdueWatch>(site.App.Services);
        await watch.LookAsync(Token);
        Assert.Equal(0, Alarms(site));
        site.Time.Advance(TimeSpan.FromMinutes(16));
        await watch.LookAsync(Token);

        Assert.Equal(1, Alarms(site));
    }

    [Fact]
    public async Task Look_PostRevoked_IsNoAlarm()
    {
        await using var site = await TestSite.StartAsync();
        using var appliance = await site.EnrolAsync();
        await site.App.Services.GetRequiredService<Central.Appliances.ApplianceAdmission>().RevokeAsync(appliance.Id, "lost", TestSite.Actor, Token);

        site.Time.Advance(TimeSpan.FromDays(2));
        await site.App.Services.GetRequiredService<OverdueWatch>().LookAsync(Token);

        Assert.Equal(0, Alarms(site));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int Alarms(TestSite site) => site.Log.Lines.Count(static line => line.Contains("is overdue", StringComparison.Ordinal));

    /// <summary>What a collector would be told of this site, and of no other that runs in this process.</summary>
    private static long Gauge(TestSite site, string name)
    {
        var scope = site.App.Services.GetRequiredService<IMeterFactory>();
        long value = -1;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == name && instrument.Meter.Scope == scope)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => value = measurement);
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }
}
