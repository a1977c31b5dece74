using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Admitting appliances and letting them go.</summary>
internal sealed class AppliancesCommands : ICommandPart
{
    private const int TextLengthMax = 64;

    private readonly Option<string> _post = new("--post") { Description = "Name of the post.", Required = true, HelpName = "NAME" };

    private readonly Option<string> _serial = new("--serial")
    {
        Description = "Serial number of the board: that board is admitted at once, and no other. Without it an operator approves.",
        DefaultValueFactory = static _ => "",
        HelpName = "SERIAL",
    };

    private readonly Option<int> _hours = new("--hours")
    {
        Description = "Life of the ticket in hours, 72 at most.",
        DefaultValueFactory = static _ => 72,
        HelpName = "N",
    };

    private readonly Option<FileInfo> _out = new("--out")
    {
        Description = "Where to write the ticket. It admits one appliance: carry it as you would a key.",
        Required = true,
        HelpName = "FILE",
    };

    private readonly Option<string?> _address = new("--address")
    {
        Description = "Address of the gRPC port for this post, when it is not the site's.",
        HelpName = "https://HOST:PORT",
    };

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
        var ticket = new Command("ticket", "Write a join ticket: one appliance, once, within its hours.")
        {
            _post, _serial, _hours, _out, _address, _json,
        };
        ticket.SetAction(IssueAsync);
        var list = new Command("list", "List the appliances.") { _json };
        list.SetAction(ListAsync);
        var approve = new Command("approve", "Admit a waiting appliance whose fingerprint is the right one.") { _id, _fingerprint };
        approve.SetAction((parsed, stop) => DecideAsync(parsed, "Approved", (admission, id, actor) =>
            admission.ApproveAsync(id, parsed.GetValue(_fingerprint)!, actor, stop)));
        var revoke = new Command("revoke", "Let an appliance go for good; works within seconds on a running server.") { _id, _reason };
        revoke.SetAction((parsed, stop) => DecideAsync(parsed, "Revoked", (admission, id, actor) =>
            admission.RevokeAsync(id, parsed.GetValue(_reason)!, actor, stop)));
        return new Command("appliances", "Appliances of the site: tickets, approval, revocation.") { ticket, list, approve, revoke, new AppliancesLostCommand().Build(), new AppliancesWipeCommand().Build() };
    }

    private async Task<int> IssueAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var post = Text(parsed.GetValue(_post)!, "--post", isRequired: true);
        var serial = Text(parsed.GetValue(_serial)!, "--serial", isRequired: false);
        var hours = parsed.GetValue(_hours);
        if (hours < 1 || TimeSpan.FromHours(hours) > Tickets.LifeMax)
            throw new CentralFault($"--hours takes 1 to {(int)Tickets.LifeMax.TotalHours}, not {hours}.");
        await using var session = SiteSession.Open(parsed);
        var address = parsed.GetValue(_address) ?? session.Get<SiteKeys>().Settings.Address;
        if (!SiteSettings.IsAddress(address))
            throw new CentralFault($"--address takes an https address such as https://central.example:7443, not {address}.");
        var ticket = await session.Get<Tickets>().IssueAsync(
            post, serial, TimeSpan.FromHours(hours), address, CommonOptions.ActorOf(parsed), cancellationToken);
        var file = parsed.GetValue(_out)!;
        try
        {
            PrivateFiles.Create(file.FullName, ticket.ToJson());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"The ticket cannot be written to {file} ({fault.Message.TrimEnd('.')}); give another --out.", fault);
        }

        var output = parsed.InvocationConfiguration.Output;
        await output.WriteLineAsync(
            parsed.GetValue(_json)
                ? Json.Write(new TicketJson(ticket.TicketId, post, address, file.FullName, ticket.ExpiresAt))
                : $"Wrote ticket {ticket.TicketId} for {post} to {file}; it leads to {address} and ends {ticket.ExpiresAt:yyyy-MM-dd HH:mm}Z.");
        return CentralCommandLine.Done;
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

    private static string Text(string value, string option, bool isRequired)
    {
        var text = value.Trim();
        return text.Length <= TextLengthMax && (text.Length > 0 || !isRequired) && !text.Any(char.IsControl)
            ? text
            : throw new CentralFault($"{option} takes a text of at most {TextLengthMax} characters.");
    }
}
