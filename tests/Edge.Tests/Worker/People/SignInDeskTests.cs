using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.People;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker.People;

public sealed class SignInDeskTests : IDisposable
{
    private readonly Bench _bench = new();

    public SignInDeskTests()
    {
        _bench.Restart();
        _bench.People.Switch(_bench.NewAccounts(
            2, InventedPeople.Officer, InventedPeople.Supervisor, InventedPeople.Technician, InventedPeople.Emergency, InventedPeople.Ended));
        Attempts = new AttemptBook(_bench.Data, _bench.Time);
        Blocks = new BlockBook(_bench.Data);
    }

    private AttemptBook Attempts { get; set; }

    private BlockBook Blocks { get; set; }

    private SignInDesk Desk => new(
        _bench.People, _bench.Keyring, Attempts, Blocks, _bench.Session, _bench.Tamper, _bench.Board, _bench.Service, _bench.Custody, _bench.Journal, _bench.Clock, NullLogger<SignInDesk>.Instance);

    [Theory]
    [InlineData("OFF-17", "quiet harbour lanterns")]
    [InlineData("OFF-17", "")]
    [InlineData("OFF-18", InventedPeople.OfficerSecret)]
    [InlineData("", InventedPeople.OfficerSecret)]
    [InlineData("SUP-02", InventedPeople.SupervisorPin)]
    [InlineData("off 17", InventedPeople.OfficerSecret)]
    public void SignIn_WithSomethingWrong_IsRefusedInTheSameWords(string staff, string secret)
    {
        var refused = Desk.SignIn(staff, secret, "", "browser");

        Assert.StartsWith("Not signed in: staff number, passphrase, PIN or badge is wrong", refused.Failure, StringComparison.Ordinal);
        Assert.Null(_bench.Session.Person);
        Assert.False(_bench.Keyring.IsOpen);
        Assert.Equal([RecordKind.SignInRefused], Written(Lane.Audit));
    }

    [Fact]
    public void SignIn_OfficerWithPassphrase_OpensTheKeysAndIsJournalled()
    {
        var person = Desk.SignIn(" off-17 ", InventedPeople.OfficerSecret, "", "browser").Value;

        Assert.Equal(("OFF-17", PostRole.Officer), (person.StaffNumber, person.Role));
        Assert.True(_bench.Keyring.IsOpen);
        Assert.True(_bench.Session.IsOf("browser"));
        Assert.False(_bench.Session.IsOf("another"));
        Assert.Equal([RecordKind.KeysOpened, RecordKind.ShiftStarted], Written(Lane.Audit));
    }

