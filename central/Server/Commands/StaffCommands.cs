using System.CommandLine;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;

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
        Description = "administrator: posts, appliances, staff, no traveller data; monitor, alert-desk: posts and encounters; list-editor, legal-reviewer, list-approver: "
            + "propose, review and approve entries and watchlists; analyst: posts; auditor: reads the audit; data-protection: encounters and audit, approves accounts.",
        Required = true,
        HelpName = "ROLE",
    };

    private readonly Option<string?> _number = new("--staff")
    {
        Description = "Staff number of the person: one number, one account. By default the name.",
        HelpName = "NUMBER",
    };

    private readonly Option<FileInfo?> _passwordFile = new("--password-file")
    {
        Description = "File whose first line is the passphrase; without it a random one is made and printed once.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        _role.AcceptOnlyFromAmong([.. StaffRoles.All.Select(StaffRoles.Word)]);
        var add = new Command(
            "add",
            "Add an account: on a bench any, in service the first administrators and data protection officers. Later roles are granted on the page Approvals.")
        {
            _name, _number, _role, _passwordFile, _json,
        };
        add.SetAction(AddAsync);
        var change = new Command("passwd", "Set a new passphrase; ends the account's sessions and lifts a lock.")
        {
            _name, _passwordFile, _json,
        };
        change.SetAction(ChangeAsync);
        var disable = new Command("disable", "Disable an account; ends its sessions.") { _name };
        disable.SetAction(DisableAsync);
        var end = new Command("end-sessions", "End all sessions of an account; it may sign in again.") { _name };
        end.SetAction(EndSessionsAsync);
        var list = new Command("list", "List the accounts.") { _json };
        list.SetAction(ListAsync);
        return new Command("staff", "Accounts of central staff. There is no default account and no default password.")
        {
            add, list, change, end, disable,
        };
    }

    private async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = NameOf(parsed);
        var role = StaffRoles.Parse(parsed.GetValue(_role)!)!.Value;
        if (!StaffNumber.TryNormalise(parsed.GetValue(_number) ?? name, out var number))
            throw new CentralFault("--staff takes 2 to 32 letters, digits, periods or hyphens.");
        var (passphrase, isOurs) = PassphraseOf(parsed);
        await using var session = SiteSession.Open(parsed);
        if (await session.Get<Bootstrap>().ObjectionAsync(role, cancellationToken) is { } objection)
            throw new CentralFault(objection);
        if (!await session.Get<StaffAccounts>().AddAsync(name, number, role, passphrase, CommonOptions.ActorOf(parsed), cancellationToken))
        {
            throw new CentralFault(
                $"There is an account {name}, or one with the staff number {number}, already; set its passphrase with: central-checkpoint staff passwd --name {name}");
        }

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
        await TellAsync(parsed, name, role.Word(), isOurs ? passphrase : null, $"Set the passphrase of {name}.");
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

    private async Task<int> EndSessionsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = NameOf(parsed);
        await using var session = SiteSession.Open(parsed);
        var audit = session.Get<Auditor>().Event(CommonOptions.ActorOf(parsed), AuditAction.SignedOut, name, "all sessions, by command");
        var ended = await session.Get<ICentralStore>().Sessions.EndAllAsync(name, audit, cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Ended {ended} sessions of {name}.");
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
                new StaffJson(account.Name, account.Role.Word(), account.DisabledAt is null ? "active" : "disabled")).ToArray()));
            return CentralCommandLine.Done;
        }

        foreach (var account in accounts)
            await output.WriteLineAsync($"{account.Name,-24} {account.Role.Word(),-16} {(account.DisabledAt is null ? "active" : "disabled")}");
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
}
