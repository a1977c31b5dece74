using System.Globalization;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Worker.People;

/// <summary>
/// Signs people in, offline. (1) Is there such an account, and is it neither locked, blocked nor ended? (2) The attempt is
/// counted. (3) The secret opens the account's key pair, or does not. (4) Whoever may see travellers opens the keys of list
/// and journal. (5) The journal has it before the page shows it.
/// </summary>
/// <remarks>One sign-in at a time: guesses cannot be made side by side.</remarks>
internal sealed class SignInDesk(
    PostPeople people,
    PostKeyring keyring,
    AttemptBook attempts,
    BlockBook blocks,
    CounterSession session,
    TamperLatch tamper,
    IBoard board,
    ServiceMode service,
    KeyCustody custody,
    JournalStore journal,
    ClockKeeper clock,
    ILogger<SignInDesk> logger)
{
    /// <summary>One answer for an unknown number, a wrong secret, a blocked and an ended account: the rest is not for strangers.</summary>
    private const string NotAccepted = "Not signed in: staff number, passphrase, PIN or badge is wrong, or the account is not valid here. Ask the supervisor.";

    /// <summary>An account nobody has: an unknown staff number takes as long as a known one.</summary>
    private static readonly Lazy<PostAccount> Decoy = new(static () => PostAccount.Create(
        "NOBODY", "", PostRole.Technician, SignInMethod.Passphrase, null, BadgeCode.Create(), ""));

    private const string OnlyTheSupervisor =
        "The enclosure of this appliance was opened: only a supervisor can sign in, and unlocks it. Call the supervisor.";

    private readonly Lock _gate = new();

    /// <summary>Signs a person in at the counter, in place of whoever is there, or unlocks the screen.</summary>
    /// <param name="staff">As typed.</param>
    /// <param name="secret">Passphrase or PIN.</param>
    /// <param name="badge">The badge's code in its one form, or empty.</param>
    /// <param name="browserKey">Key of the browser the session will belong to.</param>
    /// <returns>The person, or why not, as a sentence.</returns>
    internal Result<SignedInPerson, string> SignIn(string? staff, string secret, string badge, string browserKey)
    {
        lock (_gate)
        {
            var mark = tamper.Mark;
            if (!Verify(staff, secret, badge, opensKeys: true, mark).TryGet(out var person, out var refusal))
                return refusal;
            var before = session.Person;
            var isSame = before?.StaffNumber == person.StaffNumber;
            if (before is not null && !isSame)
                journal.Note(new RecordDraft(Lane.Audit, RecordKind.ShiftEnded, before.StaffNumber), logger);
            if (isSame)
                journal.Note(new RecordDraft(Lane.Audit, RecordKind.ScreenUnlocked, person.StaffNumber), logger);
            else
                journal.Note(new RecordDraft(Lane.Audit, RecordKind.ShiftStarted, person.StaffNumber), logger);
            if (person.Role == PostRole.Emergency)
            {
                journal.Note(new RecordDraft(Lane.Alerts, RecordKind.EmergencyAccess, person.StaffNumber), logger);
                logger.EmergencyAccess();
            }

            session.Begin(person, browserKey);

            // Opening a list takes seconds, in which the enclosure may be opened: then nobody has come in, and nothing is open.
            if (tamper.Mark is { } now && now.Id != mark?.Id)
            {
                custody.Drop();
                return OnlyTheSupervisor;
            }

            return person;
        }
    }

    /// <summary>Confirms that a second person stands at the counter. The first one's session goes on untouched.</summary>
    /// <param name="first">Staff number of who decides.</param>
    /// <returns>The second person, or why not, as a sentence.</returns>
    internal Result<SignedInPerson, string> Confirm(string first, string? staff, string secret, string badge)
    {
        lock (_gate)
        {
            if (StaffNumber.TryNormalise(staff, out var number) && number == first)
                return "The second person is somebody else than who decides.";
            if (!Verify(staff, secret, badge, opensKeys: false).TryGet(out var person, out _))
                return "The second person was not accepted: staff number, passphrase, PIN or badge is wrong, or the account is not valid here.";
            return person.Role is PostRole.Officer or PostRole.Supervisor
                ? person
                : $"A {person.Role.Word()} account cannot confirm a decision.";
        }
    }

    internal void SignOut()
    {
        if (session.Person is not { } person)
            return;
        journal.Note(new RecordDraft(Lane.Audit, RecordKind.ShiftEnded, person.StaffNumber), logger);
        session.End();
    }

    internal void LockScreen()
    {
        if (session.Person is { } person && session.Lock())
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.ScreenLocked, person.StaffNumber), logger);
    }

    /// <summary>After newer accounts: who is no longer among them is signed out, and keys that no longer fit are closed.</summary>
    internal void TakeAccounts(PeopleContent accounts)
    {
        if (keyring.JournalKey is { } key && !key.PublicKeySpki.Span.SequenceEqual(accounts.JournalPublicKeySpki.Span))
            keyring.Close();
        if (session.Person is { } person && accounts.Find(person.StaffNumber)?.Role != person.Role)
            SignOut();
    }

    private Result<SignedInPerson, string> Verify(string? staff, string secret, string badge, bool opensKeys, TamperMark? mark = null)
    {
        if (people.Current is not { } content)
            return $"Nobody can sign in: {people.Problem}.";

        // 1
        var account = StaffNumber.TryNormalise(staff, out var number) ? content.Find(number) : null;
        var counted = account?.StaffNumber ?? "";
        if (attempts.Remaining(counted) is { Ticks: > 0 } left)
            return string.Create(CultureInfo.InvariantCulture, $"Too many failed sign-ins. Try again in {Math.Ceiling(left.TotalSeconds):0} seconds.");

        // 2
        attempts.Begin(counted);

        // 3
        using var pair = (account ?? Decoy.Value).Open(secret, badge);
        if (account is null || pair is null || blocks.IsBlocked(account.StaffNumber) || HasEnded(account))
        {
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.SignInRefused, account?.StaffNumber ?? RecordDraft.Appliance), logger);
            logger.SignInRefused();
            return NotAccepted;
        }

        if (opensKeys && Barred(account) is { } barred)
        {
            // The secret was right: that somebody had to be turned away counts as no guess.
            attempts.Succeed(counted);
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.SignInRefused, account.StaffNumber), logger);
            return barred;
        }

        // 4
        if (opensKeys && account.Role.SeesTravellers() && !keyring.IsOpen)
        {
            if (keyring.Open(content, account, pair) is { } problem)
                return problem;
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.KeysOpened, account.StaffNumber), logger);
        }

        if (opensKeys && account.Role == PostRole.Supervisor && mark is not null)
            SeeToTamper(account, mark);
        attempts.Succeed(counted);
        return new SignedInPerson(account.StaffNumber, account.Name, account.Role);
    }

    /// <summary>
    /// Why somebody with the right secret does not come in now; null when they do. Technicians open no keys; the emergency account opens when nobody
    /// else can. A supervisor who signs in ends a service: the keys stay closed while the enclosure may be open.
    /// </summary>
    private string? Barred(PostAccount account)
    {
        if (service.IsActive && account.Role == PostRole.Supervisor)
            service.End(account.StaffNumber);
        if (service.Visit is { } visit && account.Role.SeesTravellers())
            return $"{visit.StaffNumber} is servicing this appliance, and its keys stay closed until that has ended. A supervisor who signs in ends it.";
        return tamper.IsOpen && account.Role == PostRole.Officer ? OnlyTheSupervisor : null;
    }

    /// <summary>A supervisor who signs in has seen to it; a contact that does not read closed keeps the alarm.</summary>
    private void SeeToTamper(PostAccount account, TamperMark mark)
    {
        if (!EnclosureContacts.AreClosed(board))
            return;
        try
        {
            if (tamper.Release(mark))
                journal.Note(new RecordDraft(Lane.Audit, RecordKind.TamperAcknowledged, account.StaffNumber), logger);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            logger.TamperNotReleased(fault.Message);
        }
    }

    /// <summary>A doubtful clock ends no account: a lone officer could not work.</summary>
    private bool HasEnded(PostAccount account) =>
        account.ExpiresOn is { } day && clock.Read().Trusted is { } now && DateOnly.FromDateTime(now.UtcDateTime) >= day;
}
