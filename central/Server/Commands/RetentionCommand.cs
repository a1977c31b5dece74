using System.CommandLine;
using System.Globalization;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>How long what is kept, and what is due.</summary>
internal sealed class RetentionCommand : ICommandPart
{
    private readonly Option<bool> _show = new("--show") { Description = "Show the rules and what is due by them, and change nothing." };

    public Command Build()
    {
        var command = new Command(
            "retention",
            "Apply the times of retention now; the server does so by itself every six hours. Destroys keys: records stay provable, and nobody opens them again.")
        {
            _show,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_show))
        {
            await ShowAsync(session, output, cancellationToken);
            return CentralCommandLine.Done;
        }

        await output.WriteLineAsync((await session.Get<RetentionRun>().RunAsync(CommonOptions.ActorOf(parsed), cancellationToken)).ToString());
        return CentralCommandLine.Done;
    }

    private static async Task ShowAsync(SiteSession session, TextWriter output, CancellationToken cancellationToken)
    {
        var options = session.Get<RetentionOptions>();
        var store = session.Get<ICentralStore>().Retention;
        var now = session.Get<TimeProvider>().GetUtcNow();
        var mask = now.AddMonths(-options.MaskMonths);
        var all = now.AddMonths(-options.AllMonths);
        var record = now.AddMonths(-options.RecordMonths);
        string Line(string what, int months, long due) => string.Create(CultureInfo.InvariantCulture, $"{what,-48} after {months,3} months; due now: {due:N0}");
        await output.WriteLineAsync(Line("identities masked", options.MaskMonths, (await store.CountThroughAsync(mask, cancellationToken)).Keys));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{"keys destroyed, encounter ended with a refusal",-48} after {options.RefusedMonths,3} months"));
        await output.WriteLineAsync(options.OwnState.Length > 0 && options.OwnCitizensMonths > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{"keys destroyed, citizens of " + options.OwnState,-48} after {options.OwnCitizensMonths,3} months")
            : "keys destroyed, own citizens                     by the rule for all: Retention:OwnState is not set");
        var due = await store.CountThroughAsync(all, cancellationToken);
        await output.WriteLineAsync(Line("keys destroyed, all", options.AllMonths, due.Keys + due.MaskedKeys));
        await output.WriteLineAsync(Line("records removed whole, by calendar months", options.RecordMonths, (await store.CountThroughAsync(record, cancellationToken)).Records));
        await output.WriteLineAsync("Border residents are not told apart from others yet: no record says who is one. The audit is kept.");
    }
}
