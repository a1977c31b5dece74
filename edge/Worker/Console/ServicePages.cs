using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.People;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>A technician begins and ends service.</summary>
internal sealed class ServicePages(ServiceMode service, CounterSession session, EncounterBook encounters)
{
    private const int ReasonLengthMax = 200;

    internal async Task BeginAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var reason = FormText.Clean(form["reason"], ReasonLengthMax);
        if (reason.Length == 0)
            encounters.Notify("Service takes a reason: why the enclosure will be opened.", isUrgent: false);
        else
            Begin(reason);
        context.Response.Redirect("/");
    }

    internal Task EndAsync(HttpContext context)
    {
        service.End(session.Working!.StaffNumber);
        encounters.Refresh();
        context.Response.Redirect("/");
        return Task.CompletedTask;
    }

    private void Begin(string reason)
    {
        try
        {
            service.Begin(session.Working!.StaffNumber, reason);
            encounters.Notify("Service has begun, and everybody is signed out. Sign in again to end it.", isUrgent: false);
        }
        catch (SqliteException)
        {
            encounters.Notify("NOT RECORDED, so service has not begun: the journal cannot be written.", isUrgent: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            encounters.Notify("The card cannot be written: service lasts until the next start only.", isUrgent: true);
        }
    }
}
