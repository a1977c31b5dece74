using System.CommandLine;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Accounts of central staff.</summary>
internal sealed class StaffCommands : ICommandPart
{
    private readonly Option<string> _name = new("--name")
    {
        Description = "Name to sign in with: letters, digits, period, hyphen, underscore.",
        Required = true,
        HelpName = "ID",
    };

    private readonly Option<string> _role = new("--role")
    {
        Description = "administrator: posts, appliances, staff, no traveller data; monitor: posts and encounters.",
        Required = true,
        HelpName = "administrator|monitor",
    };

    private readonly Option<FileInfo?> _passwordFile = new("--password-file")
    {
        Description = "File whose first line is the passphrase; without it a random one is made and printed once.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        _role.AcceptOnlyFromAmong("administrator", "monitor");
        var add = new Command("add", "Add an account.") { _name, _role, _passwordFile, _json };
        add.SetAction(AddAsync);
        var change = new Command("passwd", "Set a new passphrase; ends the account's sessions and lifts a lock.")
        {
            _name, _passwordFile, _json,
        };
        change.SetAction(ChangeAsync);
        var disable = new Command("disable", "Disable an account; ends its sessions.") { _name };
        disable.SetAction(DisableAsync);
        var list = new Command("list", "List the accounts.") { _json };
        list.SetAction(ListAsync);
        return new Command("staff", "Accounts of central staff. There is no default account and no default password.")
        {
            add, list, change, disable,
        };
    }

    private async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = NameOf(parsed);
        var role = parsed.GetValue(_role) == "administrator" ? StaffRole.Administrator : StaffRole.Monitor;
        var (passphrase, isOurs) = PassphraseOf(parsed);
        await using var session = SiteSession.Open(parsed);
        if (!await session.Get<StaffAccounts>().AddAsync(name, role, passphrase, CommonOptions.ActorOf(parsed), cancellationToken))
            throw new CentralFault($"There is an account {name} already; set its passphrase with: central-checkpoint staff passwd --name {name}");
        await TellAsync(parsed, name, parsed.GetValue(_role)!, isOurs ? passphrase : null, $"Added {name} as {parsed.GetValue(_role)}.");
        return CentralCommandLine.Done;
    }

    private async Task<int> ChangeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = NameOf(parsed);
        var (passphrase, isOurs) = PassphraseOf(parsed);
        await using var session = SiteSession.Open(parsed);
        if (!await session.Get<StaffAccounts>().SetPasswordAsync(name, passphrase, CommonOptions.ActorOf(parsed), cancellationToken))
            throw NoAccount(name);
        var role = (await session.Get<ICentralStore>().Staff.FindAsync(name, cancellationToken))!.Role;
        await TellAsync(parsed, name, Word(role), isOurs ? passphrase : null, $"Set the passphrase of {name}.");
        return CentralCommandLine.Done;
    }

    private async Task<int> DisableAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = NameOf(parsed);
        await using var session = SiteSession.Open(parsed);
        if (!await session.Get<StaffAccounts>().DisableAsync(name, CommonOptions.ActorOf(parsed), cancellationToken))
            throw NoAccount(name);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Disabled {name}.");
        return CentralCommandLine.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var accounts = await session.Get<ICentralStore>().Staff.ListAsync(cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(accounts.Select(static account =>
                new StaffJson(account.Name, Word(account.Role), account.DisabledAt is null ? "active" : "disabled")).ToArray()));
            return CentralCommandLine.Done;
        }

        foreach (var account in accounts)
            await output.WriteLineAsync($"{account.Name,-24} {Word(account.Role),-14} {(account.DisabledAt is null ? "active" : "disabled")}");
        return CentralCommandLine.Done;
    }

    private async Task TellAsync(ParseResult parsed, string name, string role, string? passphrase, string done)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(new NewStaffJson(name, role, passphrase)));
            return;
        }

        await output.WriteLineAsync(done);
        if (passphrase is not null)
            await output.WriteLineAsync($"Passphrase, shown this once: {passphrase}");
    }

    private (string Passphrase, bool IsOurs) PassphraseOf(ParseResult parsed)
    {
        if (parsed.GetValue(_passwordFile) is not { } file)
            return (Passphrase.Create(), true);
        if (!file.Exists)
            throw new CentralFault($"The password file {file} does not exist.");
        var passphrase = File.ReadLines(file.FullName).FirstOrDefault("");
        return passphrase.Length is >= StaffAccounts.PasswordLengthMin and <= StaffAccounts.PasswordLengthMax
            ? (passphrase, false)
            : throw new CentralFault(
                $"The first line of {file} is not a passphrase of {StaffAccounts.PasswordLengthMin} to {StaffAccounts.PasswordLengthMax} characters.");
    }

    private string NameOf(ParseResult parsed)
    {
        var name = parsed.GetValue(_name)!;
        return StaffAccounts.IsName(name)
            ? name
            : throw new CentralFault("--name takes 1 to 64 letters, digits, periods, hyphens or underscores.");
    }

    private static CentralFault NoAccount(string name) => new($"There is no active account {name}; see: central-checkpoint staff list");

    private static string Word(StaffRole role) => role == StaffRole.Administrator ? "administrator" : "monitor";
}
