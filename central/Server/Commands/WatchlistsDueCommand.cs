using System.CommandLine;
using System.Globalization;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>central-checkpoint watchlists due</c>: entries and lists of documents that end or are to be reviewed soon, and those that have ended.</summary>
internal static class WatchlistsDueCommand
{
    private const int WithinDaysMax = 3 * 366;

    public static Command Create()
    {
        var within = new Option<int>("--within")
        {
            Description = $"Days to look ahead, 0 to {WithinDaysMax}.",
            DefaultValueFactory = static _ => DueEntries.Thresholds[0],
            HelpName = "DAYS",
        };
        within.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > WithinDaysMax)
                result.AddError($"--within takes 0 to {WithinDaysMax} days.");
        });
        var json = CommonOptions.Json();
        var command = new Command(
            "due",
            "Show the entries that end or are to be reviewed soon, and those that are suspended: expired or unreviewed, they are left out of "
            + "what is published until they are renewed. So are lists of documents, which end as a whole until they are imported anew.")
        {
            within, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(within), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, int withinDays, bool isJson, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var today = DateOnly.FromDateTime(session.Get<TimeProvider>().GetUtcNow().UtcDateTime);
        var store = session.Get<ICentralStore>();
        var due = DueEntries.Of(await store.Lists.ReadAsync(cancellationToken), today, withinDays);
        var documents = DueDocuments.Of(await store.Documents.ListAsync(cancellationToken), today, withinDays);
        var output = parsed.InvocationConfiguration.Output;
        if (isJson)
        {
            await output.WriteLineAsync(Json.Write((DueJson[])[
                .. documents.Select(list => new DueJson(
                    "", list.Name, EntryWords.Day(list.ExpiresOn), "documents", DueDocuments.DaysLeft(list, today), DueDocuments.DaysLeft(list, today) <= 0)),
                .. due.Select(static entry => new DueJson(
                    entry.EntryId, entry.ListName, EntryWords.Day(entry.LapsesOn), entry.IsReview ? "review" : "expiry", entry.DaysLeft, entry.IsSuspended)),
            ]));
            return CentralCommandLine.Done;
        }

        foreach (var list in documents)
        {
            var daysLeft = DueDocuments.DaysLeft(list, today);
            var when = daysLeft <= 0 ? "ENDED" : string.Create(CultureInfo.InvariantCulture, $"{daysLeft} days");
            await output.WriteLineAsync($"{when,-10} {EntryWords.Day(list.ExpiresOn)}  expiry  {list.RowCount} documents of {list.Name}");
        }

        foreach (var entry in due)
        {
            var when = entry.IsSuspended ? "SUSPENDED" : string.Create(CultureInfo.InvariantCulture, $"{entry.DaysLeft} days");
            await output.WriteLineAsync($"{when,-10} {EntryWords.Day(entry.LapsesOn)}  {(entry.IsReview ? "review" : "expiry")}  {entry.EntryId}  {entry.ListName}");
        }

        var suspended = due.Count(static entry => entry.IsSuspended);
        await output.WriteLineAsync($"{due.Length - suspended} entries end or are to be reviewed within {withinDays} days; {suspended} are suspended.");
        return CentralCommandLine.Done;
    }
}
