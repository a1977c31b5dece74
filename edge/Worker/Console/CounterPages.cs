using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Console.Slices;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.SelfTesting;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>The officer's page and what its forms do.</summary>
internal sealed class CounterPages(
    EncounterBook encounters,
    DecisionDesk desk,
    InspectionPipeline pipeline,
    CounterSession session,
    SignInDesk signIn,
    OfferedBadge badge,
    BlockBook blocks,
    PostPeople people,
    BrowserKey browsers,
    ApplianceHealth health,
    IOptions<PeopleOptions> peopleOptions,
    JournalStore journal,
    InstalledList list,
    CentralLink link,
    ClockKeeper clock,
    IDocumentScanner scanner,
    TamperLatch tamper,
    ServiceMode service,
    InspectionHold hold,
    PowerWatch power,
    SelfTestBook selfTest,
    ApplianceIdentity identity,
    TimeProvider time,
    IHostApplicationLifetime lifetime)
{
    private const int NoteLengthMax = 500;
    private const int StaffNumberLengthMax = 32;

    /// <summary>The whole page. Loading it is a sign of life; the page's own refreshing is none.</summary>
    internal Task PageAsync(HttpContext context)
    {
        if (session.IsOf(BrowserKey.Of(context)))
            session.Touch();
        return RenderAsync(context, Model(context, [], null), wholePage: true);
    }

    /// <summary>The part that changes, for the page's own script.</summary>
    internal Task FragmentAsync(HttpContext context) => RenderAsync(context, Model(context, [], null), wholePage: false);

    /// <summary>Open encounters as JSON: identifiers, proposal and hits, without anything that names a traveller.</summary>
    internal Task OpenAsync(HttpContext context)
    {
        var open = encounters.State.Open.Select(encounter => new OpenEncounterSummary(
            encounter.Id,
            encounter.IsClear,
            encounter.IsResumed,
            [.. encounter.VisibleHits.Select(static hit => hit.EntryId)])).ToArray();
        return context.Response.WriteAsJsonAsync(open, ConsoleJson.Default.OpenEncounterSummaryArray, cancellationToken: context.RequestAborted);
    }

    /// <summary>Tells the page that something changed, at once, and every few seconds that the appliance lives.</summary>
    internal async Task EventsAsync(HttpContext context)
    {
        // Without the link to ApplicationStopping an open stream holds a shutdown up for half a minute.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var changes = System.Threading.Channels.Channel.CreateBounded<bool>(
            new System.Threading.Channels.BoundedChannelOptions(1) { FullMode = System.Threading.Channels.BoundedChannelFullMode.DropWrite });
        void OnChange() => changes.Writer.TryWrite(true);
        encounters.Changed += OnChange;
        session.Changed += OnChange;
        people.Switched += OnChange;
        try
        {
            context.Response.ContentType = "text/event-stream";
            await WriteEventAsync(context, ending.Token);
            while (!ending.IsCancellationRequested)
            {
                using var round = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                var change = changes.Reader.ReadAsync(round.Token).AsTask();
                await Task.WhenAny(change, Task.Delay(TimeSpan.FromSeconds(5), time, round.Token));
                await round.CancelAsync();
                ending.Token.ThrowIfCancellationRequested();
                await WriteEventAsync(context, ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left, or the service stops.
        }
        finally
        {
            encounters.Changed -= OnChange;
            session.Changed -= OnChange;
            people.Switched -= OnChange;
        }
    }

    internal async Task DecideAsync(HttpContext context)
    {
        if (!Guid.TryParse((string?)context.Request.RouteValues["id"], CultureInfo.InvariantCulture, out var id))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var entered = ReadDecision(form);
        ImmutableArray<string> problems;
        try
        {
            var (second, refusal) = await ConfirmAsync(form, context.RequestAborted);
            problems = refusal.Length > 0 ? [refusal] : desk.Decide(id, entered with { SecondActorId = second });
        }
        catch (SqliteException)
        {
            problems = ["NOT RECORDED: the journal cannot be written. The encounter stays open; use the paper procedure."];
        }

        if (problems.IsEmpty)
        {
            context.Response.Redirect("/");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        await RenderAsync(context, Model(context, problems, entered, id), wholePage: true);
    }

    /// <summary>The second person proves to be there; nothing when none was named. The first one's session goes on.</summary>
    private async Task<(string StaffNumber, string Problem)> ConfirmAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(form["second"]))
            return ("", "");
        var first = session.Working?.StaffNumber ?? "";
        var code = badge.Take(form["second_badge"]);
        var confirmed = await Task.Run(() => signIn.Confirm(first, form["second"], form["second_secret"].ToString(), code), cancellationToken);
        return confirmed.TryGet(out var second, out var problem) ? (second.StaffNumber, "") : ("", problem);
    }

    /// <summary>Leaves a reopened encounter as it was decided; nothing is recorded, as nothing changed.</summary>
    internal Task KeepAsync(HttpContext context)
    {
        if (Guid.TryParse((string?)context.Request.RouteValues["id"], CultureInfo.InvariantCulture, out var id) && desk.Keep(id))
            context.Response.Redirect("/");
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    internal async Task ManualAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var reason = FormText.Clean(form["reason"], 200);
        var typed = TypedPerson.Read(form, reason);
        if (typed.Person.Surname.Length == 0 || reason.Length == 0)
            encounters.Notify("A manual entry needs a surname and the reason why it is made by hand.", isUrgent: false);
        else if (typed.Problem.Length > 0)
            encounters.Notify(typed.Problem, isUrgent: false);
        else
            InspectManual(typed);
        context.Response.Redirect("/");
    }

    private void InspectManual(TypedPerson typed)
    {
        if (hold.Reason is { } held)
        {
            encounters.Notify($"NOT CHECKED: nothing of this entry was taken. {held}", isUrgent: true);
            return;
        }

        try
        {
            pipeline.InspectManual(typed.Person, typed.Query);
        }
        catch (SqliteException)
        {
            encounters.Notify("NOT RECORDED: the journal cannot be written. Nobody was cleared. Use the paper procedure.", isUrgent: true);
        }
    }

    private static DecisionForm ReadDecision(IFormCollection form)
    {
        var hits = ImmutableDictionary.CreateBuilder<string, OutcomeCode>();
        foreach (var (name, value) in form)
        {
            if (name.StartsWith("hit:", StringComparison.Ordinal) && Code(value) is { } outcome)
                hits[name[4..]] = outcome;
        }

        return new DecisionForm(
            Code(form["outcome"]) ?? 0, hits.ToImmutable(), FormText.Clean(form["second"], StaffNumberLengthMax), FormText.Clean(form["note"], NoteLengthMax), form["stale"] == "yes")
        {
            Showing = Guid.TryParse(form["showing"], CultureInfo.InvariantCulture, out var showing) ? showing : Guid.Empty,
        };
    }

    private static OutcomeCode? Code(string? text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && Enum.IsDefined((OutcomeCode)code) ? (OutcomeCode)code : null;

    /// <summary>Who this browser is to the counter, and what it may show.</summary>
    private CounterAccount AccountOf(HttpContext context, ClockReading now)
    {
        var isOwn = session.IsOf(BrowserKey.Of(context));
        var age = people.Age(now);
        return new CounterAccount(
            isOwn ? session.Person : null,
            isOwn && session.IsLocked,
            browsers.Token(context),
            people.Current is { } accounts
                ? string.Create(CultureInfo.InvariantCulture, $"version {accounts.Version}, {(age is { } known ? $"{known.TotalHours:0} h old" : "age UNKNOWN")}")
                : "none",
            people.Current is not null && age < TimeSpan.FromHours(peopleOptions.Value.AmberHours),
            people.Problem,
            badge.IsThere,
            session.Person?.StaffNumber,
            blocks.Blocked);
    }

    private CounterModel Model(HttpContext context, ImmutableArray<string> problems, DecisionForm? entered, Guid? decided = null)
    {
        var state = encounters.State;
        var asked = decided ?? (Guid.TryParse(context.Request.Query["encounter"], CultureInfo.InvariantCulture, out var id) ? id : null);
        var now = clock.Read();
        var account = AccountOf(context, now);
        // Whoever may not see travellers gets none, not even behind a style sheet.
        var encounter = account.SeesTravellers
            ? state.Open.FirstOrDefault(open => open.Id == asked) ?? (state.Open is [.., var newest] ? newest : null)
            : null;
        var reader = scanner.Health;
        return new CounterModel(
            account.SeesTravellers ? state : state with { Open = [] },
            encounter,
            identity.PostName,
            account,
            list.Status(list.Current, now),
            list.Remark,
            list.LeaseLeft is { } left ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Floor(left.TotalDays)):0} d {left.Hours} h") : "",
            link.State.Detail,
            link.State.IsUp,
            journal.Depth().ShownWaiting,
            now.Quality.ToString(),
            reader.State == DeviceState.Ok ? "Reader: ready" : $"Reader: {(reader.Detail.Length > 0 ? reader.Detail : reader.State.ToString())}",
            reader.State == DeviceState.Ok,
            tamper.IsOpen,
            service.Visit is { } visit ? string.Create(CultureInfo.InvariantCulture, $"SERVICE by {visit.StaffNumber} since {visit.BegunAt:HH:mm} UTC: {visit.Reason}. The keys are closed; opening the enclosure is journalled.") : null,
            journal.Problem is null,
            hold.Reason ?? journal.StopNotice,
            power.Warning?.Detail,
            CounterSelfTest.Of(selfTest.Latest),
            account.SeesTravellers ? [] : [.. health.Parts().Select(static part => new CounterPart(part.Name, part.Health.State.ToString(), part.Health.Detail))],
            problems,
            entered,
            session.KnowsListIsStale);
    }

    private static async Task RenderAsync(HttpContext context, CounterModel model, bool wholePage)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        if (wholePage)
        {
            var page = Page.Create(model);
            await page.RenderAsync(context.Response.BodyWriter, cancellationToken: context.RequestAborted);
        }
        else
        {
            var counter = Counter.Create(model);
            await counter.RenderAsync(context.Response.BodyWriter, cancellationToken: context.RequestAborted);
        }
    }

    private async Task WriteEventAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"event: changed\ndata: {encounters.State.Revision}\n\n");
        await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
