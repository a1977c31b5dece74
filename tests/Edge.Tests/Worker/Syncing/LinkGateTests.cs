using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

public sealed class LinkGateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Failed_AgainAndAgain_ShutsForLongerUpToAQuarterOfAnHour()
    {
        const int Seed = 20261129;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var gate = new LinkGate(new SyncOptions(), _time, new Random(Seed));
        var waits = new List<double>();

        for (var i = 0; i < 100; i++)
        {
            gate.Failed(isAlert: false);
            waits.Add(gate.Wait(isAlert: false).TotalSeconds);
            _time.Advance(gate.Wait(isAlert: false));
        }

        Assert.All(waits, static wait => Assert.InRange(wait, 1, 900));
        Assert.True(waits.Skip(20).Average() > 100, $"{waits.Skip(20).Average()}");
    }

    [Fact]
    public void Failed_CallsThatWereUnderWayTogether_CountOnce()
    {
        var gate = new LinkGate(new SyncOptions { ReconnectSpreadSeconds = 0 }, _time, new Random(1));

        for (var i = 0; i < 50; i++)
            gate.Failed(isAlert: false);

        Assert.Equal(1, gate.Wait(isAlert: false).TotalSeconds);
    }

    [Fact]
    public void Failed_ConnectionLost_SpreadsTheFirstReconnectOfANationAndLetsAlertsThrough()
    {
        var firsts = new List<double>();
        for (var seed = 0; seed < 500; seed++)
        {
            var gate = new LinkGate(new SyncOptions(), _time, new Random(seed));
            gate.Answered();
            gate.Failed(isAlert: false);
            firsts.Add(gate.Wait(isAlert: false).TotalSeconds);
            Assert.Equal(TimeSpan.Zero, gate.Wait(isAlert: true));
        }

        // Evenly over two minutes: none of twelve parts has more than twice its share.
        Assert.InRange(firsts.Max(), 100, 121);
        Assert.All(firsts.GroupBy(static wait => (int)(wait / 10)), static part => Assert.InRange(part.Count(), 0, 2 * 500 / 12));
    }

    [Fact]
    public void Failed_Alerts_AreNeverShutForMoreThanHalfAMinute()
    {
        var gate = new LinkGate(new SyncOptions(), _time, new Random(5));
        gate.Answered();
        for (var i = 0; i < 200; i++)
        {
            gate.Failed(isAlert: true);
            Assert.InRange(gate.Wait(isAlert: true).TotalSeconds, 1, 30);
            _time.Advance(gate.Wait(isAlert: true));
        }

        Assert.Equal(TimeSpan.Zero, gate.Wait(isAlert: true));
    }

    [Fact]
    public void Answered_AfterFailures_OpensForEverybody()
    {
        var gate = new LinkGate(new SyncOptions(), _time, new Random(5));
        gate.Failed(isAlert: true);

        gate.Answered();

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (gate.Wait(isAlert: false), gate.Wait(isAlert: true)));
    }

    [Fact]
    public void Asked_ByCentral_HoldsForAlertsTooAndSurvivesAnAnswer()
    {
        var gate = new LinkGate(new SyncOptions(), _time, new Random(5));
        gate.Asked(TimeSpan.FromSeconds(40));

        gate.Answered();

        Assert.Equal(40, gate.Wait(isAlert: true).TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.Zero, gate.Wait(isAlert: false));
    }
}
