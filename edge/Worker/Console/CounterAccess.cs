using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>Who may ask for a page or send a form. Each route of the console names one; a route without one is for nobody.</summary>
internal enum Access
{
    /// <summary>For nobody: what a route has that says nothing.</summary>
    Nobody,

    /// <summary>For everybody at this appliance: the sign-in page and what holds no personal data.</summary>
    Anyone,

    /// <summary>For whoever is signed in in this browser, also behind a locked screen.</summary>
    SignedIn,

    /// <summary>For those who may see travellers, with the screen unlocked.</summary>
    Travellers,

    /// <summary>For supervisors, with the screen unlocked.</summary>
    Supervisor,

    /// <summary>For technicians, with the screen unlocked.</summary>
    Technician,

    /// <summary>For programs of this appliance that can read the service's files (<see cref="LocalDoor"/>), and for no browser.</summary>
    LocalProgram,
}

/// <summary>Carried by each route.</summary>
internal sealed record AccessMark(Access Access);

/// <summary>
/// Stands before every route: every change must come from a form of this browser's own page, and every request must be one
/// that the person at the counter may make. What is refused is told in a sentence and journalled.
/// </summary>
internal sealed class CounterAccess(
    CounterSession session, BrowserKey browsers, LocalDoor door, JournalStore journal, TimeProvider time, ILogger<CounterAccess> logger)
{
    /// <summary>Refused changes without anybody of their own are written once in this time: the lane is never shed, and a page in a loop must not fill it.</summary>
    private static readonly TimeSpan OneNote = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _lastNote;

    internal async Task CheckAsync(HttpContext context, Func<Task> next)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            await next();
            return;
        }

        var access = endpoint.Metadata.GetMetadata<AccessMark>()?.Access ?? Access.Nobody;
        var isChange = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (access == Access.LocalProgram)
        {
            if (door.IsOpenTo(context.Request))
            {
                await next();
                return;
            }

            NoteForeign();
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This is for programs of this appliance only.");
            return;
        }

        if (isChange && !await browsers.IsOwnAsync(context))
        {
            NoteForeign();
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This form is not from this page, or the page is older than the sign-in. Load the page again.");
            return;
        }

        if (!MayAsk(context, access))
        {
            var person = session.Person;
            if (person is not null && session.IsOf(BrowserKey.Of(context)) && !session.IsLocked)
                Note(person.StaffNumber);
            else if (isChange)
                NoteForeign();
            await RefuseAsync(
                context,
                person is null || session.IsLocked ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden,
                "This is not for whoever is signed in here. Sign in, or ask somebody who may.");
            return;
        }

        if (isChange)
            session.Touch();
        await next();
    }

    /// <summary>True when the person at this browser may ask for it.</summary>
    private bool MayAsk(HttpContext context, Access access) => access switch
    {
        Access.Anyone => true,
        Access.SignedIn => session.IsOf(BrowserKey.Of(context)),
        Access.Travellers => session.IsOf(BrowserKey.Of(context)) && session.Working?.Role.SeesTravellers() == true,
        Access.Supervisor => session.IsOf(BrowserKey.Of(context)) && session.Working?.Role == PostRole.Supervisor,
        Access.Technician => session.IsOf(BrowserKey.Of(context)) && session.Working?.Role == PostRole.Technician,
        _ => false,
    };

    /// <summary>A forged form, or a change by nobody who is signed in: nobody's doing, so the appliance's own record.</summary>
    private void NoteForeign()
    {
        lock (_lock)
        {
            if (_lastNote is { } last && time.GetElapsedTime(last) < OneNote)
                return;
            _lastNote = time.GetTimestamp();
        }

        Note(RecordDraft.Appliance);
    }

    /// <summary>It is refused all the same where it cannot be recorded.</summary>
    private void Note(string staffNumber) => journal.Note(new RecordDraft(Lane.Audit, RecordKind.ActionRefused, staffNumber), logger);

    private static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence, context.RequestAborted);
    }
}
