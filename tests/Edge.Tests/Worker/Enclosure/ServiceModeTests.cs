using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Edge.Tests.Worker.Enclosure;

public sealed class ServiceModeTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Begin_WithAReason_IsJournalledAndClosesTheKeys()
    {
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));

        _bench.Service.Begin("TEC-05", "a new fan");

        Assert.Equal("TEC-05", _bench.Service.Visit!.StaffNumber);
        Assert.Equal(RecordKind.ServiceBegun, _bench.Written(Lane.Audit)[^1]);
        Assert.False(_bench.Keyring.IsOpen);
        Assert.Null(_bench.List.Current);
        Assert.Null(_bench.Session.Person);
    }

    [Fact]
    public void Begin_WithAJournalThatTakesNothing_DoesNotBegin()
    {
        _bench.FillUp();

        Assert.Throws<SqliteException>(() => _bench.Service.Begin("TEC-05", "a new fan"));

        Assert.False(_bench.Service.IsActive);
    }

    [Fact]
    public void Opening_DuringService_IsJournalledAndNoAlarm()
    {
        _bench.Service.Begin("TEC-05", "a new fan");

        _bench.Service.NoteOpening(ContactRole.Lid, ContactLevel.Open);

        Assert.Equal(RecordKind.ServiceOpening, _bench.Written(Lane.Audit)[^1]);
        Assert.Empty(_bench.Written(Lane.Alerts));
    }

    [Theory]
    [InlineData(ContactLevel.Closed, 0)]
    [InlineData(ContactLevel.Open, 1)]
    public void End_WithTheLid_IsAnAlarmOnlyWhenItIsOpen(ContactLevel lid, int alarms)
    {
        var told = 0;
        _bench.Service.Begin("TEC-05", "a new fan");
        _bench.Service.LeftOpen += () => told++;
        _bench.Board.Set(ContactRole.Lid, lid);

        _bench.Service.End("TEC-05");
        _bench.Service.End("TEC-05");

        Assert.Equal(alarms, told);
        Assert.False(_bench.Service.IsActive);
        Assert.Single(_bench.Written(Lane.Audit), static kind => kind == RecordKind.ServiceEnded);
    }

    [Fact]
    public void Look_AfterItsTime_EndsByItself()
    {
        _bench.Service.Begin("TEC-05", "a new fan");

        _bench.Service.Look(TimeSpan.FromMinutes(59));
        Assert.True(_bench.Service.IsActive);
        _bench.Service.Look(TimeSpan.FromMinutes(60));

        Assert.False(_bench.Service.IsActive);
    }

    [Fact]
    public void Restart_DuringService_GoesOn()
    {
        _bench.Service.Begin("TEC-05", "a new fan");
        _bench.Time.Advance(TimeSpan.FromMinutes(30));

        _bench.Restart();
        _bench.NewClock();

        Assert.Equal("a new fan", _bench.Service.Visit?.Reason);
    }

    [Fact]
    public void Restart_AfterItsTime_HasEnded()
    {
        _bench.Service.Begin("TEC-05", "a new fan");
        _bench.Time.Advance(TimeSpan.FromMinutes(61));

        _bench.Restart();

        Assert.False(_bench.Service.IsActive);
    }

    [Fact]
    public void Restart_WithADoubtfulClock_HasEnded()
    {
        _bench.Service.Begin("TEC-05", "a new fan");
        _bench.Restart();
        _bench.UseClock(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch));

        Assert.False(_bench.Service.IsActive);
    }
}
