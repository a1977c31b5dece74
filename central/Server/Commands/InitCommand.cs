using System.CommandLine;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

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

    private readonly Option<FileInfo?> _forCeremony = new("--for-ceremony")
    {
        Description = "Make central's own keys only, and write their public halves to this file: people will make the first root.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo[]> _root = new("--root")
    {
        Description = "Complete such a site with the first root, signed: one file, or several signed copies of it.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    public Command Build()
    {
        var command = new Command(
            "init",
            """
            Make the data folder, the site's authority and its keys. Keeps what is there already.

            Without more it makes a bench: every signing key, root keys too, lies in the data folder. A site in service has its
            keys made by the people who hold them, before or after (keys --help):
              central-checkpoint init --name "Utopia" --for-ceremony site.json
              (the ceremony: keys make, keys root draft --site site.json, keys sign)
              central-checkpoint init --root root-1.json
            """)
        {
            _name, _address, _forCeremony, _root,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Makes what is missing and writes it into the audit.</summary>
    /// <returns>True when the site is new.</returns>
    public static async Task<bool> CreateAsync(
        DataFolder folder, string? name, string? address, string actor, CancellationToken cancellationToken)
    {
        CheckAddress(address);
        if (name?.Length is 0 or > RootMetadata.SiteNameLengthMax)
            throw new CentralFault($"--name takes 1 to {RootMetadata.SiteNameLengthMax} characters.");
        if (!SiteKeys.Create(folder, name, address, TimeProvider.System.GetUtcNow()))
            return false;
        await AuditAsync(folder, actor, cancellationToken);
        return true;
    }

    private static async Task AuditAsync(DataFolder folder, string actor, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(folder);
        var settings = session.Get<SiteKeys>().Settings;
        await session.Get<ICentralStore>().Audit.AppendAsync(
            session.Get<Auditor>().Event(actor, AuditAction.SiteCreated, settings.Name, settings.Address), cancellationToken);
    }

    private async Task<int> PrepareAsync(ParseResult parsed, FileInfo file)
    {
        var folder = SiteSession.FolderOf(parsed);
        CheckAddress(parsed.GetValue(_address));
        SiteKeys.CreateForCeremony(folder, parsed.GetValue(_name), parsed.GetValue(_address), TimeProvider.System.GetUtcNow()).Write(file.FullName);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"Made central's own keys in {folder.Root}. Carry {file} to the ceremony; the site waits for its first root.");
        return CentralCommandLine.Done;
    }

    private static async Task<int> CompleteAsync(ParseResult parsed, FileInfo[] files, CancellationToken cancellationToken)
    {
        var folder = SiteSession.FolderOf(parsed);
        SiteKeys.TakeFirstRoot(folder, SigningFile.Merge([.. files.Select(static file => file.FullName)]).ToSign);
        await AuditAsync(folder, CommonOptions.ActorOf(parsed), cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"The site in {folder.Root} is complete; its root has the pin {SigningWords.Pin(RootFiles.Read(folder).Newest)}.");
        return CentralCommandLine.Done;
    }

    private static void CheckAddress(string? address)
    {
        if (address is not null && !SiteSettings.IsAddress(address))
            throw new CentralFault($"--address takes an https address such as https://central.example:7443, not {address}.");
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_forCeremony) is { } ceremony)
            return await PrepareAsync(parsed, ceremony);
        if (parsed.GetValue(_root) is { Length: > 0 } root)
            return await CompleteAsync(parsed, root, cancellationToken);
        var folder = SiteSession.FolderOf(parsed);
        var isNew = await CreateAsync(
            folder, parsed.GetValue(_name), parsed.GetValue(_address), CommonOptions.ActorOf(parsed), cancellationToken);
        var settings = SiteSettings.Read(folder);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"{(isNew ? "Made" : "Kept")} site '{settings.Name}' in {folder.Root}; appliances reach it at {settings.Address}.");
        return CentralCommandLine.Done;
    }
}
