using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Units;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enclosure;
using System.ComponentModel.DataAnnotations;

namespace EdgeCheckpoint.Edge.Tests.Worker.Enclosure;

public sealed class ClimateWatchTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(20, null, false)]
    [InlineData(60.5, DeviceState.Attention, false)]
    [InlineData(-11, DeviceState.Attention, false)]
    [InlineData(70.5, DeviceState.Failed, true)]
    [InlineData(-21, DeviceState.Failed, true)]
    public void Look_AtATemperature_WarnsOrStops(double degrees, DeviceState? state, bool isHeld)
    {
        Measure(degrees);

        Assert.Equal(state, _bench.Climate.Warning?.State);
        Assert.Equal(isHeld, _bench.Hold.Reason is not null);
        Assert.Equal(isHeld ? [RecordKind.ClimateStop] : [], _bench.Written(Lane.Alerts));
    }

    [Fact]
    public void Look_TrembleAtTheLimit_StopsAndResumesOnce()
    {
        foreach (var degrees in new[] { 70.1, 69.9, 70.1, 68, 67.5, 70.1, 66.9, 69.9 })
            Measure(degrees);

        Assert.Null(_bench.Hold.Reason);
        Assert.Single(_bench.Written(Lane.Alerts));
        Assert.Single(_bench.Written(Lane.Audit), static kind => kind == RecordKind.ClimateResumed);
    }

    [Fact]
    public void Look_SensorGoesWhileStopped_StaysStoppedUntilItReadsAgain()
    {
        Measure(75);

        _bench.Board.Air = null;
        _bench.Climate.Look();
        Assert.NotNull(_bench.Hold.Reason);

        Measure(30);
        Assert.Null(_bench.Hold.Reason);
    }

    [Fact]
    public void Look_SensorThatFailedForGood_ClosesThePostForMinutesOnly()
    {
        Measure(75);
        _bench.Board.Air = null;

        _bench.Time.Advance(TimeSpan.FromMinutes(5));
        _bench.Climate.Look();

        Assert.Null(_bench.Hold.Reason);
    }

    [Fact]
    public void Look_WithoutASensor_StopsNothing()
    {
        _bench.Climate.Look();

        Assert.Null(_bench.Hold.Reason);
        Assert.Null(_bench.Climate.Warning);
    }

    [Fact]
    public void Look_WithAJournalThatTakesNothing_StopsAllTheSame()
    {
        _bench.FillUp();

        Measure(75);

        Assert.Contains("too hot", _bench.Hold.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ThatDoNotRise_AreNamed()
    {
        var options = new EnclosureOptions { WarnAboveCelsius = 75 };

        Assert.Contains(options.Validate(new ValidationContext(options)), static result => result.ErrorMessage!.Contains("must rise", StringComparison.Ordinal));
        Assert.Empty(new EnclosureOptions().Validate(new ValidationContext(options)));
    }

    private void Measure(double degrees)
    {
        _bench.Board.Air = new ClimateReading(new Temperature(degrees), new RelativeHumidity(40));
        _bench.Climate.Look();
    }
}
