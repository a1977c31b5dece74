using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Edge.Tests.Devices;
using EdgeCheckpoint.Edge.Tests.Worker.People;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker.Enclosure;

public sealed class TamperTests : IDisposable
{
    private readonly Bench _bench = new();

    private string[] ContentKeys => Directory.GetFiles(_bench.Data.ContentKeys);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Trip_WhileSomebodyWorks_DropsKeysListTravellersAndSession()
    {
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));
        _bench.Pipeline.Inspect(Scan());
        Assert.NotEmpty(_bench.Encounters.State.Open);

        _bench.Response().Trip();

        Assert.False(_bench.Keyring.IsOpen);
        Assert.Null(_bench.Keyring.JournalKey);
        Assert.Null(_bench.List.Current);
        Assert.Empty(_bench.Encounters.State.Open);
        Assert.Null(_bench.Session.Person);
        Assert.NotEmpty(ContentKeys);
    }

    [Fact]
    public void Trip_ThenASignIn_BringsListAndOpenEncountersBack()
    {
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));
        _bench.Pipeline.Inspect(Scan());
        _bench.Response().Trip();

        _bench.OpenKeys();

        Assert.True(_bench.Installer.OpenInstalled().IsSuccess);
        Assert.Equal(1, _bench.Encounters.Resume(_bench.Journal, _bench.Keyring.JournalKey!));
    }

    [Fact]
    public async Task Watch_LoopOpened_IsAnAlertInLaneZeroAtOnce()
    {
        using var service = Service(_bench.Response());
        await service.StartAsync(TestContext.Current.CancellationToken);

        _bench.Board.Set(ContactRole.Tamper, ContactLevel.Open);

        await UntilAsync(() => _bench.Written(Lane.Alerts) is [RecordKind.Tamper]);
        await UntilAsync(() => _bench.Tamper.IsTold);
        Assert.True(_bench.Tamper.IsOpen);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Watch_LidOpenedAndClosed_StaysAnAlarm()
    {
        using var service = Service(_bench.Response());
        await service.StartAsync(TestContext.Current.CancellationToken);

        _bench.Board.Set(ContactRole.Lid, ContactLevel.Open);
        _bench.Board.Set(ContactRole.Lid, ContactLevel.Closed);

        await UntilAsync(() => _bench.Written(Lane.Alerts) is [RecordKind.Tamper]);
        Assert.True(_bench.Tamper.IsOpen);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Watch_LoopThatCannotBeRead_IsNoAlarmAndNoAllClear()
    {
        using var service = Service(_bench.Response());
        await service.StartAsync(TestContext.Current.CancellationToken);

        _bench.Board.Set(ContactRole.Tamper, ContactLevel.Unknown);
        _bench.Board.Set(ContactRole.Tamper, ContactLevel.Closed);
        _bench.Board.Set(ContactRole.Tamper, ContactLevel.Open);
        await UntilAsync(() => _bench.Written(Lane.Alerts).Length == 1);
        _bench.Board.Set(ContactRole.Tamper, ContactLevel.Unknown);
        _bench.Board.Set(ContactRole.Tamper, ContactLevel.Open);
        _bench.Board.Set(ContactRole.Lid, ContactLevel.Open);
        await UntilAsync(() => _bench.Written(Lane.Alerts).Length == 2);

        Assert.Equal([RecordKind.Tamper, RecordKind.Tamper], _bench.Written(Lane.Alerts));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Latch_OverARestart_StaysAndIsToldOnce()
    {
        var response = _bench.Response();
        response.Trip();

        // The power is cut before the journal had it.
        _bench.Restart();
        var after = _bench.Response();
        Assert.True(_bench.Tamper.IsOpen);
        Assert.True(after.HasMoreToTell);
        Assert.True(after.TryTell());

        _bench.Restart();
        Assert.True(_bench.Tamper.IsOpen);
        Assert.False(_bench.Response().HasMoreToTell);
        Assert.Equal([RecordKind.Tamper], _bench.Written(Lane.Alerts));
    }

    [Fact]
    public void Latch_OpenedAgainWhileTheFirstIsBeingTold_StaysToBeTold()
    {
        _bench.Tamper.Trip(Bench.Start);
        var first = _bench.Tamper.Untold!;
        _bench.Tamper.Trip(Bench.Start);

        _bench.Tamper.Told(first);

        Assert.False(_bench.Tamper.IsTold);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    public void Latch_DamagedOnTheCard_CountsAsOpened(string content)
    {
        DataFolder.Write(Path.Combine(_bench.Data.State, "tamper"), System.Text.Encoding.ASCII.GetBytes(content));

        Assert.True(_bench.Tamper.IsOpen);
        Assert.False(_bench.Tamper.IsTold);
        _bench.Restart();
        Assert.True(_bench.Tamper.IsOpen);
        var mark = _bench.Tamper.Mark!;
        Assert.False(_bench.Tamper.Release(mark));
        Assert.True(_bench.Response().TryTell());
        Assert.True(_bench.Tamper.Release(mark));
        _bench.Restart();
        Assert.False(_bench.Tamper.IsOpen);
    }

    [Fact]
    public void Tell_WithAJournalThatTakesNothing_IsTriedUntilItDoes()
    {
        var response = _bench.Response();
        _bench.FillUp();
        response.Trip();

        Assert.False(response.TryTell());
        Assert.True(response.HasMoreToTell);
        Assert.False(_bench.Keyring.IsOpen);
    }

    [Fact]
    public void Destroy_ByPolicy_GoesCardThenMemoryThenRecord()
    {
        _bench.Enclosure.DestroyKeysOnTamper = true;
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));
        List<string> order = [];
        var response = _bench.Response(step => order.Add($"{step} while open {_bench.Keyring.IsOpen}"));

        response.Trip();
        Assert.True(response.TryTell());

        Assert.Equal(["mark while open True", "key while open True", "done while open True"], order);
        Assert.Empty(ContentKeys);
        Assert.False(_bench.Keyring.IsOpen);
        Assert.Equal([RecordKind.Tamper, RecordKind.KeysDestroyed], _bench.Written(Lane.Alerts));
        Assert.False(response.HasMoreToTell);
        _bench.OpenKeys();
        Assert.False(_bench.Installer.OpenInstalled().IsSuccess);
    }

    /// <summary>The power is cut before each step in turn; the next start ends in the same.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Destroy_PowerCutAtAStep_IsFinishedByTheNextStart(int cutAt)
    {
        _bench.Enclosure.DestroyKeysOnTamper = true;
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));
        _bench.Install(2, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));
        Assert.Equal(2, ContentKeys.Length);
        var step = 0;
        var isCut = Record.Exception(() => _bench.Response(_ => Assert.True(step++ != cutAt, "power cut")).Trip()) is not null;
        Assert.Equal(cutAt < 4, isCut);

        for (var start = 0; start < 2; start++)
        {
            _bench.Restart();
            var response = _bench.Response();
            response.Resume();
            Assert.Empty(ContentKeys);
            Assert.True(response.TryTell());
        }

        Assert.Equal([RecordKind.Tamper, RecordKind.KeysDestroyed], _bench.Written(Lane.Alerts));
    }

    [Fact]
    public void Destroy_ByPolicy_LeavesUnsentRecordsToCentral()
    {
        _bench.Enclosure.DestroyKeysOnTamper = true;
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));
        _bench.Pipeline.Inspect(Scan());

        _bench.Response().Trip();

        Assert.Equal([RecordKind.EncounterVerdict], _bench.Written(Lane.Encounters));
    }

    [Fact]
    public void SignIn_AfterAnOpening_IsForTheSupervisorWhoSeesToIt()
    {
        var desk = Desk();
        var response = _bench.Response();
        response.Trip();
        Assert.True(response.TryTell());

        Assert.Contains("only a supervisor", desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").Failure, StringComparison.Ordinal);
        Assert.False(_bench.Keyring.IsOpen);
        Assert.True(_bench.Tamper.IsOpen);

        Assert.True(desk.SignIn("SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge, "b").IsSuccess);
        Assert.True(_bench.Keyring.IsOpen);
        Assert.False(_bench.Tamper.IsOpen);
        Assert.Contains(RecordKind.TamperAcknowledged, _bench.Written(Lane.Audit));
        Assert.True(desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").IsSuccess);
    }

    [Theory]
    [InlineData(ContactRole.Tamper, ContactLevel.Open)]
    [InlineData(ContactRole.Lid, ContactLevel.Open)]
    [InlineData(ContactRole.Tamper, ContactLevel.Unknown)]
    public void SignIn_BySupervisorWhileItIsNotClosed_WorksAndKeepsTheAlarm(ContactRole role, ContactLevel level)
    {
        var desk = Desk();
        var response = _bench.Response();
        response.Trip();
        Assert.True(response.TryTell());
        _bench.Board.Set(role, level);

        Assert.True(desk.SignIn("SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge, "b").IsSuccess);

        Assert.True(_bench.Tamper.IsOpen);
        Assert.DoesNotContain(RecordKind.TamperAcknowledged, _bench.Written(Lane.Audit));
    }

    [Fact]
    public void SignIn_BySupervisorBeforeTheAlertIsJournalled_KeepsIt()
    {
        var desk = Desk();
        _bench.Response().Trip();

        Assert.True(desk.SignIn("SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge, "b").IsSuccess);

        Assert.True(_bench.Tamper.IsOpen);
        Assert.False(_bench.Tamper.IsTold);
    }

    [Fact]
    public void SignIn_WhileTheEnclosureIsOpened_LetsNobodyInAndLeavesNothingOpen()
    {
        var desk = Desk();
        var response = _bench.Response();
        _bench.Keyring.Opened += response.Trip;

        Assert.Contains("only a supervisor", desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").Failure, StringComparison.Ordinal);

        Assert.False(_bench.Keyring.IsOpen);
        Assert.Null(_bench.Session.Person);
    }

    [Fact]
    public void SignIn_TurnedAwayAfterAnOpening_CountsAsNoGuess()
    {
        var desk = Desk();
        _bench.Response().Trip();

        for (var i = 0; i < 20; i++)
            Assert.Contains("only a supervisor", desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void SignIn_DuringService_IsForTechnicianOnlyUntilASupervisorEndsIt()
    {
        var desk = Desk();
        _bench.Service.Begin("TEC-05", "a new fan");

        Assert.Contains("TEC-05 is servicing", desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").Failure, StringComparison.Ordinal);
        Assert.Contains("TEC-05 is servicing", desk.SignIn("ENVELOPE-1", InventedPeople.EmergencySecret, "", "b").Failure, StringComparison.Ordinal);
        Assert.False(_bench.Keyring.IsOpen);
        Assert.True(desk.SignIn("TEC-05", InventedPeople.TechnicianSecret, "", "b").IsSuccess);
        Assert.True(_bench.Service.IsActive);

        Assert.True(desk.SignIn("SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge, "b").IsSuccess);
        Assert.False(_bench.Service.IsActive);
    }

    [Fact]
    public void Destroy_CardThatCannotBeWritten_IsTriedUntilItIsDoneAndToldOnlyThen()
    {
        _bench.Enclosure.DestroyKeysOnTamper = true;
        _bench.Install(1, Bench.Entry("UTO-1", "DELACROIX ANTON", "1971"));
        var failures = 2;
        var response = _bench.Response(step =>
        {
            if (step == "key" && failures-- > 0)
                throw new IOException("Input/output error");
        });

        response.Trip();
        Assert.False(response.TryTell());
        Assert.Equal([RecordKind.Tamper], _bench.Written(Lane.Alerts));
        Assert.NotEmpty(ContentKeys);

        Assert.True(response.TryTell());
        Assert.Equal([RecordKind.Tamper, RecordKind.KeysDestroyed], _bench.Written(Lane.Alerts));
        Assert.Empty(ContentKeys);
    }

    [Fact]
    public void Destroy_ByPolicy_LeavesTheAccountsKey()
    {
        _bench.Enclosure.DestroyKeysOnTamper = true;
        var (release, metadata, staged) = _bench.ReleasePeople(_bench.NewAccounts(1, InventedPeople.Supervisor));
        Assert.True(_bench.PeopleInstaller.Install(release, metadata, staged).IsSuccess);

        _bench.Response().Trip();

        Assert.True(_bench.PeopleInstaller.OpenInstalled().IsSuccess);
    }

    [Fact]
    public void Keep_OfAKeyBehindTheDestruction_IsRefused()
    {
        _bench.Enclosure.DestroyKeysOnTamper = true;
        _bench.Response().Trip();

        Assert.False(_bench.LeaseHold.TryKeep(static () => throw new InvalidOperationException("kept")));
    }

    [Fact]
    public void SignIn_ByTheEmergencyAccountAfterAnOpening_IsPossible()
    {
        var desk = Desk();
        _bench.Response().Trip();

        Assert.True(desk.SignIn("ENVELOPE-1", InventedPeople.EmergencySecret, "", "b").IsSuccess);

        Assert.True(_bench.Tamper.IsOpen);
    }

    private SignInDesk Desk()
    {
        _bench.Restart();
        _bench.People.Switch(_bench.NewAccounts(
            2, InventedPeople.Officer, InventedPeople.Supervisor, InventedPeople.Technician, InventedPeople.Emergency));
        return new SignInDesk(
            _bench.People, _bench.Keyring, new AttemptBook(_bench.Data, _bench.Time), new BlockBook(_bench.Data), _bench.Session, _bench.Tamper,
            _bench.Board, _bench.Service, _bench.Custody, _bench.Journal, _bench.Clock, NullLogger<SignInDesk>.Instance);
    }

    private TamperWatchService Service(TamperResponse response) =>
        new(_bench.Board, response, _bench.Tamper, _bench.Service, _bench.Time, NullLogger<TamperWatchService>.Instance);

    private static EdgeCheckpoint.Devices.Scanners.DocumentScan Scan() => new()
    {
        Lines = Bench.Passport("MARLOW", "ANNA", "U1234567", 1980, 5, 17),
        LastByteTimestamp = 0,
    };

    private static Task UntilAsync(Func<bool> holds) => TestDeadline.WithinAsync(Task.Run(async () =>
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }));
}
