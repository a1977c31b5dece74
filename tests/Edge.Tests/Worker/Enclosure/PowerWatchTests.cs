using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Units;
using EdgeCheckpoint.Edge.Tests.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Edge.Tests.Worker.Enclosure;

public sealed class PowerWatchTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void MainsGone_IsAnAlertAWarningAndACheckpoint()
    {
        Measure(8.1);
        _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance));

        _bench.Power.Take(ContactLevel.Open);

        Assert.Equal([RecordKind.PowerLost], _bench.Written(Lane.Alerts));
        Assert.Equal("The mains are gone, the battery feeds (8.10 V).", _bench.Power.Warning!.Detail);
        Assert.Equal(0, _bench.Lifetime.StopCount);
        Assert.Null(_bench.Hold.Reason);
    }

    [Fact]
    public void MainsBack_TakesTheWarningBack()
    {
        _bench.Power.Take(ContactLevel.Open);

        _bench.Power.Take(ContactLevel.Closed);

        Assert.Null(_bench.Power.Warning);
        Assert.Equal(RecordKind.PowerReturned, _bench.Written(Lane.Audit)[^1]);
    }

    [Fact]
    public void LineThatCannotBeRead_IsNoLossAndNoReturn()
    {
        _bench.Power.Take(ContactLevel.Unknown);
        Assert.False(_bench.Power.IsLost);

        _bench.Power.Take(ContactLevel.Open);
        _bench.Power.Take(ContactLevel.Unknown);

        Assert.True(_bench.Power.IsLost);
    }

    [Fact]
    public async Task BatteryEmptyForSeconds_StopsOnceInOrder()
    {
        _bench.Power.Take(ContactLevel.Open);
        Measure(6.3);
        Pass(6);
        Assert.Equal(0, _bench.Lifetime.StopCount);

        Pass(4);
        await _bench.Stop.Asked;

        Assert.Equal(1, _bench.Lifetime.StopCount);
        Assert.StartsWith("STOPPING", _bench.Hold.Reason, StringComparison.Ordinal);
        Assert.Equal([RecordKind.PowerLost, RecordKind.StoppedForPower], _bench.Written(Lane.Alerts));
    }

    [Fact]
    public void OneSurgeOfCurrent_StopsNobody()
    {
        _bench.Power.Take(ContactLevel.Open);
        foreach (var volts in new[] { 6.3, 7.2, 6.2, 7.1 })
        {
            Measure(volts);
            Pass(4);
        }

        Assert.Equal(0, _bench.Lifetime.StopCount);
    }

    [Fact]
    public void EmptyBatteryWhileTheMainsAreThere_IsCharged()
    {
        Measure(6.3);
        Pass(60);

        Assert.Equal(0, _bench.Lifetime.StopCount);
        Assert.Contains("The battery is low", _bench.Power.Warning!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyBatteryWithoutALineOfTheMains_Stops()
    {
        _bench.Board.SetHealth(ContactRole.PowerLost, DeviceState.NotFitted);
        Measure(6.3);
        Pass(8);
        await _bench.Stop.Asked;

        Assert.Equal(1, _bench.Lifetime.StopCount);
    }

    [Fact]
    public void OneLowReadingOfASensorThatThenFails_StopsNobodyAtOnce()
    {
        _bench.Power.Take(ContactLevel.Open);
        Measure(6.3);
        Pass(4);
        _bench.Board.Battery = null;
        Pass(60);

        Assert.Equal(0, _bench.Lifetime.StopCount);
    }

    [Fact]
    public void LineOfTheMainsThatFailedAfterALoss_StopsNobody()
    {
        _bench.Power.Take(ContactLevel.Open);
        _bench.Board.SetHealth(ContactRole.PowerLost, DeviceState.Failed);

        Pass(1200);

        Assert.Equal(0, _bench.Lifetime.StopCount);
    }

    [Fact]
    public async Task NothingMeasuresTheBattery_StopsAfterItsMinutes()
    {
        _bench.Power.Take(ContactLevel.Open);
        _bench.Time.Advance(TimeSpan.FromMinutes(9.9));
        _bench.Power.Look();
        Assert.Equal(0, _bench.Lifetime.StopCount);

        _bench.Time.Advance(TimeSpan.FromMinutes(0.1));
        _bench.Power.Look();
        await _bench.Stop.Asked;

        Assert.Equal(1, _bench.Lifetime.StopCount);
    }

    [Fact]
    public async Task CardThatHangs_DoesNotHoldUpTheStop()
    {
        using var hung = new ManualResetEventSlim();
        _bench.Journal.Appended += _ => hung.Wait(TestContext.Current.CancellationToken);

        _bench.Stop.Begin("the battery is nearly empty");
        Assert.Equal(0, _bench.Lifetime.StopCount);
        _bench.Time.Advance(OrderlyStop.CardTime);
        await TestDeadline.WithinAsync(_bench.Stop.Asked);

        Assert.Equal(1, _bench.Lifetime.StopCount);
        Assert.Empty(_bench.Exits);
        _bench.Time.Advance(OrderlyStop.ProgramTime);
        await TestDeadline.WithinAsync(_bench.Stop.Forced);
        Assert.Equal([OrderlyStop.ExitCode], _bench.Exits);
        hung.Set();
    }

    /// <summary>Looks every two seconds.</summary>
    private void Pass(int seconds)
    {
        for (var passed = 0; passed <= seconds; passed += 2)
        {
            _bench.Power.Look();
            _bench.Time.Advance(TimeSpan.FromSeconds(2));
        }
    }

    private void Measure(double volts) => _bench.Board.Battery = new SupplyReading(new ElectricPotential(volts), new ElectricCurrent(0.6));
}
