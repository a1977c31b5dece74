using System.CommandLine;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Makes a site.</summary>
internal sealed class InitCommand : ICommandPart
{
    private readonly Option<string?> _name = new("--name") { Description = "Name of the site, for people.", HelpName = "NAME" };

    private readonly Option<string?> _address = new("--address")
    {
        Description = "Address of the gRPC port as appliances reach it; goes into tickets and the server's certificate.",
        HelpName = "https://HOST:PORT",
    };

    public Command Build()
    {
        var command = new Command("init", "Make the data folder, the site's authority and its keys. Keeps what is there already.")
        {
            _name, _address,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Makes what is missing and writes it into the audit.</summary>
    /// <returns>True when the site is new.</returns>
    public static async Task<bool> CreateAsync(
        DataFolder folder, string? name, string? address, string actor, CancellationToken cancellationToken)
    {
        if (address is not null && !SiteSettings.IsAddress(address))
            throw new CentralFault($"--address takes an https address such as https://central.example:7443, not {address}.");
        if (!SiteKeys.Create(folder, name, address, TimeProvider.System.GetUtcNow()))
            return false;
        await using var session = SiteSession.Open(folder);
        var settings = session.Get<SiteKeys>().Settings;
        await session.Get<ICentralStore>().Audit.AppendAsync(
            session.Get<Auditor>().Event(actor, AuditAction.SiteCreated, settings.Name, settings.Address), cancellationToken);
        return true;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = SiteSession.FolderOf(parsed);
        var isNew = await CreateAsync(
            folder, parsed.GetValue(_name), parsed.GetValue(_address), CommonOptions.ActorOf(parsed), cancellationToken);
        var settings = SiteSettings.Read(folder);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"{(isNew ? "Made" : "Kept")} site '{settings.Name}' in {folder.Root}; appliances reach it at {settings.Address}.");
        return CentralCommandLine.Done;
    }
}
