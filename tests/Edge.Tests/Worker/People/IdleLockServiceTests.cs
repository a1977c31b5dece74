using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.People;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker.People;

public sealed class IdleLockServiceTests : IDisposable
{
    private readonly Bench _bench = new();

    [Fact]
    public void Screen_NobodyTouches_LocksOnceAndIsJournalled()
    {
        using var service = Service();

        Advance(service, TimeSpan.FromMinutes(9));
        Assert.NotNull(_bench.Session.Working);
        _bench.Session.Touch();
        Advance(service, TimeSpan.FromMinutes(9));
        Assert.NotNull(_bench.Session.Working);
        Advance(service, TimeSpan.FromMinutes(2));
        Advance(service, TimeSpan.FromMinutes(2));

        Assert.True(_bench.Session.IsLocked);
        Assert.Equal([RecordKind.ScreenLocked], Written());
    }

    [Fact]
    public void Session_ForgottenAtTheEndOfTheShift_Ends()
    {
        using var service = Service();

        for (var i = 0; i < 13 * 6; i++)
        {
            _bench.Session.Touch();
            Advance(service, TimeSpan.FromMinutes(10));
        }

        Assert.Null(_bench.Session.Person);
        Assert.Equal(RecordKind.ShiftEnded, Written()[^1]);
    }

    private IdleLockService Service()
    {
        var desk = new SignInDesk(
            _bench.People, _bench.Keyring, new AttemptBook(_bench.Data, _bench.Time), new BlockBook(_bench.Data), _bench.Session, _bench.Tamper, _bench.Board, _bench.Service, _bench.Custody, _bench.Journal, _bench.Clock,
            NullLogger<SignInDesk>.Instance);
        _bench.Session.Begin(new SignedInPerson("OFF-1", "A. Marlow", PostRole.Officer), "bench");
        return new IdleLockService(_bench.Session, desk, _bench.Time, Options.Create(new PeopleOptions()));
    }

    private void Advance(IdleLockService service, TimeSpan time)
    {
        _bench.Time.Advance(time);
        service.Look();
    }

    private RecordKind[] Written() =>
        [.. (_bench.Journal.ReadUnsent(Lane.Audit)?.Records ?? []).Select(static record => RecordHeader.Parse(record.Header).Value.Kind)];

    public void Dispose() => _bench.Dispose();
}
