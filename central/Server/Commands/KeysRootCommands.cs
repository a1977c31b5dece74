using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Drafting and publishing roots.</summary>
internal sealed class KeysRootCommands
{
    private const int DaysMax = 3653;

    private readonly Option<FileInfo?> _site = new("--site")
    {
        Description = "Draft the first root of a site from the file that init --for-ceremony wrote. Needs no data folder.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _add = Repeated("--add", "A key more, by its public half.", "ROLE=FILE.pub");
    private readonly Option<string[]> _remove = Repeated("--remove", "A key less.", "ID");
    private readonly Option<string[]> _replace = Repeated("--replace", "A new key in the place and role of an old one.", "ID=FILE.pub");
    private readonly Option<string[]> _threshold = Repeated("--threshold", "How many of a role's keys must sign.", "ROLE=N");
    private readonly Option<string[]> _addAuthority = Repeated("--add-ca", "An authority more (PEM certificate).", "FILE.crt");
    private readonly Option<string[]> _removeAuthority = Repeated("--remove-ca", "An authority less.", "FINGERPRINT");

    private readonly Option<int> _days = new("--days")
    {
        Description = "When the next root is due. An expired root warns; it never stops a post.",
        DefaultValueFactory = static _ => (int)RootChanges.DefaultLife.TotalDays,
        HelpName = "N",
    };

    private readonly Option<FileInfo> _out = new("--out") { Description = "The draft, to be signed.", Required = true, HelpName = "FILE" };

    private readonly Argument<FileInfo[]> _files = new("FILE")
    {
        Description = "The signed draft, or several copies signed by different holders.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _strand = StrandOption();

    public static Option<bool> StrandOption() => new("--yes-strand")
    {
        Description = "Go on although the appliances named would have to enrol again.",
    };

    public Command Build()
    {
        var draft = new Command(
            "draft",
            """
            Write the next root: the present one with these changes, or with --site the first one.
              central-checkpoint keys root draft --replace 00112233aabbccdd=new.key.pub --out root-2.json
            Without a change the root is renewed as it is. Nothing happens until it is signed and published.
            """)
        {
            _site, _add, _remove, _replace, _threshold, _addAuthority, _removeAuthority, _days, _out,
        };
        draft.SetAction(DraftAsync);
        var publish = new Command(
            "publish",
            """
            Put a signed root into force. It needs enough signatures by the root keys of the present root, and by its own.
            Appliances take it when they next ask; those that are offline take it when they come back.
            """)
        {
            _files, _strand,
        };
        publish.SetAction(PublishAsync);
        return new Command("root", "The root: who holds which key.") { draft, publish };
    }

    /// <summary>Publishes, and says what it did.</summary>
    public static async Task PublishAsync(
        ParseResult parsed, SiteSession session, SignedMetadata signed, bool mayStrand, CancellationToken cancellationToken)
    {
        var published = await session.Get<RootPublication>().PublishAsync(
            signed, mayStrand, CommonOptions.ActorOf(parsed), cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        await output.WriteLineAsync($"Root {published.Root.Version} is in force, pin {SigningWords.Pin(published.Root)}:");
        foreach (var change in published.Changes)
            await output.WriteLineAsync($"  - {change}");
        if (published.NeedsNewRelease)
        {
            await output.WriteLineAsync(
                "The published watchlist was signed with keys that no longer count. Posts that have it go on with it; publish again for "
                + "the others: central-checkpoint watchlists publish");
        }
    }

    private async Task<int> DraftAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var days = parsed.GetValue(_days);
        if (days is < 1 or > DaysMax)
            throw new CentralFault($"--days takes 1 to {DaysMax}, not {days}.");
        var now = TimeProvider.System.GetUtcNow();
        var changes = ChangesOf(parsed) with { Life = TimeSpan.FromDays(days) };
        SigningFile file;
        if (parsed.GetValue(_site) is { } site)
        {
            file = SigningFile.Of(RootDraft.First(SiteHalves.Read(site.FullName), changes, now).Encode(), root: null);
        }
        else
        {
            await using var session = SiteSession.Open(parsed);
            var keys = session.Get<SiteKeys>();
            file = SigningFile.Of(RootDraft.Next(keys.Root, changes, now).Encode(), keys.Roots[^1]);
        }

        await WriteAsync(parsed, file, parsed.GetValue(_out)!);
        return CentralCommandLine.Done;
    }

    /// <summary>Writes a draft and says what it asks to sign.</summary>
    public static async Task WriteAsync(ParseResult parsed, SigningFile file, FileInfo path)
    {
        file.Write(path.FullName);
        var output = parsed.InvocationConfiguration.Output;
        foreach (var line in SigningWords.Describe(file))
            await output.WriteLineAsync(line);
        await output.WriteLineAsync($"Wrote {path}. Have it signed: central-checkpoint keys sign --key FILE --in {path.Name}");
    }

    private async Task<int> PublishAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var signed = SigningFile.Merge([.. parsed.GetValue(_files)!.Select(static file => file.FullName)]).ToSign;
        await using var session = SiteSession.Open(parsed);
        await PublishAsync(parsed, session, signed, parsed.GetValue(_strand), cancellationToken);
        return CentralCommandLine.Done;
    }

    private RootChanges ChangesOf(ParseResult parsed) => new()
    {
        Add = [.. Pairs(parsed, _add).Select(static pair => (KeysCommands.RoleOf(pair.Left), KeyFile.ReadPublic(pair.Right)))],
        Remove = [.. (parsed.GetValue(_remove) ?? []).Select(static text => IdOf("--remove", text))],
        Replace = [.. Pairs(parsed, _replace).Select(static pair => (IdOf("--replace", pair.Left), KeyFile.ReadPublic(pair.Right)))],
        Thresholds = [.. Pairs(parsed, _threshold).DistinctBy(static pair => pair.Left).Select(static pair => (KeysCommands.RoleOf(pair.Left), NumberOf(pair.Right)))],
        AddAuthorities = [.. (parsed.GetValue(_addAuthority) ?? []).Select(ReadCertificate)],
        RemoveAuthorities = [.. (parsed.GetValue(_removeAuthority) ?? []).Select(static text => text.ToLowerInvariant())],
    };

    private static IEnumerable<(string Left, string Right)> Pairs(ParseResult parsed, Option<string[]> option)
    {
        foreach (var text in parsed.GetValue(option) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            yield return equals > 0
                ? (text[..equals], text[(equals + 1)..])
                : throw new CentralFault($"{option.Name} takes {option.HelpName}, not {text}.");
        }
    }

    private static Records.KeyId IdOf(string option, string text) =>
        KeyIds.Parse(text) ?? throw new CentralFault($"{option} takes the identifier of a key, 16 hexadecimal digits as keys show gives them, not {text}.");

    private static int NumberOf(string text) =>
        byte.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new CentralFault($"--threshold takes ROLE=N with a small number, not {text}.");

    private static byte[] ReadCertificate(string path)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
            return certificate.RawData;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{path} is not a certificate in PEM ({fault.Message.TrimEnd('.')}).", fault);
        }
    }

    private static Option<string[]> Repeated(string name, string description, string form) =>
        new(name) { Description = description + " May be repeated.", HelpName = form };
}
