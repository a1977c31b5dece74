using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Enclosure;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker.Enclosure;

public sealed class LaneAndIndicatorTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly LaneWatch _lane;
    private readonly IndicatorService _indicators;

    public LaneAndIndicatorTests()
    {
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971-02-03", RequestedAction.Discreet));
        _lane = new LaneWatch(_bench.Encounters, _bench.Session, _bench.Hold, _bench.Journal, NullLogger<LaneWatch>.Instance);
        _indicators = new IndicatorService(
            _bench.Board, _bench.Encounters, _bench.Tamper, _bench.Service, _bench.Power, _lane, _bench.List, _bench.Link, _bench.Clock,
            _bench.Identity, _bench.Time);
    }

    public void Dispose()
    {
        _indicators.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void GateReady_BurnsWhileTheCounterCanTakeSomebody()
    {
        Assert.True(Shown().IsGateReady);

        Inspect("MARLOW", "ANNA");
        Assert.False(Shown().IsGateReady);

        _bench.Encounters.Clear();
        _bench.Hold.Set("test", "STOPPED");
        Assert.False(Shown().IsGateReady);

        _bench.Hold.Set("test", null);
        Assert.True(Shown().IsGateReady);
        _bench.Session.Lock();
        Assert.False(Shown().IsGateReady);
    }

    [Fact]
    public void Gate_OpenedBeforeTheDecision_IsToldAndJournalledWithTheEncounter()
    {
        Inspect("MARLOW", "ANNA");

        _lane.TakeGate(ContactLevel.Open);
        _lane.TakeGate(ContactLevel.Closed);

        Assert.Contains("gate opened before", _bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);
        Assert.Single(_bench.Written(Lane.Audit), static kind => kind == RecordKind.GateOpened);
    }

    [Fact]
    public void Gate_OpenedWithNobodyAtTheCounter_IsNothing()
    {
        _lane.TakeGate(ContactLevel.Open);
        _lane.TakePresence(ContactLevel.Closed);

        Assert.DoesNotContain(RecordKind.GateOpened, _bench.Written(Lane.Audit));
        Assert.DoesNotContain(RecordKind.TravellerLeft, _bench.Written(Lane.Audit));
    }

    [Fact]
    public void Presence_GoneBeforeTheDecision_IsToldAndDecidesNothing()
    {
        Inspect("MARLOW", "ANNA");

        _lane.TakePresence(ContactLevel.Closed);

        Assert.Contains("has left the counter", _bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);
        Assert.Single(_bench.Encounters.State.Open);
    }

    /// <summary>Guardrail 8: nothing at the counter is other than for an ordinary crossing.</summary>
    [Fact]
    public void Lamps_OfADiscreetHit_AreThoseOfAnOrdinaryCrossing()
    {
        Inspect("MARLOW", "ANNA");
        var ordinary = (Shown().Lamps, _bench.Board.IsBuzzing);
        _bench.Encounters.Clear();

        Inspect("DELACROIX", "ANTON", 1971, 2, 3);

        Assert.Equal([RecordKind.Hit], _bench.Written(Lane.Alerts));
        Assert.Equal(ordinary, (Shown().Lamps, _bench.Board.IsBuzzing));
    }

    [Fact]
    public void Alarm_OfTheEnclosure_IsRedAndSoundsForAMinute()
    {
        _bench.Tamper.Trip(Bench.Start);

        Assert.Equal(new StackLightState(Red: true, Amber: false, Green: false), Shown().Lamps);
        Assert.True(_bench.Board.IsBuzzing);
        Assert.Contains("ENCLOSURE OPENED!", _bench.Board.Lines);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Shown().IsBuzzing);
        Assert.True(_bench.Board.Lamps.Red);
    }

    [Fact]
    public void MainsGone_BeepsShortlyEveryHalfMinute()
    {
        _bench.Power.Take(ContactLevel.Open);

        var beeps = 0;
        for (var second = 0; second < 61; second++)
        {
            beeps += Shown().IsBuzzing ? 1 : 0;
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, beeps);
    }

    [Fact]
    public void Display_WithATravellerAtTheCounter_ShowsNothingOfThem()
    {
        Inspect("MARLOW", "ANNA");

        Assert.Equal(IStatusDisplay.RowCount, Shown().Lines.Length);
        Assert.DoesNotContain(_bench.Board.Lines, static line => line.Contains("MARLOW", StringComparison.OrdinalIgnoreCase) || line.Contains("U12", StringComparison.Ordinal));
        Assert.Contains("LIST 1", _bench.Board.Lines);
    }

    private ScriptedBoard Shown()
    {
        _indicators.Show();
        return _bench.Board;
    }

    private void Inspect(string surname, string givenNames, int year = 1980, int month = 5, int day = 17) => _bench.Pipeline.Inspect(new DocumentScan
    {
        Lines = Bench.Passport(surname, givenNames, "U1234567", year, month, day),
        LastByteTimestamp = 0,
    });
}
