using System.CommandLine;
using EdgeCheckpoint.Worker.Enrolment;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint replace</c>: this board takes the place of an appliance, be it another board or itself.</summary>
internal static class ReplaceCommand
{
    internal static Command Create(Option<string> dataOption)
    {
        var ticket = new TicketOptions();
        var command = new Command(
            "replace",
            "Takes the place of an appliance that broke, was lost, or can no longer renew: new keys, a new journal epoch, and central revokes the old one "
            + "in the same moment. The ticket is from 'central-checkpoint appliances ticket --replaces ID'. Stop the service first. What an earlier "
            + "enrolment left on this card is moved aside whole, never deleted. May be repeated after a failure or a power cut.");
        ticket.AddTo(command);
        command.SetAction((result, cancellationToken) => EnrolCommand.ExplainAsync(
            () => RunAsync(new DataFolder(result.GetValue(dataOption)!), ticket, result, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder data, TicketOptions options, ParseResult result, CancellationToken cancellationToken)
    {
        using var only = RunCommand.Lock(data);
        var replacement = new ApplianceReplacement(data);
        if (!replacement.IsPrepared && await EnrolCommand.JoinAsync(replacement.Staging, data, options, result, cancellationToken) is not 0 and var failed)
            return failed;
        // A ticket that replaces nobody leaves the old one with all its rights.
        var replaces = ApplianceIdentity.Load(replacement.Newcomer).Replaces;
        var aside = replacement.TakePlace(TimeProvider.System.GetUtcNow());
        System.Console.Out.WriteLine(aside is null || !Directory.Exists(Path.Combine(aside, "identity"))
            ? "Nothing was enrolled on this card before. Keep the old appliance's card: what it had not sent is sealed to central and can still be taken from it."
            : $"What the earlier enrolment left is in {aside}. Keep it until central has what it had not sent.");
        if (replaces.Length == 0)
            System.Console.Error.WriteLine("The ticket names no appliance that this one replaces: the old one is still admitted. At central: central-checkpoint appliances revoke ID --reason TEXT");
        System.Console.Out.WriteLine("Start the service. List and accounts come from central; where people hold the keys for accounts, once they have signed them for this appliance (central-checkpoint people publish).");
        return 0;
    }
}
