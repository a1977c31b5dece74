using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>The order to wipe a lost appliance where people hold the policy keys, and taking an order back.</summary>
internal sealed class AppliancesWipeCommands
{
    private const int ReasonLengthMax = 200;

    private readonly Argument<string> _id = new("ID") { Description = "Identifier of the appliance, as appliances list shows it." };

    private readonly Option<string> _reason = new("--reason") { Description = "Why, for the audit.", Required = true, HelpName = "TEXT" };

    private readonly Option<FileInfo[]> _signed = new("--signed")
    {
        Description = "Copies of the file that appliances lost wrote, each signed by a holder of a policy key (keys sign).",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    public Command Wipe()
    {
        var wipe = new Command("wipe", "Queue the order to wipe a lost appliance that the holders of the policy keys have signed.") { _signed };
        wipe.SetAction(WipeAsync);
        return wipe;
    }

    public Command Withdraw()
    {
        var withdraw = new Command(
            "withdraw",
            "Take back the order to wipe an appliance, when it was given in error. A post where somebody works has ten minutes from the warning. The "
            + "appliance stays revoked: give the post a new ticket.")
        {
            _id, _reason,
        };
        withdraw.SetAction(WithdrawAsync);
        return withdraw;
    }

    private async Task<int> WipeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var signed = SigningFile.Merge([.. parsed.GetValue(_signed)!.Select(static file => file.FullName)]);
        var answer = await session.Get<WipeOrders>().FinishAsync(signed, CommonOptions.ActorOf(parsed), cancellationToken);
        if (!answer.TryGet(out var order, out var problem))
            throw new CentralFault(problem);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"The order to wipe {order.ApplianceId} is queued: it destroys its keys and lists as soon as it reaches central.");
        return CentralCommandLine.Done;
    }

    private async Task<int> WithdrawAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var reason = parsed.GetValue(_reason)!.Trim();
        if (reason.Length is 0 or > ReasonLengthMax || reason.Any(char.IsControl))
            throw new CentralFault($"--reason takes a text of 1 to {ReasonLengthMax} characters.");
        await using var session = SiteSession.Open(parsed);
        var id = parsed.GetValue(_id)!;
        if (await session.Get<WipeOrders>().WithdrawAsync(id, reason, CommonOptions.ActorOf(parsed), cancellationToken) is { } problem)
            throw new CentralFault(problem);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"Withdrew the order to wipe {id}. It stays revoked and gets nothing: give the post a new ticket.");
        return CentralCommandLine.Done;
    }
}
