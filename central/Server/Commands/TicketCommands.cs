using System.CommandLine;
using System.Text;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>appliances ticket</c> and <c>appliances tickets</c>: as a file for a stick, and on paper to scan or type.</summary>
internal sealed class TicketCommands
{
    private readonly Option<string?> _post = new("--post") { Description = "Name of the post; that of the replaced appliance when left out.", HelpName = "NAME" };

    private readonly Option<string> _serial = new("--serial")
    {
        Description = "Serial number of the board: that board is admitted at once, and no other. Without it an operator approves.",
        DefaultValueFactory = static _ => "",
        HelpName = "SERIAL",
    };

    private readonly Option<string?> _replaces = new("--replaces")
    {
        Description = "The appliance whose place the newcomer takes: it is revoked in the moment the newcomer is admitted.",
        HelpName = "ID",
    };

    private readonly Option<int> _hours = new("--hours")
    {
        Description = "Life of the ticket in hours, 72 at most.",
        DefaultValueFactory = static _ => 72,
        HelpName = "N",
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "Where to write the ticket as a file for a stick. It admits one appliance: carry it as you would a key.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _sheet = new("--sheet")
    {
        Description = "Where to write it as a page to print (HTML): a QR code, and the same as a code to type.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo> _csv = new("--csv")
    {
        Description = "Who gets a ticket, a row each, with a heading: post, and if wanted serial and replaces.",
        Required = true,
        HelpName = "FILE",
    };

    private readonly Option<FileInfo> _allSheet = new("--sheet")
    {
        Description = "Where to write the page to print (HTML), two tickets on a sheet of paper. Keep and destroy it as you would keys.",
        Required = true,
        HelpName = "FILE",
    };

    private readonly Option<string?> _address = new("--address")
    {
        Description = "Address of the gRPC port for this post, when it is not the site's.",
        HelpName = "https://HOST:PORT",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command BuildOne()
    {
        var command = new Command("ticket", "Write a join ticket: one appliance, once, within its hours. As a file, on paper, or both.")
        {
            _post, _serial, _replaces, _hours, _out, _sheet, _address, _json,
        };
        command.SetAction(IssueAsync);
        return command;
    }

    public Command BuildMany()
    {
        var command = new Command("tickets", "Write join tickets for many posts from one CSV file, on one page to print. All of them or none.")
        {
            _csv, _allSheet, _hours, _address, _json,
        };
        command.SetAction(IssueManyAsync);
        return command;
    }

    private async Task<int> IssueAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (file, sheet) = (parsed.GetValue(_out), parsed.GetValue(_sheet));
        if (file is null && sheet is null)
            throw new CentralFault("Say where the ticket goes: --out FILE for a stick, --sheet FILE for a page to print, or both.");
        await using var session = SiteSession.Open(parsed);
        var order = await OrderOfAsync(parsed, session, cancellationToken);
        var tickets = await IssueAsync(parsed, session, [order], cancellationToken);
        if (file is not null)
            WriteFile(file, tickets[0].ToJson());
        if (sheet is not null)
            WriteSheet(session, sheet, tickets);
        var ticket = tickets[0];
        var where = string.Join(" and ", new[] { file?.ToString(), sheet?.ToString() }.OfType<string>());
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            parsed.GetValue(_json)
                ? Json.Write(new TicketJson(ticket.TicketId, ticket.PostName, ticket.CentralAddress, (file ?? sheet)!.FullName, ticket.ExpiresAt))
                : $"Wrote ticket {ticket.TicketId} for {ticket.PostName} to {where}; it leads to {ticket.CentralAddress} and ends {ticket.ExpiresAt:yyyy-MM-dd HH:mm}Z."
                + (order.Replaces.Length == 0 ? "" : $" {order.Replaces} is revoked when it is used."));
        return CentralCommandLine.Done;
    }

    private async Task<int> IssueManyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (csv, sheet) = (parsed.GetValue(_csv)!, parsed.GetValue(_allSheet)!);
        var orders = ReadOrders(csv);
        await using var session = SiteSession.Open(parsed);
        foreach (var order in orders.Where(static order => order.Replaces.Length > 0))
            _ = await FindReplacedAsync(session, order.Replaces, cancellationToken);
        var tickets = await IssueAsync(parsed, session, orders, cancellationToken);
        WriteSheet(session, sheet, tickets);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(tickets.Select(ticket =>
                new TicketJson(ticket.TicketId, ticket.PostName, ticket.CentralAddress, sheet.FullName, ticket.ExpiresAt)).ToArray()));
            return CentralCommandLine.Done;
        }

        await output.WriteLineAsync($"Wrote {tickets.Count} tickets to {sheet}; they end {tickets[0].ExpiresAt:yyyy-MM-dd HH:mm}Z. Print it, then delete the file.");
        return CentralCommandLine.Done;
    }

    private async Task<TicketOrder> OrderOfAsync(ParseResult parsed, SiteSession session, CancellationToken cancellationToken)
    {
        var replaces = parsed.GetValue(_replaces) ?? "";
        var replaced = replaces.Length == 0 ? null : await FindReplacedAsync(session, replaces, cancellationToken);
        var post = parsed.GetValue(_post)?.Trim() ?? replaced?.PostName
            ?? throw new CentralFault("Say for which post the ticket is: --post NAME, or --replaces ID for that appliance's post.");
        var serial = parsed.GetValue(_serial)!.Trim();
        if (TicketText.ProblemOf(post, isRequired: true) is { } problem)
            throw new CentralFault($"--post {problem}.");
        return TicketText.ProblemOf(serial, isRequired: false) is { } wrong
            ? throw new CentralFault($"--serial {wrong}.")
            : new TicketOrder(post, serial, replaces);
    }

    private static async Task<Appliance> FindReplacedAsync(SiteSession session, string id, CancellationToken cancellationToken) =>
        await session.Get<ICentralStore>().Appliances.FindAsync(id, cancellationToken)
        ?? throw new CentralFault($"There is no appliance {id} that could be replaced; see appliances list.");

    private async Task<IReadOnlyList<JoinTicket>> IssueAsync(
        ParseResult parsed, SiteSession session, IReadOnlyList<TicketOrder> orders, CancellationToken cancellationToken)
    {
        var hours = parsed.GetValue(_hours);
        if (hours < 1 || TimeSpan.FromHours(hours) > Tickets.LifeMax)
            throw new CentralFault($"--hours takes 1 to {(int)Tickets.LifeMax.TotalHours}, not {hours}.");
        var address = parsed.GetValue(_address) ?? session.Get<SiteKeys>().Settings.Address;
        if (!SiteSettings.IsAddress(address))
            throw new CentralFault($"--address takes an https address such as https://central.example:7443, not {address}.");
        return await session.Get<Tickets>().IssueAsync(
            orders, TimeSpan.FromHours(hours), address, CommonOptions.ActorOf(parsed), cancellationToken);
    }

    private static IReadOnlyList<TicketOrder> ReadOrders(FileInfo csv)
    {
        try
        {
            using var reader = new StreamReader(csv.FullName, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return TicketOrderReader.Read(reader).TryGet(out var orders, out var problems)
                ? orders
                : throw new CentralFault($"{csv} is refused, and no ticket was made:\n  {string.Join("\n  ", problems)}");
        }
        catch (DecoderFallbackException fault)
        {
            throw new CentralFault($"{csv} is not UTF-8; save it as CSV UTF-8.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{csv} cannot be read ({fault.Message.TrimEnd('.')}).", fault);
        }
    }

    private static void WriteSheet(SiteSession session, FileInfo file, IReadOnlyList<JoinTicket> tickets) =>
        WriteFile(file, Encoding.UTF8.GetBytes(TicketSheet.Write(session.Get<SiteKeys>().Settings.Name, tickets)));

    private static void WriteFile(FileInfo file, ReadOnlySpan<byte> content)
    {
        try
        {
            PrivateFiles.Create(file.FullName, content);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{file} cannot be written ({fault.Message.TrimEnd('.')}); what was issued ends by itself. Give another file.", fault);
        }
    }
}
