using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class CertificateWatchTests : IDisposable
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData(0, DeviceState.Ok, "until 2027-02-21")]
    [InlineData(59, DeviceState.Ok, "until 2027-02-21")]
    [InlineData(61, DeviceState.Attention, "should have been renewed")]
    [InlineData(91, DeviceState.Attention, "expired on 2027-02-21: it renews itself when there is a link")]
    public void Health_ByATrustedClock_SaysHowLongTheCertificateIsGood(int days, DeviceState state, string words)
    {
        _bench.Time.Advance(TimeSpan.FromDays(days));

        var health = new CertificateWatch(_bench.Credentials, _bench.Link, _bench.Clock, _bench.Time).Health();

        Assert.Equal(state, health.State);
        Assert.Contains(words, health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Health_ByADoubtfulClock_NeverCallsAPastEndGood()
    {
        _bench.Time.Advance(TimeSpan.FromDays(300));
        _bench.NewBoot();

        var health = new CertificateWatch(_bench.Credentials, _bench.Link, _bench.Clock, _bench.Time).Health();

        Assert.Equal(DeviceState.Attention, health.State);
        Assert.Contains("if the clock is right", health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Health_SignedTimeBeyondTheGrace_AsksForATechnician()
    {
        _bench.Clock.Confirm(Bench.Start.AddDays(90 + 181));

        var health = new CertificateWatch(_bench.Credentials, _bench.Link, _bench.Clock, _bench.Time).Health();

        Assert.Equal(DeviceState.Failed, health.State);
        Assert.Contains("a technician must enrol the appliance anew", health.Detail, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();
}
