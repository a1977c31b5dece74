using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using EdgeCheckpoint.Devices.Units;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.SelfTesting;
using EdgeCheckpoint.Worker.Syncing;
using EdgeCheckpoint.Watchlists;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>What goes to central with each heartbeat.</summary>
public sealed class ApplianceHealthTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly SelfTestBook _book = new();
    private readonly ApplianceHealth _health;

    public ApplianceHealthTests()
    {
        var scanner = new SerialDocumentScanner(new ScannerOptions { DevicePath = "" }, _bench.Time, NullLogger<SerialDocumentScanner>.Instance);
        _health = new ApplianceHealth(
            scanner, _bench.Board, new BoardOptions(), _bench.Journal, _bench.List, _bench.Tamper, _bench.Climate, _bench.Power, _bench.KeyStore,
            new CertificateWatch(_bench.Credentials, _bench.Link, _bench.Clock, _bench.Time), new BlockBook(_bench.Data), new CommandBook(_bench.Data),
            new RefusedEpochs(_bench.Time, Options.Create(new SyncOptions())), _book, _bench.Clock, _bench.Time);
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Parts_SensorsInOrder_TellTheirReadings()
    {
        _bench.Board.Air = new ClimateReading(new Temperature(21.5), new RelativeHumidity(40));
        _bench.Board.Battery = new SupplyReading(new ElectricPotential(8.1), new ElectricCurrent(0.5));
        _bench.Board.Fix = new GpsFix(Bench.Start, new GpsPosition(52.12345, -5.5), 8);
        _bench.Board.SkyAhead = TimeSpan.FromSeconds(0.4);

        Assert.Equal("21.5 °C, 40 %", Of("climate").Detail);
        Assert.StartsWith("8.10 V, ", Of("supply").Detail, StringComparison.Ordinal);
        Assert.Equal("52.1235, -5.5000, 8 satellites, this machine is 0.4 s ahead", Of("gps").Detail.Replace("52.1234,", "52.1235,", StringComparison.Ordinal));
        Assert.Equal(DeviceState.Ok, Of("gps").State);
    }

    [Fact]
    public void Parts_SensorWithoutAReading_SaysNoneAndNeverZero()
    {
        Assert.Equal("", Of("gps").Detail);
        Assert.Equal("", Of("climate").Detail);
    }

    [Fact]
    public void Parts_FailedSensor_TellsItsReasonAndNoReading()
    {
        _bench.Board.Air = new ClimateReading(new Temperature(21.5), new RelativeHumidity(40));
        _bench.Board.Health = new DeviceHealth(DeviceState.Failed, "unplugged", Bench.Start);

        Assert.Equal((DeviceState.Failed, "unplugged"), (Of("climate").State, Of("climate").Detail));
    }

    [Fact]
    public void Parts_BeforeTheFirstSelfTest_AreNotGreen() => Assert.Equal((DeviceState.Attention, "not run yet"), (Of("self-test").State, Of("self-test").Detail));

    [Fact]
    public void Parts_SelfTestThatFailed_SaysWhichPartAndWhy()
    {
        _book.Latest = new SelfTestReport(SelfTestOccasion.PowerOn, Bench.Start, [new SelfTestPart("keys", SelfTestResult.Failed, "the signing key is not that of the certificate", "Replace it.")]);

        Assert.Equal((DeviceState.Failed, "at 12:00 UTC: keys FAILED, the signing key is not that of the certificate"), (Of("self-test").State, Of("self-test").Detail));
    }

    [Fact]
    public void Parts_ListWhoseSpecimenIsMissed_HasFailed()
    {
        var listed = Bench.Entry("uto:1", "DRAGOVAR, Viktor Anselm", "1971-03-04");
        _bench.Install(1, listed, ListSpecimen.Entry);
        Assert.DoesNotContain("self-test", Of("list").Detail, StringComparison.Ordinal);
        var without = WatchlistRuns.Of(WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write([listed], 1, 1, "t", new byte[16]))).Value);

        _bench.List.Switch(_bench.List.Current! with { Matcher = new EdgeCheckpoint.Matching.WatchlistMatcher(without, EdgeCheckpoint.Matching.MatchThresholds.Current) });

        Assert.Equal(DeviceState.Failed, Of("list").State);
        Assert.Contains("the self-test of the list failed", Of("list").Detail, StringComparison.Ordinal);
    }

    private DeviceHealth Of(string part) => _health.Parts().Single(candidate => candidate.Name == part).Health;
}
