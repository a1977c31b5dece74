using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Queues the command to wipe a lost appliance, once its holders have signed it.</summary>
internal sealed class AppliancesWipeCommand
{
    private readonly Option<FileInfo[]> _signed = new("--signed")
    {
        Description = "Signed copies of the file that appliances lost wrote.",
        Required = true,
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    public Command Build()
    {
        var wipe = new Command(
            "wipe",
            "Queue the command to wipe a lost appliance, now that two holders of policy keys have signed it (keys sign). It is carried out when the appliance next "
            + "reaches central.")
        {
            _signed,
        };
        wipe.SetAction(RunAsync);
        return wipe;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var signed = SigningFile.Merge([.. parsed.GetValue(_signed)!.Select(static file => file.FullName)]);
        var result = await session.Get<WipeOrder>().QueueAsync(signed, CommonOptions.ActorOf(parsed), cancellationToken);
        if (!result.TryGet(out var command, out var problem))
            throw new CentralFault(problem);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"The command to wipe {command.ApplianceId} is queued: it destroys its keys and lists as soon as it reaches central.");
        return CentralCommandLine.Done;
    }
}
