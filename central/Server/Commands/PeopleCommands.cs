using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Accounts of the people at the posts.</summary>
internal sealed class PeopleCommands : ICommandPart
{
    private const int NameLengthMax = 64;
    private const int PinLength = 6;

    private readonly Option<string> _staff = new("--staff")
    {
        Description = "Staff number: 2 to 32 letters, digits, points or hyphens. One number, one account.",
        Required = true,
        HelpName = "NUMBER",
    };

    private readonly Option<string> _name = new("--name") { Description = "Name for screens.", Required = true, HelpName = "NAME" };

    private readonly Option<string> _role = new("--role")
    {
        Description = "officer: reads documents and decides; supervisor: also confirms and blocks; technician: repairs, sees no traveller; "
            + "emergency: the sealed envelope of a post, loud in the audit.",
        Required = true,
        HelpName = "officer|supervisor|technician|emergency",
    };

    private readonly Option<string[]> _posts = new("--post")
    {
        Description = "Post where the person works; may be repeated.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _everyPost = new("--every-post") { Description = "The person works at every post, those to come included." };

    private readonly Option<string?> _until = new("--until") { Description = "First day on which the account no longer works.", HelpName = "YYYY-MM-DD" };

    private readonly Option<bool> _badge = new("--badge")
    {
        Description = "Sign in with a PIN and a badge instead of a passphrase; the badge's code is made and printed once.",
    };

    private readonly Option<FileInfo?> _secretFile = new("--secret-file")
    {
        Description = "File whose first line is the passphrase or PIN; without it a random one is made and printed once.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "Where to write the file to sign when people hold the people keys. Default: the data folder.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo[]> _signed = new("--signed")
    {
        Description = "Issue the accounts that wait, with these signed copies of their file to sign.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        _role.AcceptOnlyFromAmong("officer", "supervisor", "technician", "emergency");
        var add = new Command("add", "Add a person. Reaches the posts with the next people publish.")
        {
            _staff, _name, _role, _posts, _everyPost, _until, _badge, _secretFile, _json,
        };
        add.SetAction(AddAsync);
        var reset = new Command("reset", "Give a person a new passphrase, or a new PIN and badge.") { _staff, _secretFile, _json };
        reset.SetAction(ResetAsync);
        var disable = new Command("disable", "End an account for good. At the posts it ends with the next people publish; a supervisor can block it there at once.")
        {
            _staff,
        };
        disable.SetAction(DisableAsync);
        var list = new Command("list", "List the people, and whether the posts know of them.") { _json };
        list.SetAction(ListAsync);
        var publish = new Command(
            "publish",
            """
            Issue the accounts as they stand to all posts, signed with both people keys.

            When people hold the keys, nothing is issued yet: the accounts wait, and one file to sign for all posts is written. Each
            holder signs a copy offline (keys sign), an administrator proposes and somebody else approves on the page Approvals, and this issues them:
              central-checkpoint people publish --signed personnel.json operator.json
            """)
        {
            _out, _signed, _json,
        };
        publish.SetAction(PublishAsync);
        return new Command(
            "people",
            """
            Accounts of the people at the posts: officers, supervisors, technicians, and each post's sealed envelope.

              central-checkpoint people add --staff OFF-17 --name "A. Marlow" --role officer --post "Utopia North"
              central-checkpoint people add --staff SUP-02 --name "B. Ostrander" --role supervisor --every-post --badge
              central-checkpoint people publish

            There is no default account and no default passphrase.
            """)
        {
            add, list, reset, disable, publish,
        };
    }

    private async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var staffNumber = StaffNumberOf(parsed);
        var name = parsed.GetValue(_name)!.Trim();
        if (name.Length is 0 or > NameLengthMax || name.Any(char.IsControl))
            throw new CentralFault($"--name takes a text of at most {NameLengthMax} characters.");
        var role = Enum.Parse<PostRole>(parsed.GetValue(_role)!, ignoreCase: true);
        var method = parsed.GetValue(_badge) ? SignInMethod.PinAndBadge : SignInMethod.Passphrase;
        if (role == PostRole.Emergency && parsed.GetValue(_secretFile) is not null)
            throw new CentralFault("The secret of an emergency account is always made at random; leave --secret-file out.");
        var (secret, isOurs) = SecretOf(parsed, method);
        var badge = method == SignInMethod.PinAndBadge ? BadgeCode.Create() : "";
        string[] posts = [.. (parsed.GetValue(_posts) ?? []).Select(static post => post.Trim()).Where(static post => post.Length > 0).Distinct()];
        if (posts.Length == 0 != parsed.GetValue(_everyPost))
            throw new CentralFault("Say where the person works: --post NAME, once or more, or else --every-post.");
        await using var session = SiteSession.Open(parsed);
        var request = new PostAccountRequest(staffNumber, name, role, method, UntilOf(parsed), posts, secret, badge);
        await WarnOfUnknownPostsAsync(parsed, session, request.Posts, cancellationToken);
        if (!await session.Get<PostAccounts>().AddAsync(request, CommonOptions.ActorOf(parsed), cancellationToken))
            throw new CentralFault($"There is an account {staffNumber} already, active or disabled; a staff number is given once.");
        await TellAsync(parsed, staffNumber, role, isOurs ? secret : null, badge, $"Added {staffNumber} as {role.Word()}.");
        return CentralCommandLine.Done;
    }

    private async Task<int> ResetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var staffNumber = StaffNumberOf(parsed);
        await using var session = SiteSession.Open(parsed);
        if (await session.Get<ICentralStore>().PostPeople.FindAsync(staffNumber, cancellationToken) is not { DisabledAt: null } person)
            throw NoAccount(staffNumber);
        var (secret, isOurs) = SecretOf(parsed, person.Account.Method);
        var badge = person.Account.Method == SignInMethod.PinAndBadge ? BadgeCode.Create() : "";
        if (await session.Get<PostAccounts>().ResetAsync(staffNumber, secret, badge, CommonOptions.ActorOf(parsed), cancellationToken) is not { } account)
            throw NoAccount(staffNumber);
        await TellAsync(parsed, staffNumber, account.Role, isOurs ? secret : null, badge, $"Gave {staffNumber} a new secret.");
        return CentralCommandLine.Done;
    }

