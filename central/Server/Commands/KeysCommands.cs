using System.CommandLine;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Signing keys: made and used offline, shown, kept by central.</summary>
internal sealed class KeysCommands : ICommandPart
{
    private readonly Option<string> _role = new("--role") { Description = "What the key may sign.", Required = true, HelpName = "ROLE" };

    private readonly Option<FileInfo> _out = new("--out")
    {
        Description = "Where to write the key; its public half goes beside it, with .pub at the end.",
        Required = true,
        HelpName = "FILE",
    };

    private readonly Option<FileInfo> _key = new("--key") { Description = "The private key.", Required = true, HelpName = "FILE" };

    private readonly Option<FileInfo?> _signingKey = new("--key") { Description = "The private key to sign with.", HelpName = "FILE" };

    private readonly Option<bool> _kept = new("--kept") { Description = "Sign with every key in central's folder that counts here (bench)." };

    private readonly Option<FileInfo> _in = new("--in") { Description = "The file to sign.", Required = true, HelpName = "FILE" };

    private readonly Option<FileInfo?> _signedOut = new("--out")
    {
        Description = "Where to write the file with the signature; by default the file itself.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _passphrase = PassphraseFrom.Option();

    private readonly Option<bool> _yes = new("--yes") { Description = "Sign without asking; what is signed is shown all the same." };

    private readonly Argument<string> _id = new("ID") { Description = "Identifier of the key, 16 hexadecimal digits." };

    private readonly Argument<FileInfo?> _file = new("FILE")
    {
        Description = "A public half, or a file to sign; without it the site's root.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Command Build()
    {
        _role.AcceptOnlyFromAmong([.. SigningRoles.All.ToArray().Select(KeyFile.Word)]);
        var make = new Command(
            "make",
            """
            Make a signing key under a passphrase. Needs no data folder: run it on the machine of the person who will hold it.
              central-checkpoint keys make --role root --out /media/stick/root-lind.key
            Only the public half, root-lind.key.pub, is given away.
            """)
        {
            _role, _out, _passphrase,
        };
        make.SetAction(MakeAsync);
        var show = new Command("show", "Show the site's root, or what a file says.") { _file };
        show.SetAction(ShowAsync);
        var sign = new Command(
            "sign",
            """
            Show in words what a file asks to sign, then sign it. Needs no data folder and no network.
              central-checkpoint keys sign --key root-lind.key --in root-2.json
            Compare the pin of the present root with the one in your minutes before you answer yes.
            """)
        {
            _signingKey, _kept, _in, _signedOut, _passphrase, _yes,
        };
        sign.SetAction(SignAsync);
        var keep = new Command(
            "keep", "Take a key into central's folder, in the clear, so that central signs with it by itself: the timestamp key.")
        {
            _key, _passphrase,
        };
        keep.SetAction(KeepAsync);
        var drop = new Command("drop", "Delete a key from central's folder, once a root no longer names it or a person holds it.") { _id };
        drop.SetAction(DropAsync);
        return new Command(
            "keys",
            """
            Who may sign what, and how that changes.

            A root names the keys of each role and is signed by root keys, which stay offline. Roles:
              root       2 of 3   names all other keys
              watchlist  2 of 2   watchlists: authority and operator
              people     2 of 2   accounts of the people at posts
              policy     2 of 2   policy of posts
              suppress   2        takes entries away at once, adds nothing
              timestamp  1        signs the time; central keeps it

            A change of keys, from new key to new root:
              central-checkpoint keys make --role watchlist --out new.key          (the new holder, offline)
              central-checkpoint keys root draft --replace OLD=new.key.pub --out root-2.json
              central-checkpoint keys sign --key root-lind.key --in root-2.json    (two root holders, offline)
              central-checkpoint keys root publish root-2.json
            On a bench, where central holds every key: central-checkpoint keys rotate --role watchlist
            """)
        {
            make, show, sign, keep, drop, new KeysRootCommands().Build(), new KeysAuthorityCommands().Build(), KeysRotateCommand.Build(),
        };
    }

    private async Task<int> MakeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = parsed.GetValue(_out)!.FullName;
        var id = KeyFile.Make(
            RoleOf(parsed.GetValue(_role)!), path, PassphraseFrom.New(parsed.GetValue(_passphrase)), TimeProvider.System.GetUtcNow());
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"Made {parsed.GetValue(_role)} key {id} in {path}. Give {KeyFile.PublicPath(path)} to whoever drafts the root; keep the key to yourself.");
        return CentralCommandLine.Done;
    }

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_file) is { } file)
        {
            foreach (var line in Describe(file.FullName))
                await output.WriteLineAsync(line);
            return CentralCommandLine.Done;
        }

        await using var session = SiteSession.Open(parsed);
        var keys = session.Get<SiteKeys>();
        foreach (var line in SigningWords.Describe(keys.Root))
            await output.WriteLineAsync(line);
        foreach (var key in keys.KeptKeys)
        {
            var role = keys.Root.RoleOf(key.Id) is { } known ? $"the {KeyFile.Word(known)} key" : "a key that the root does not name,";
            await output.WriteLineAsync($"Central holds {role} {key.Id} in the clear.");
        }

        if (keys.KeysOf(SigningRole.Root).Length > 0)
            await output.WriteLineAsync("Root keys lie in central's folder: this is a bench. Whoever reads the folder can change whom every appliance trusts.");
        return CentralCommandLine.Done;
    }

    private async Task<int> SignAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = parsed.GetValue(_in)!.FullName;
        var file = SigningFile.Read(path);
        var output = parsed.InvocationConfiguration.Output;
        foreach (var line in SigningWords.Describe(file))
            await output.WriteLineAsync(line);
        var (signed, by) = parsed.GetValue(_kept) ? SignKept(parsed, file)
            : parsed.GetValue(_signingKey) is { } key ? SignWith(parsed, file, key)
            : throw new CentralFault("Say with which key to sign: --key FILE, or --kept for the keys in central's folder.");
        signed.Write(parsed.GetValue(_signedOut)?.FullName ?? path);
        await output.WriteLineAsync($"Signed by {by}; the file has {signed.ToSign.Signatures.Length} signatures.");
        return CentralCommandLine.Done;
    }

    private (SigningFile Signed, string By) SignKept(ParseResult parsed, SigningFile file)
    {
        var keys = SigningKeyFolder.Read(SiteSession.FolderOf(parsed)).Where(key => file.RoleOf(key.Id) is not null).ToArray();
        if (keys.Length == 0)
            throw new CentralFault("Central's folder holds no key whose signature would count here.");
        Confirm(parsed);
        return (file.SignedBy(keys), string.Join(", ", keys.Select(static key => key.Id)));
    }

    private (SigningFile Signed, string By) SignWith(ParseResult parsed, SigningFile file, FileInfo path)
    {
        using var key = KeyFile.Read(path.FullName, () => PassphraseFrom.Old(parsed.GetValue(_passphrase)));
        if (file.RoleOf(key.Id) is null)
            throw new CentralFault($"Key {key.Id} has no role that may sign this; its signature would count for nothing.");
        Confirm(parsed);
        return (file.SignedBy(key), key.Id.ToString());
    }

    /// <summary>Signing is the one act that cannot be taken back, so a person says yes.</summary>
    private void Confirm(ParseResult parsed)
    {
        if (parsed.GetValue(_yes))
            return;
        if (Console.IsInputRedirected)
            throw new CentralFault("Nobody is there to say yes; look at what is shown above and repeat with --yes.");
        parsed.InvocationConfiguration.Output.Write("Sign this? (yes/no) ");
        if (Console.ReadLine()?.Trim() != "yes")
            throw new CentralFault("Nothing was signed.");
    }

    private async Task<int> KeepAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var key = KeyFile.Read(parsed.GetValue(_key)!.FullName, () => PassphraseFrom.Old(parsed.GetValue(_passphrase)));
        await using var session = SiteSession.Open(parsed);

        // A key that no root names yet is on its way into the timestamp role: the only one central should hold.
        var role = session.Get<SiteKeys>().Root.RoleOf(key.Id) ?? SigningRole.Timestamp;
        if (role != SigningRole.Timestamp && !session.Get<SiteSecurity>().IsBench)
        {
            throw new CentralFault(
                $"Key {key.Id} is a {KeyFile.Word(role)} key, and a site in service keeps the timestamp key alone: with the keys of two people in one "
                + "folder, one thief has both. Sign where the key is: central-checkpoint keys sign");
        }

        SigningKeyFolder.Add(session.Get<DataFolder>(), role, key);
        await session.Get<ICentralStore>().Audit.AppendAsync(
            session.Get<Auditor>().Event(CommonOptions.ActorOf(parsed), AuditAction.KeyKept, key.Id.ToString()), cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Central holds key {key.Id} now.");
        return CentralCommandLine.Done;
    }

    private async Task<int> DropAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = parsed.GetValue(_id)!;
        await using var session = SiteSession.Open(parsed);
        var keys = session.Get<SiteKeys>();
        if (KeyIds.Parse(text) is not { } id || !keys.KeptKeys.Any(key => key.Id == id))
            throw new CentralFault($"Central's folder holds no key {text}; see: central-checkpoint keys show");
        if (keys.KeysOf(SigningRole.Timestamp) is [var last] && last.Id == id)
            throw new CentralFault($"Key {id} signs the time, and without it central cannot run; put another in its place first.");
        SigningKeyFolder.Remove(session.Get<DataFolder>(), id);
        await session.Get<ICentralStore>().Audit.AppendAsync(
            session.Get<Auditor>().Event(CommonOptions.ActorOf(parsed), AuditAction.KeyDropped, text), cancellationToken);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Deleted key {id} from central's folder. Backups of the folder still hold it.");
        return CentralCommandLine.Done;
    }

    private static IReadOnlyList<string> Describe(string path) =>
        path.EndsWith(".pub", StringComparison.Ordinal)
            ? [$"Public half of key {KeyId.Of(KeyFile.ReadPublic(path))}"]
            : SigningWords.Describe(SigningFile.Read(path));

    internal static SigningRole RoleOf(string word) =>
        SigningRoles.All.ToArray().FirstOrDefault(role => KeyFile.Word(role) == word) is var role && role != 0
            ? role
            : throw new CentralFault($"{word} is no role; roles are {string.Join(", ", SigningRoles.All.ToArray().Select(KeyFile.Word))}.");
}
