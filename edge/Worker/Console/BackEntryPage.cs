using System.Globalization;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>
/// Enters what was written on paper while the appliance could not record: for supervisors. Screened as any other, marked as entered afterwards;
/// the stated time of crossing stands beside the time of the entry, never in its place.
/// </summary>
internal sealed class BackEntryPage(InspectionPipeline pipeline, EncounterBook encounters, InspectionHold hold, ClockKeeper clock)
{
    /// <summary>Older paper is not an outage of this appliance; central has forms for it.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromDays(90);

    internal async Task EnterAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (Enter(form) is { } problem)
            encounters.Notify(problem, isUrgent: false);
        context.Response.Redirect("/");
    }

    /// <returns>What is missing or impossible, as a sentence; null when it is recorded and open.</returns>
    private string? Enter(IFormCollection form)
    {
        var paper = FormText.Clean(form["paper"], 200);
        var typed = TypedPerson.Read(form, $"From paper: {paper}");
        if (typed.Person.Surname.Length == 0 || paper.Length == 0)
            return "An entry from paper needs a surname and the number or place of the paper.";
        if (!DateTimeOffset.TryParseExact(
            $"{FormText.Clean(form["crossed_date"], 10)} {FormText.Clean(form["crossed_time"], 5)}",
            "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var crossedAt))
        {
            return "The time of crossing is written YYYY-MM-DD and HH:MM, in UTC.";
        }

        // A doubtful clock cannot tell that a stated time is wrong.
        if (clock.Read().Trusted is { } now && (crossedAt > now || now - crossedAt > AgeMax))
            return $"The time of crossing lies ahead, or more than {AgeMax.TotalDays:0} days back.";
        if (typed.Problem.Length > 0)
            return typed.Problem;
        if (hold.Reason is { } held)
            return $"Nothing of this entry was taken; keep the paper. {held}";
        try
        {
            pipeline.InspectBackEntry(typed.Person, typed.Query, crossedAt);
            return null;
        }
        catch (SqliteException)
        {
            return "NOT RECORDED: the journal cannot be written. Keep the paper.";
        }
    }
}
