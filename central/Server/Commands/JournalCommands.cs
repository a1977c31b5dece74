using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Taking the records of a card that its appliance cannot send any more.</summary>
internal sealed class JournalCommands : ICommandPart
{
    private const int ReasonLengthMax = 200;

    private readonly Argument<FileInfo> _file = new("FILE") { Description = "What edge-checkpoint journal rescue wrote." };

    private readonly Option<string> _unsigned = new("--unsigned")
    {
        Description = "Take runs that the card's key has not signed, since it does not open any more: says where the card comes from, for the audit.",
        DefaultValueFactory = static _ => "",
        HelpName = "REASON",
    };

    public Command Build()
    {
        var import = new Command(
            "import",
            "Take the records of a card, through the checks of a push: what is here already is left, what contradicts it raises the alarm. May be repeated. Needs an "
            + "administrator's account (--as).")
        {
            _file, _unsigned,
        };
        import.SetAction(ImportAsync);
        return new Command("journal", "Records of appliances.") { import };
    }

    private async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var reason = parsed.GetValue(_unsigned)!.Trim();
        if (reason.Length > ReasonLengthMax || reason.Any(char.IsControl))
            throw new CentralFault($"--unsigned takes a text of 1 to {ReasonLengthMax} characters.");
        var path = parsed.GetValue(_file)!;
        if (!path.Exists)
            throw new CentralFault($"There is no file {path.FullName}.");
        await using var session = SiteSession.Open(parsed);
        var actor = await StaffSignOn.RequireAsync(
            parsed, session, static role => role == StaffRole.Administrator, "takes records from a card", cancellationToken);
        await using var file = path.OpenRead();
        var answer = await session.Get<RescueIntake>().TakeAsync(file, reason, actor, cancellationToken);
        var of = await session.Get<ICentralStore>().Appliances.FindAsync(answer.ApplianceId, cancellationToken) is { } appliance
            ? $" of {appliance.ApplianceId} at {appliance.PostName}"
            : "";
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"{answer.Records} records{of} in {answer.Runs} runs are durable here.");
        if (answer.Problems.Count == 0)
            return CentralCommandLine.Done;
        throw new CentralFault("Not all was taken:\n" + string.Join('\n', answer.Problems));
    }
}