    private async Task<int> DisableAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var staffNumber = StaffNumberOf(parsed);
        await using var session = SiteSession.Open(parsed);
        if (!await session.Get<PostAccounts>().DisableAsync(staffNumber, CommonOptions.ActorOf(parsed), cancellationToken))
            throw NoAccount(staffNumber);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"Disabled {staffNumber}. The posts learn of it with: central-checkpoint people publish");
        return CentralCommandLine.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var store = session.Get<ICentralStore>().PostPeople;
        var issued = (await store.ListIssuedAsync(cancellationToken)).ToDictionary(static person => person.Account.StaffNumber, StringComparer.Ordinal);
        var people = (await store.ListAsync(cancellationToken)).Select(person => new PersonJson(
            person.Account.StaffNumber, person.Account.Name, person.Account.Role.Word(), person.Posts, person.Account.ExpiresOn,
            person.DisabledAt is null ? "active" : "disabled", IsIssued(person, issued))).ToArray();
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(people));
            return CentralCommandLine.Done;
        }

        foreach (var person in people)
        {
            await output.WriteLineAsync(
                $"{person.StaffNumber,-16} {person.Role,-11} {person.State,-9} {(person.IsIssued ? "at the posts" : "NOT YET ISSUED"),-15} "
                + $"{(person.Posts.Count == 0 ? "every post" : string.Join("; ", person.Posts))}");
        }

        return CentralCommandLine.Done;
    }

    private async Task<int> PublishAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var publishing = session.Get<PeoplePublication>();
        var result = parsed.GetValue(_signed) is { Length: > 0 } signed
            ? await publishing.FinishAsync(
                SigningFile.Merge([.. signed.Select(static file => file.FullName)]), CommonOptions.ActorOf(parsed), cancellationToken)
            : await publishing.IssueAsync(CommonOptions.ActorOf(parsed), cancellationToken);
        if (!result.TryGet(out var issue, out var refusal))
            throw new CentralFault(refusal);
        var toSign = issue.ToSign is null ? null : parsed.GetValue(_out)?.FullName ?? StagedPeople.ToSignPath(session.Get<DataFolder>(), issue.Version);
        if (toSign is not null)
            issue.ToSign!.Write(toSign);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            parsed.GetValue(_json)
                ? Json.Write(new PeopleIssueJson(issue.Version, issue.Accounts, issue.Appliances, toSign))
                : toSign is not null
                ? $"Version {issue.Version} waits: {issue.Accounts} accounts, for {issue.Appliances} appliances. Have {toSign} signed and the proposal approved, "
                    + "then run: central-checkpoint people publish --signed FILE…"
                : $"Issued version {issue.Version}: {issue.Accounts} accounts, for {issue.Appliances} appliances. Those that join later get it when they join.");
        return CentralCommandLine.Done;
    }

    /// <summary>True when the posts have the account as it stands here, or rightly have none.</summary>
    private static bool IsIssued(PostPerson person, Dictionary<string, PostPerson> issued) =>
        issued.TryGetValue(person.Account.StaffNumber, out var known)
            ? person.DisabledAt is null && known.Account.Encode().AsSpan().SequenceEqual(person.Account.Encode())
            : person.DisabledAt is not null;

    /// <summary>A misspelt post would leave the person without one, so it is said at once.</summary>
    private static async Task WarnOfUnknownPostsAsync(
        ParseResult parsed, SiteSession session, IReadOnlyList<string> posts, CancellationToken cancellationToken)
    {
        var known = (await session.Get<ICentralStore>().Appliances.ListAsync(cancellationToken))
            .Select(static appliance => appliance.PostName).ToHashSet(StringComparer.Ordinal);
        foreach (var post in posts.Where(post => !known.Contains(post)))
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"Note: no appliance has joined for the post '{post}' yet.");
    }

    private async Task TellAsync(ParseResult parsed, string staffNumber, PostRole role, string? secret, string badge, string done)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(new NewPersonJson(staffNumber, role.Word(), secret, badge.Length > 0 ? badge : null)));
            return;
        }

        await output.WriteLineAsync($"{done} The posts learn of it with: central-checkpoint people publish");
        if (secret is not null)
            await output.WriteLineAsync($"{(badge.Length > 0 ? "PIN" : "Passphrase")}, shown this once: {secret}");
        if (badge.Length > 0)
            await output.WriteLineAsync($"Code for the badge, shown this once: {badge}");
        if (role == PostRole.Emergency)
            await output.WriteLineAsync("Print it, seal it in an envelope, and keep the envelope at the post.");
    }

    private (string Secret, bool IsOurs) SecretOf(ParseResult parsed, SignInMethod method)
    {
        if (parsed.GetValue(_secretFile) is not { } file)
            return (method == SignInMethod.Passphrase ? Passphrase.Create() : RandomNumberGenerator.GetString("0123456789", PinLength), true);
        if (!file.Exists)
            throw new CentralFault($"The secret file {file} does not exist.");
        var secret = File.ReadLines(file.FullName).FirstOrDefault("");
        return SignInSecret.IsSecret(method, secret)
            ? (secret, false)
            : throw new CentralFault(method == SignInMethod.Passphrase
                ? $"The first line of {file} is not a passphrase of {SignInSecret.PassphraseLengthMin} to {SignInSecret.PassphraseLengthMax} letters, digits and signs of the ASCII set."
                : $"The first line of {file} is not a PIN of {SignInSecret.PinLengthMin} to {SignInSecret.PinLengthMax} digits.");
    }

    private DateOnly? UntilOf(ParseResult parsed)
    {
        if (parsed.GetValue(_until) is not { } text)
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new CentralFault($"--until takes a day such as 2027-06-30, not {text}.");
    }

    private string StaffNumberOf(ParseResult parsed) =>
        StaffNumber.TryNormalise(parsed.GetValue(_staff), out var staffNumber)
            ? staffNumber
            : throw new CentralFault("--staff takes 2 to 32 letters, digits, points or hyphens.");

    private static CentralFault NoAccount(string staffNumber) =>
        new($"There is no active account {staffNumber}; see: central-checkpoint people list");
}
