using System.CommandLine;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>
/// Signing in at the command line, for what a system user alone may not do: to be shown a traveller, or to edit a list of a site
/// in service. Whoever has the shell still needs a member of staff, and the audit has that name.
/// </summary>
internal static class StaffSignOn
{
    public static Option<string?> As { get; } = new("--as")
    {
        Description = "Name of your staff account, where a command needs one.",
        Recursive = true,
        HelpName = "NAME",
    };

    public static Option<FileInfo?> PassphraseFile { get; } = new("--as-passphrase-file")
    {
        Description = "File whose first line is its passphrase, readable by its owner alone; without it the terminal is asked.",
        Recursive = true,
        HelpName = "FILE",
    };

    public static Option<string> Code { get; } = new("--as-code")
    {
        Description = "Code of its authenticator app.",
        Recursive = true,
        DefaultValueFactory = static _ => "",
        HelpName = "CODE",
    };

    /// <summary>True when the caller gave an account.</summary>
    public static bool IsGiven(ParseResult parsed) => parsed.GetValue(As) is not null;

    /// <summary>Signs in.</summary>
    /// <param name="may">Roles that may do it.</param>
    /// <param name="what">What the command would do, for the sentence.</param>
    /// <returns>Who does it, for the audit.</returns>
    /// <exception cref="CentralFault">Nobody is named, it is not them, or their role may not.</exception>
    public static async Task<string> RequireAsync(
        ParseResult parsed, SiteSession session, Func<StaffRole, bool> may, string what, CancellationToken cancellationToken)
    {
        var roles = string.Join(", ", StaffRoles.All.Where(may).Select(StaffRoles.Word));
        if (parsed.GetValue(As) is not { } name)
            throw new CentralFault($"This {what}, so somebody of central's staff does it: name your account with --as NAME (roles: {roles}).");
        var passphrase = PassphraseFrom.Old(parsed.GetValue(PassphraseFile));
        if (await session.Get<StaffAccounts>().SignInAsync(name, passphrase, parsed.GetValue(Code)!, cancellationToken) is not { } staff)
        {
            throw new CentralFault(
                "Name, passphrase or code is wrong, or the account is locked for a while. An account with a passkey alone has no way in at the command line; set up an authenticator app too.");
        }

        var store = session.Get<ICentralStore>();
        if (!session.Get<SiteSecurity>().IsBench && !staff.IsStrong)
            throw new CentralFault($"{name} has no second factor yet; set one up on the dashboard first.");
        if (!may(staff.Account.Role))
        {
            await store.Audit.AppendAsync(
                session.Get<Auditor>().Event(name, AuditAction.RoleRefused, parsed.CommandResult.Command.Name, "not for this role"), cancellationToken);
            throw new CentralFault($"{name} is {staff.Account.Role.Word()}; this needs one of: {roles}.");
        }

        await store.Audit.AppendAsync(
            session.Get<Auditor>().Event(name, AuditAction.SignedIn, name, $"command line of {CommonOptions.ActorOf(parsed)}"), cancellationToken);
        return name;
    }
}
