using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class ClockKeeperTests
{
    [Fact]
    public void Read_ClockOf1970_IsDoubtfulAndCertificatesAreJudgedAtTheFloor()
    {
        using var bench = new Bench();
        var early = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch);

        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(early, bench.Data, bench.Identity.TicketIssuedAt, bench.Machine);

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
        Assert.Null(clock.Read().Trusted);
        Assert.Equal(bench.Identity.TicketIssuedAt, clock.VerificationTime());
    }

    [Fact]
    public void Confirm_WithSignedTime_RaisesTheFloorForGood()
    {
        using var bench = new Bench();
        Assert.Equal(ClockQuality.Held, bench.Clock.Read().Quality);

        bench.Clock.Confirm(Bench.Start.AddMinutes(1));
        Assert.Equal(ClockQuality.Confirmed, bench.Clock.Read().Quality);
        Assert.Equal(ClockQuality.Held, bench.NewClock().Read().Quality);
        var wrong = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Bench.Start.AddHours(-1));
        var restarted = new EdgeCheckpoint.Worker.Health.ClockKeeper(wrong, bench.Data, bench.Identity.TicketIssuedAt, bench.Machine);

        Assert.Equal(ClockQuality.Doubtful, restarted.Read().Quality);
        Assert.Equal(Bench.Start.AddMinutes(1), restarted.VerificationTime());
    }

    [Theory]
    [InlineData(10 * 365)]
    [InlineData(-400)]
    public void Confirm_FarFromTheClock_MakesItDoubtful(int days)
    {
        using var bench = new Bench();

        bench.Clock.Confirm(Bench.Start.AddDays(days));

        Assert.Equal(ClockQuality.Doubtful, bench.Clock.Read().Quality);
    }

    [Theory]
    [InlineData(3650)]
    [InlineData(-1)]
    public void Read_AfterTheWallClockJumped_IsDoubtfulAtOnce(int days)
    {
        using var bench = new Bench();
        var time = new JumpingTime(bench.Time);
        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(time, bench.Data, bench.Identity.TicketIssuedAt, bench.Machine);
        clock.Confirm(Bench.Start);
        bench.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(ClockQuality.Confirmed, clock.Read().Quality);

        time.Jump = TimeSpan.FromDays(days);

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
    }

    [Fact]
    public void Read_WithoutABatteryClock_IsDoubtfulAfterEveryBootUntilConfirmed()
    {
        using var bench = new Bench();
        var boot = new EdgeCheckpoint.Worker.Health.MachineClock(Guid.NewGuid(), HasBatteryClock: false);
        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(bench.Time, bench.Data, bench.Identity.TicketIssuedAt, boot);
        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);

        clock.Confirm(Bench.Start);
        var restarted = new EdgeCheckpoint.Worker.Health.ClockKeeper(bench.Time, bench.Data, bench.Identity.TicketIssuedAt, boot);
        var rebooted = new EdgeCheckpoint.Worker.Health.ClockKeeper(
            bench.Time, bench.Data, bench.Identity.TicketIssuedAt, boot with { BootId = Guid.NewGuid() });

        Assert.Equal(ClockQuality.Confirmed, clock.Read().Quality);
        Assert.Equal(ClockQuality.Held, restarted.Read().Quality);
        Assert.Equal(ClockQuality.Doubtful, rebooted.Read().Quality);
    }

    [Theory]
    [InlineData("1\n", true)]
    [InlineData("0\n", false)]
    [InlineData(null, false)]
    public void SetFromBatteryClock_AsTheKernelSays_IsBelieved(string? said, bool expected)
    {
        using var bench = new Bench();
        var clock = Directory.CreateDirectory(Path.Combine(bench.Data.Path, "rtc", "rtc0")).FullName;
        if (said is not null)
            File.WriteAllText(Path.Combine(clock, "hctosys"), said);

        Assert.Equal(expected, EdgeCheckpoint.Worker.Health.MachineClock.SetFromBatteryClock(Path.Combine(bench.Data.Path, "rtc")));
        Assert.False(EdgeCheckpoint.Worker.Health.MachineClock.SetFromBatteryClock(Path.Combine(bench.Data.Path, "nothing")));
    }

    /// <summary>A wall clock that can be set while the monotonic clock goes on.</summary>
    private sealed class JumpingTime(TimeProvider inner) : TimeProvider
    {
        internal TimeSpan Jump { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Jump;

        public override long GetTimestamp() => inner.GetTimestamp();
    }

    [Fact]
    public void Confirm_WithEarlierTime_NeverLowersTheFloor()
    {
        using var bench = new Bench();
        bench.Clock.Confirm(Bench.Start);

        bench.Clock.Confirm(Bench.Start.AddDays(-300));
        var restarted = bench.NewClock();

        Assert.Equal(Bench.Start, restarted.VerificationTime());
    }

    [Theory]
    [InlineData(269, ClockQuality.Held)]
    [InlineData(271, ClockQuality.Doubtful)]
    [InlineData(10 * 365, ClockQuality.Doubtful)]
    public void Read_AfterABootWithTheClockAhead_IsDoubtfulBeyondWhatAnApplianceCanBeOffline(int days, ClockQuality expected)
    {
        using var bench = new Bench();
        bench.Clock.Confirm(Bench.Start);
        var ahead = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Bench.Start.AddDays(days));

        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(
            ahead, bench.Data, bench.Identity.TicketIssuedAt, new EdgeCheckpoint.Worker.Health.MachineClock(Guid.NewGuid(), HasBatteryClock: true));

        Assert.Equal(expected, clock.Read().Quality);
    }

    [Fact]
    public void VerificationTimes_ClockOf2036_KeepsTheSignedTimeBesideIt()
    {
        using var bench = new Bench();
        bench.Clock.Confirm(Bench.Start);
        var ahead = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Bench.Start.AddYears(10));

        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(
            ahead, bench.Data, bench.Identity.TicketIssuedAt, new EdgeCheckpoint.Worker.Health.MachineClock(Guid.NewGuid(), HasBatteryClock: true));

        Assert.Equal((Bench.Start.AddYears(10), Bench.Start), clock.VerificationTimes());
        Assert.Equal(Bench.Start, clock.VerificationTime());
        Assert.Null(clock.SignedNow());
    }

    [Fact]
    public void Read_ServiceRestartedInOneBootWithTheClockMoved_IsDoubtful()
    {
        using var bench = new Bench();
        bench.Clock.Confirm(Bench.Start);
        var time = new JumpingTime(bench.Time);
        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(time, bench.Data, bench.Identity.TicketIssuedAt, bench.Machine);
        Assert.Equal(ClockQuality.Held, clock.Read().Quality);

        time.Jump = TimeSpan.FromDays(30);

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
    }
}
