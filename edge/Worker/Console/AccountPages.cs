using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>What the forms about people do: signing in and out, locking, blocking an account.</summary>
internal sealed class AccountPages(
    SignInDesk desk,
    CounterSession session,
    BlockBook blocks,
    OfferedBadge badge,
    JournalStore journal,
    EncounterBook encounters,
    ClockKeeper clock)
{
    private const int ReasonLengthMax = 200;

    internal async Task SignInAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var browserKey = BrowserKey.Renew(context);
        // Stretching a secret keeps a processor busy for some tenths of a second: not on the thread that answers others.
        var before = session.Person;
        var signedIn = await Task.Run(
            () => desk.SignIn(form["staff"], form["secret"].ToString(), badge.Take(form["badge"]), browserKey), context.RequestAborted);
        if (!signedIn.TryGet(out var person, out var refusal))
        {
            encounters.Notify(refusal, isUrgent: false);
            context.Response.Redirect("/");
            return;
        }

        if (person.StaffNumber != before?.StaffNumber)
            NoteViews(person);
        if (person.Role == PostRole.Emergency)
            encounters.Notify("EMERGENCY ACCESS. Central is told as soon as there is a link. Put a new envelope in place afterwards.", isUrgent: true);
        else
            encounters.ClearNotice();
        context.Response.Redirect("/");
    }

    /// <summary>Whoever takes a counter over sees its open encounters: each look leaves a trace (guardrail 10).</summary>
    private void NoteViews(SignedInPerson person)
    {
        if (!person.Role.SeesTravellers() || encounters.State.Open is not { IsEmpty: false } open)
            return;
        try
        {
            journal.Append([.. open.Select(encounter => new RecordDraft(Lane.Audit, RecordKind.Viewed, person.StaffNumber) { EncounterId = encounter.Id })]);
        }
        catch (SqliteException)
        {
            // The page says that nothing can be recorded.
        }
    }

    internal Task SignOutAsync(HttpContext context)
    {
        desk.SignOut();
        BrowserKey.Renew(context);
        encounters.Refresh();
        context.Response.Redirect("/");
        return Task.CompletedTask;
    }

    internal Task LockAsync(HttpContext context)
    {
        desk.LockScreen();
        encounters.Refresh();
        context.Response.Redirect("/");
        return Task.CompletedTask;
    }

    internal async Task BlockAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var reason = FormText.Clean(form["reason"], ReasonLengthMax);
        if (!StaffNumber.TryNormalise(form["staff"], out var staffNumber) || reason.Length == 0)
            encounters.Notify("Blocking takes a staff number and a reason.", isUrgent: false);
        else if (staffNumber == session.Working?.StaffNumber)
            encounters.Notify("Nobody blocks their own account. Ask another supervisor, or central.", isUrgent: false);
        else
            Block(staffNumber, reason);
        context.Response.Redirect("/");
    }

    internal async Task UnblockAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (StaffNumber.TryNormalise(form["staff"], out var staffNumber) && blocks.IsBlocked(staffNumber))
        {
            Change(RecordKind.AccountUnblocked, staffNumber, () => blocks.Unblock(staffNumber), $"{staffNumber} may sign in again.");
        }

        context.Response.Redirect("/");
    }

    private void Block(string staffNumber, string reason)
    {
        var by = session.Working!.StaffNumber;
        Change(
            RecordKind.AccountBlocked,
            $"{staffNumber}: {reason}",
            () => blocks.Block(new BlockedAccount(staffNumber, by, reason, clock.Read().Wall)),
            $"{staffNumber} is blocked at this post from now on. Tell central, which can block the account everywhere.");
    }

    /// <summary>Recorded first, then done; the note is sealed, since it names a person.</summary>
    private void Change(RecordKind kind, string note, Action change, string done)
    {
        try
        {
            journal.Append(new RecordDraft(Lane.Audit, kind, session.Working!.StaffNumber) { Personal = new PersonalPart { Note = note } });
            change();
            encounters.Notify(done, isUrgent: false);
        }
        catch (SqliteException)
        {
            encounters.Notify("NOT RECORDED, so nothing was changed: the journal cannot be written. Call the technician.", isUrgent: true);
        }
        catch (IOException)
        {
            encounters.Notify("The card cannot be written: the change lasts until the next start only. Call the technician.", isUrgent: true);
        }
    }
}
