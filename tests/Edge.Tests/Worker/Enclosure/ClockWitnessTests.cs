using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Edge.Tests.Worker.Enclosure;

public sealed class ClockWitnessTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    private ClockKeeper NewBoot(bool hasBatteryClock) =>
        new(_bench.Time, _bench.Data, _bench.Identity.TicketIssuedAt, new MachineClock(Guid.NewGuid(), hasBatteryClock));

    [Fact]
    public void Chip_ThatAgrees_MakesAClockWithoutBatteryHeld()
    {
        var clock = NewBoot(hasBatteryClock: false);
        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
        _bench.Board.ChipAhead = TimeSpan.FromSeconds(3);

        new ClockWitnessWatch(_bench.Board, clock).Look();

        Assert.Equal(ClockQuality.Held, clock.Read().Quality);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void Chip_ThatDiffers_MakesAClockDoubtfulThatTheKernelTrusts(int seconds)
    {
        var clock = NewBoot(hasBatteryClock: true);
        Assert.Equal(ClockQuality.Held, clock.Read().Quality);
        _bench.Board.ChipAhead = TimeSpan.FromSeconds(seconds);

        new ClockWitnessWatch(_bench.Board, clock).Look();

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
    }

    [Fact]
    public void Chip_GoesBeforeTheSky()
    {
        var clock = NewBoot(hasBatteryClock: false);
        _bench.Board.ChipAhead = TimeSpan.FromHours(1);
        _bench.Board.SkyAhead = TimeSpan.Zero;

        new ClockWitnessWatch(_bench.Board, clock).Look();

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
    }

    [Fact]
    public void Sky_WithSignedTimeOfThisBoot_ChangesNothing()
    {
        var clock = NewBoot(hasBatteryClock: false);
        clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Board.SkyAhead = TimeSpan.FromDays(400);

        new ClockWitnessWatch(_bench.Board, clock).Look();

        Assert.Equal(ClockQuality.Confirmed, clock.Read().Quality);
    }

    [Fact]
    public void Witness_OfLongAgo_SaysNothingOfNow()
    {
        var clock = NewBoot(hasBatteryClock: false);
        clock.TakeWitness(TimeSpan.Zero);
        Assert.Equal(ClockQuality.Held, clock.Read().Quality);

        _bench.Time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
    }

    [Fact]
    public void Witness_OfATimeBelowTheFloor_IsStillDoubtful()
    {
        var clock = new ClockKeeper(
            new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch), _bench.Data, _bench.Identity.TicketIssuedAt,
            new MachineClock(Guid.NewGuid(), HasBatteryClock: false));

        clock.TakeWitness(TimeSpan.Zero);

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(-3.0, true)]
    [InlineData(null, true)]
    public void Chip_IsSetFromSignedTimeOnly(double? seconds, bool isSet)
    {
        _bench.Board.ChipAhead = seconds is { } known ? TimeSpan.FromSeconds(known) : null;
        var clock = NewBoot(hasBatteryClock: true);
        var watch = new ClockWitnessWatch(_bench.Board, clock);
        watch.Look();
        Assert.Null(_bench.Board.ClockSet);

        clock.Confirm(_bench.Time.GetUtcNow());
        watch.Look();

        Assert.Equal(isSet, _bench.Board.ClockSet == _bench.Time.GetUtcNow()); // Signed time, and no time has passed.
    }
}