    [Fact]
    public void SignIn_PinAndBadge_NeedsBoth()
    {
        Assert.False(Desk.SignIn("SUP-02", InventedPeople.SupervisorPin, BadgeCode.Create(), "b").IsSuccess);
        Assert.False(Desk.SignIn("SUP-02", "4072", InventedPeople.SupervisorBadge, "b").IsSuccess);
        Assert.True(Desk.SignIn("SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge, "b").IsSuccess);
    }

    [Fact]
    public void SignIn_Technician_OpensNoKeyOfListOrJournal()
    {
        Assert.True(Desk.SignIn("TEC-05", InventedPeople.TechnicianSecret, "", "b").IsSuccess);

        Assert.False(_bench.Keyring.IsOpen);
        Assert.Null(_bench.Keyring.JournalKey);
        Assert.True(_bench.People.Current!.Find("TEC-05")!.Grant.IsEmpty);
    }

    [Fact]
    public void SignIn_Emergency_IsAnAlertOfItsOwn()
    {
        Assert.True(Desk.SignIn("ENVELOPE-1", InventedPeople.EmergencySecret, "", "b").IsSuccess);

        Assert.Equal([RecordKind.EmergencyAccess], Written(Lane.Alerts));
        Assert.True(_bench.Keyring.IsOpen);
    }

    [Fact]
    public void SignIn_EndedAccount_IsRefusedUnlessTheClockIsDoubtful()
    {
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        Assert.False(Desk.SignIn("OFF-99", InventedPeople.OfficerSecret, "", "b").IsSuccess);

        _bench.Clock.Confirm(_bench.Time.GetUtcNow().AddDays(2));
        Assert.True(Desk.SignIn("OFF-99", InventedPeople.OfficerSecret, "", "b").IsSuccess);
    }

    [Fact]
    public void SignIn_BlockedAtThePost_IsRefusedAlsoAfterARestartAndNewAccounts()
    {
        Blocks.Block(new BlockedAccount("OFF-17", "SUP-02", "dismissed", Bench.Start));
        Assert.False(Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").IsSuccess);

        Blocks = new BlockBook(_bench.Data);
        _bench.People.Switch(_bench.NewAccounts(3, InventedPeople.Officer));
        Assert.False(Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").IsSuccess);
        Assert.True(Blocks.Unblock("OFF-17"));
        Assert.True(Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").IsSuccess);
    }

    [Fact]
    public void SignIn_GuessedTooOften_LocksAndStaysLockedOverARestartAndAClockJump()
    {
        for (var i = 0; i <= AttemptBook.FreeAttempts; i++)
            Assert.StartsWith("Not signed in", Desk.SignIn("OFF-17", "wrong wrong wrong", "", "b").Failure, StringComparison.Ordinal);
        Assert.StartsWith("Too many", Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").Failure, StringComparison.Ordinal);

        Attempts = new AttemptBook(_bench.Data, _bench.Time);
        Assert.StartsWith("Too many", Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").Failure, StringComparison.Ordinal);
        _bench.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").IsSuccess);
        Assert.Equal(TimeSpan.Zero, new AttemptBook(_bench.Data, _bench.Time).Remaining("OFF-17"));
    }

    [Fact]
    public void SignIn_GuessingStaffNumbers_LocksTheUnknownOnesTogether()
    {
        for (var i = 0; i <= AttemptBook.FreeAttempts; i++)
            Desk.SignIn($"X-{i}", "wrong wrong wrong", "", "b");

        Assert.StartsWith("Too many", Desk.SignIn("Y-1", "wrong wrong wrong", "", "b").Failure, StringComparison.Ordinal);
        Assert.True(Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").IsSuccess);
    }

    [Fact]
    public void SignIn_SomebodyElse_EndsTheSessionBefore()
    {
        Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "first");
        Desk.SignIn("SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge, "second");

        Assert.False(_bench.Session.IsOf("first"));
        Assert.Equal("SUP-02", _bench.Session.Working!.StaffNumber);
        Assert.Equal(
            [RecordKind.KeysOpened, RecordKind.ShiftStarted, RecordKind.ShiftEnded, RecordKind.ShiftStarted], Written(Lane.Audit));
    }

    [Fact]
    public void LockScreen_ThenTheSamePerson_GoesOnWithTheSession()
    {
        Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b");
        Desk.LockScreen();
        Assert.Null(_bench.Session.Working);

        Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b2");

        Assert.Equal("OFF-17", _bench.Session.Working!.StaffNumber);
        Assert.Equal([RecordKind.ScreenLocked, RecordKind.ScreenUnlocked], Written(Lane.Audit)[^2..]);
    }

    [Fact]
    public void Confirm_SecondPerson_LeavesTheFirstOnesSessionAlone()
    {
        Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b");

        Assert.Equal("SUP-02", Desk.Confirm("OFF-17", "sup-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge).Value.StaffNumber);
        Assert.False(Desk.Confirm("OFF-17", "sup-02", "0000", InventedPeople.SupervisorBadge).IsSuccess);
        Assert.False(Desk.Confirm("OFF-17", "off-17", InventedPeople.OfficerSecret, "").IsSuccess);
        Assert.False(Desk.Confirm("OFF-17", "TEC-05", InventedPeople.TechnicianSecret, "").IsSuccess);
        Assert.False(Desk.Confirm("OFF-17", "ENVELOPE-1", InventedPeople.EmergencySecret, "").IsSuccess);
        Assert.True(_bench.Session.IsOf("b"));
        Assert.Equal("OFF-17", _bench.Session.Working!.StaffNumber);
    }

    [Fact]
    public void TakeAccounts_WithoutWhoIsSignedIn_EndsTheSession()
    {
        Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b");
        var next = _bench.NewAccounts(3, InventedPeople.Supervisor);
        _bench.People.Switch(next);

        Desk.TakeAccounts(next);

        Assert.Null(_bench.Session.Person);
        Assert.True(_bench.Keyring.IsOpen);
    }

    [Fact]
    public void SignIn_BeforeAnyAccountsWereIssued_SaysSo()
    {
        var people = new PostPeople();
        var desk = new SignInDesk(people, _bench.Keyring, Attempts, Blocks, _bench.Session, _bench.Tamper, _bench.Board, _bench.Service, _bench.Custody, _bench.Journal, _bench.Clock, NullLogger<SignInDesk>.Instance);

        Assert.Contains("no accounts have been issued", desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void SignIn_WithAJournalThatTakesNothing_StillWorks()
    {
        _bench.FillUp();

        Assert.True(Desk.SignIn("OFF-17", InventedPeople.OfficerSecret, "", "b").IsSuccess);
        Assert.NotNull(_bench.Journal.Problem);
    }

    private RecordKind[] Written(Lane lane) =>
        [.. (_bench.Journal.ReadUnsent(lane)?.Records ?? []).Select(static record => RecordHeader.Parse(record.Header).Value.Kind)];

    public void Dispose() => _bench.Dispose();
}
