using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Admitting appliances and letting them go.</summary>
internal sealed class AppliancesCommands : ICommandPart
{
    private readonly Argument<string> _id = new("ID") { Description = "Identifier of the appliance, as appliances list shows it." };

    private readonly Option<string> _fingerprint = new("--fingerprint")
    {
        Description = "The fingerprint as read out at the post, 64 hexadecimal digits.",
        Required = true,
        HelpName = "HEX",
    };

    private readonly Option<string> _reason = new("--reason") { Description = "Why, for the audit.", Required = true, HelpName = "TEXT" };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        var tickets = new TicketCommands();
        var list = new Command("list", "List the appliances.") { _json };
        list.SetAction(ListAsync);
        var approve = new Command("approve", "Admit a waiting appliance whose fingerprint is the right one.") { _id, _fingerprint };
        approve.SetAction((parsed, stop) => DecideAsync(parsed, "Approved", (admission, id, actor) =>
            admission.ApproveAsync(id, parsed.GetValue(_fingerprint)!, actor, stop)));
        var revoke = new Command("revoke", "Let an appliance go for good; works within seconds on a running server.") { _id, _reason };
        revoke.SetAction((parsed, stop) => DecideAsync(parsed, "Revoked", (admission, id, actor) =>
            admission.RevokeAsync(id, parsed.GetValue(_reason)!, actor, stop)));
        var quarantine = new Command(
            "quarantine", "An appliance is in doubt: take what it sends and give it nothing; works within seconds on a running server.") { _id, _reason };
        quarantine.SetAction((parsed, stop) => DecideAsync(parsed, "Quarantined", (admission, id, actor) =>
            admission.QuarantineAsync(id, parsed.GetValue(_reason)!, actor, stop)));
        var release = new Command("release", "Let an appliance out of quarantine.") { _id, _reason };
        release.SetAction((parsed, stop) => DecideAsync(parsed, "Released", (admission, id, actor) =>
            admission.ReleaseAsync(id, parsed.GetValue(_reason)!, actor, stop)));
        return new Command("appliances", "Appliances of the site: tickets, approval, quarantine, revocation.")
        {
            tickets.BuildOne(), tickets.BuildMany(), list, new AppliancesAdmitCommand().Build(), approve, quarantine, release, revoke,
            new AppliancesLostCommand().Build(), new AppliancesWipeCommands().Wipe(), new AppliancesWipeCommands().Withdraw(),
            new AppliancesAcceptanceCommand().Build(),
        };
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var appliances = await session.Get<ICentralStore>().Appliances.ListAsync(cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(appliances.Select(static appliance => new ApplianceJson(
                appliance.ApplianceId, appliance.PostName, Word(appliance.State), Enrolment.Fingerprint(appliance.SigningSpki),
                appliance.HardwareSerial, appliance.LastContactAt)).ToArray()));
            return CentralCommandLine.Done;
        }

        foreach (var appliance in appliances)
        {
            await output.WriteLineAsync(
                $"{appliance.ApplianceId}  {Word(appliance.State),-8} {appliance.PostName}\n  fingerprint {Enrolment.Fingerprint(appliance.SigningSpki)}");
        }

        return CentralCommandLine.Done;
    }

    private async Task<int> DecideAsync(
        ParseResult parsed, string done, Func<ApplianceAdmission, string, string, Task<string?>> decide)
    {
        await using var session = SiteSession.Open(parsed);
        var id = parsed.GetValue(_id)!;
        if (await decide(session.Get<ApplianceAdmission>(), id, CommonOptions.ActorOf(parsed)) is { } problem)
            throw new CentralFault(problem);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"{done} {id}.");
        return CentralCommandLine.Done;
    }

    internal static string Word(ApplianceState state) => state.ToString().ToLowerInvariant();
}
