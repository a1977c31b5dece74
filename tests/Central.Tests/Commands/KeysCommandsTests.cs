using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Tests.Commands;

/// <summary>The ceremony as people hold it: keys made and used without a data folder, files carried between machines.</summary>
public sealed class KeysCommandsTests : IDisposable
{
    private const string Passphrase = "five invented words of utopia";

    private readonly TemporaryFolder _folder = new();
    private Approver? _approver;

    public KeysCommandsTests() => PrivateFiles.Create(_folder.File("passphrase"), System.Text.Encoding.UTF8.GetBytes(Passphrase + "\n"));

    public void Dispose()
    {
        _approver?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Ceremony_FromTheFirstRootToAPublishedList_NeedsTheHoldersEachTime()
    {
        // Central makes its own keys; the holders make theirs, elsewhere.
        await DoneAsync("init", "--name", "Utopia", "--for-ceremony", _folder.File("site.json"));
        Assert.Contains("waits for its first root", await FailedAsync("keys", "show"), StringComparison.Ordinal);
        Assert.Contains("waits for its first root", await FailedAsync("run", "--grpc-url", "https://127.0.0.1:0"), StringComparison.Ordinal);
        foreach (var (name, role) in ((string, string)[])
            [("r1", "root"), ("r2", "root"), ("r3", "root"), ("w1", "watchlist"), ("w2", "watchlist"), ("p1", "people"), ("p2", "people"),
            ("o1", "policy"), ("o2", "policy"), ("s1", "suppress"), ("s2", "suppress")])
        {
            await MakeAsync(name, role);
        }

        // The first root is drafted and signed without a data folder; one signature is not enough.
        var root = _folder.File("root-1.json");
        await OfflineAsync(
            [
                "keys", "root", "draft", "--site", _folder.File("site.json"), "--out", root,
                .. Add("root", "r1", "r2", "r3"), .. Add("watchlist", "w1", "w2"), .. Add("people", "p1", "p2"),
                .. Add("policy", "o1", "o2"), .. Add("suppress", "s1", "s2"),
            ]);
        await SignAsync("r3", root);
        Assert.Contains("1 of the 2", await FailedAsync("init", "--root", root), StringComparison.Ordinal);
        await SignAsync("r1", root);
        Assert.Contains("is complete; its root has the pin", await DoneAsync("init", "--root", root), StringComparison.Ordinal);
        Assert.Contains("does not wait for a first root", await FailedAsync("init", "--root", root), StringComparison.Ordinal);

        // A list waits for both holders, who may sign copies of their own.
        await File.WriteAllTextAsync(_folder.File("list.csv"), CsvTemplate.Text, Token);
        Assert.Contains(
            "name your account with --as", await FailedAsync("watchlists", "import", "--format", "csv", _folder.File("list.csv")), StringComparison.Ordinal);
        await DoneAsync(["watchlists", "import", "--format", "csv", _folder.File("list.csv"), .. await EditorAsync()]);
        Assert.Contains("No list waits", await FailedAsync("watchlists", "publish", "--signed", root), StringComparison.Ordinal);
        var first = _folder.File("list-1.json");
        Assert.Contains("waits for signatures", await DoneAsync("watchlists", "publish", "--out", first), StringComparison.Ordinal);
        Assert.Contains("\"list_version\":0", await DoneAsync("watchlists", "status", "--json"), StringComparison.Ordinal);
        Assert.Contains("0 of the 2", await FailedAsync("watchlists", "publish", "--signed", first), StringComparison.Ordinal);
        var words = await SignAsync("w1", first, "--out", _folder.File("list-1-authority.json"));
        Assert.Contains("Watchlist release, version 1, of Utopia", words, StringComparison.Ordinal);
        await SignAsync("w2", first, "--out", _folder.File("list-1-operator.json"));
        Assert.Contains(
            "1 of the 2", await FailedAsync("watchlists", "publish", "--signed", _folder.File("list-1-operator.json")), StringComparison.Ordinal);
        Assert.Contains(
            "has not been approved",
            await FailedAsync("watchlists", "publish", "--signed", _folder.File("list-1-authority.json"), _folder.File("list-1-operator.json")),
            StringComparison.Ordinal);
        await ApproveListAsync();
        Assert.Contains(
            "Published version 1: 2 entries",
            await DoneAsync("watchlists", "publish", "--signed", _folder.File("list-1-authority.json"), _folder.File("list-1-operator.json")),
            StringComparison.Ordinal);

        // A key of another role does not count for a list, and is told so before it signs.
        var second = _folder.File("list-2.json");
        await DoneAsync("watchlists", "publish", "--out", second);
        Assert.Contains(
            "has no role that may sign this",
            await FailedAsync("keys", "sign", "--yes", "--key", Key("s1"), "--in", second, "--passphrase-file", _folder.File("passphrase")),
            StringComparison.Ordinal);
        Assert.Contains(
            "are not copies of one file", await FailedAsync("watchlists", "publish", "--signed", first, second), StringComparison.Ordinal);
        Assert.Contains(
            "is not the list that waits", await FailedAsync("watchlists", "publish", "--signed", _folder.File("list-1-operator.json")), StringComparison.Ordinal);

        // One watchlist holder leaves: the next root has the successor, and the old key signs nothing more.
        await MakeAsync("w3", "watchlist");
        var old = KeyIdOf("w1");
        var rotation = _folder.File("root-2.json");
        Assert.Contains(
            $"watchlist key {old} goes", await DoneAsync("keys", "root", "draft", "--replace", $"{old}={Key("w3")}.pub", "--out", rotation), StringComparison.Ordinal);
        Assert.Contains("0 of the 2", await FailedAsync("keys", "root", "publish", rotation), StringComparison.Ordinal);
        await SignAsync("r1", rotation, "--out", _folder.File("root-2a.json"));
        await SignAsync("r2", rotation, "--out", _folder.File("root-2b.json"));
        await DoneAsync("keys", "root", "publish", _folder.File("root-2a.json"), _folder.File("root-2b.json"));
        Assert.Contains("does not follow", await FailedAsync("keys", "root", "publish", _folder.File("root-2a.json"), _folder.File("root-2b.json")), StringComparison.Ordinal);
        await DoneAsync("watchlists", "publish", "--out", second);
        Assert.Contains(
            "has no role that may sign this",
            await FailedAsync("keys", "sign", "--yes", "--key", Key("w1"), "--in", second, "--passphrase-file", _folder.File("passphrase")),
            StringComparison.Ordinal);
        await SignAsync("w2", second);
        await SignAsync("w3", second);
        await ApproveListAsync();
        await DoneAsync("watchlists", "publish", "--signed", second);

        // Two people's keys in one folder would be one person's: central keeps the timestamp key alone.
        Assert.Contains(
            "keeps the timestamp key alone",
            await FailedAsync("keys", "keep", "--key", Key("w2"), "--passphrase-file", _folder.File("passphrase")),
            StringComparison.Ordinal);

        // Nor does a key get there by being taken in before a root names it.
        await MakeAsync("w4", "watchlist");
        await DoneAsync("keys", "keep", "--key", Key("w4"), "--passphrase-file", _folder.File("passphrase"));
        var smuggled = _folder.File("root-smuggled.json");
        await DoneAsync("keys", "root", "draft", "--replace", $"{KeyIdOf("w2")}={Key("w4")}.pub", "--out", smuggled);
        await SignAsync("r1", smuggled);
        await SignAsync("r2", smuggled);
        Assert.Contains("people hold such keys", await FailedAsync("keys", "root", "publish", smuggled), StringComparison.Ordinal);
        await DoneAsync("keys", "drop", KeyIdOf("w4"));

        // The timestamp key is central's, but only root holders can change it; central must have it first.
        await MakeAsync("t2", "timestamp");
        var time = _folder.File("root-3.json");
        await DoneAsync("keys", "root", "draft", "--replace", $"{TimestampId()}={Key("t2")}.pub", "--out", time);
        await SignAsync("r2", time);
        await SignAsync("r3", time);
        Assert.Contains("keys keep", await FailedAsync("keys", "root", "publish", time), StringComparison.Ordinal);
        await DoneAsync("keys", "keep", "--key", Key("t2"), "--passphrase-file", _folder.File("passphrase"));
        await DoneAsync("keys", "root", "publish", time);
        Assert.Contains($"Central holds the timestamp key {KeyIdOf("t2")}", await DoneAsync("keys", "show"), StringComparison.Ordinal);
        Assert.Contains("People hold the root keys", await FailedAsync("keys", "rotate", "--role", "policy"), StringComparison.Ordinal);
        Assert.Contains("without it central cannot run", await FailedAsync("keys", "drop", KeyIdOf("t2")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_Key_IsEncryptedPrivateAndNeverWrittenOver()
    {
        await MakeAsync("k", "root");

        var text = await File.ReadAllTextAsync(Key("k"), Token);
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", text, StringComparison.Ordinal);
        Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(Key("k")), 8));
        Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(Key("k") + ".pub", Token), StringComparison.Ordinal);
        Assert.Contains(
            "never written over",
            await FailedAsync("keys", "make", "--role", "root", "--out", Key("k"), "--passphrase-file", _folder.File("passphrase")),
            StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Key("k"), Token));
    }

    [Fact]
    public async Task Make_ShortPassphraseOrOneOpenToOthers_IsRefused()
    {
        PrivateFiles.Create(_folder.File("short"), "eleven char"u8);
        Assert.Contains(
            "at least 12", await FailedAsync("keys", "make", "--role", "root", "--out", Key("k"), "--passphrase-file", _folder.File("short")), StringComparison.Ordinal);

        File.SetUnixFileMode(_folder.File("passphrase"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains(
            "chmod 600", await FailedAsync("keys", "make", "--role", "root", "--out", Key("k"), "--passphrase-file", _folder.File("passphrase")), StringComparison.Ordinal);
        Assert.False(File.Exists(Key("k")));
    }

    [Fact]
    public async Task Sign_WrongPassphraseOrDamagedFileOrNobodyToSayYes_SignsNothing()
    {
        await DoneAsync("init");
        await MakeAsync("k", "root");
        var draft = _folder.File("root-2.json");
        await DoneAsync("keys", "root", "draft", "--add", $"root={Key("k")}.pub", "--out", draft);
        PrivateFiles.Create(_folder.File("wrong"), "another passphrase"u8);

        Assert.Contains(
            "right passphrase", await FailedAsync("keys", "sign", "--yes", "--key", Key("k"), "--in", draft, "--passphrase-file", _folder.File("wrong")), StringComparison.Ordinal);
        Assert.Contains("--key FILE, or --kept", await FailedAsync("keys", "sign", "--in", draft), StringComparison.Ordinal);
        Assert.Contains("cannot be read as a file to sign", await FailedAsync("keys", "sign", "--kept", "--in", _folder.File("wrong")), StringComparison.Ordinal);
        if (Console.IsInputRedirected)
            Assert.Contains("Nobody is there to say yes", await FailedAsync("keys", "sign", "--kept", "--in", draft), StringComparison.Ordinal);
        Assert.Empty(SigningFile.Read(draft).ToSign.Signatures);
    }

    [Theory]
    [InlineData("--remove", "0011223344556677", "names no key 0011223344556677")]
    [InlineData("--remove", "nonsense", "16 hexadecimal digits")]
    [InlineData("--threshold", "root=1", "1 signatures are fewer than 2")]
    [InlineData("--threshold", "root=4", "4 signatures of 3 keys")]
    [InlineData("--threshold", "emperor=2", "is no role")]
    [InlineData("--remove-ca", "00", "names no authority")]
    [InlineData("--days", "0", "--days takes 1 to 3653")]
    public async Task Draft_ThatWouldBeNoRoot_IsRefusedAndNotWritten(string option, string value, string words)
    {
        await DoneAsync("init");

        Assert.Contains(words, await FailedAsync("keys", "root", "draft", option, value, "--out", _folder.File("d.json")), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("d.json")));
    }

    [Fact]
    public async Task Draft_RootKeyMadeAWatchlistKey_IsRefused()
    {
        await DoneAsync("init");
        await MakeAsync("k", "root");
        await MakeAsync("l", "watchlist");

        Assert.Contains(
            "a key has one use",
            await FailedAsync("keys", "root", "draft", "--add", $"root={Key("k")}.pub", "--add", $"watchlist={Key("k")}.pub", "--out", _folder.File("d.json")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandOver_FromABenchToPeople_LeavesNoRootKeyAtCentral()
    {
        await DoneAsync("init");
        var draft = _folder.File("root-2.json");
        var replace = new List<string>();
        foreach (var (old, index) in Kept(SigningRole.Root).Select(static (id, index) => (id, index)))
        {
            await MakeAsync($"r{index}", "root");
            replace.AddRange(["--replace", $"{old}={Key($"r{index}")}.pub"]);
        }

        await DoneAsync(["keys", "root", "draft", "--out", draft, .. replace]);
        await DoneAsync("keys", "sign", "--kept", "--yes", "--in", draft);
        Assert.Contains("by its own keys: 0 of the 2", await FailedAsync("keys", "root", "publish", draft), StringComparison.Ordinal);
        await SignAsync("r0", draft);
        await SignAsync("r1", draft);
        var old2 = Kept(SigningRole.Root);
        await DoneAsync("keys", "root", "publish", draft);
        foreach (var id in old2)
            await DoneAsync("keys", "drop", id);

        Assert.DoesNotContain("this is a bench", await DoneAsync("keys", "show"), StringComparison.Ordinal);
        Assert.Contains("People hold the root keys", await FailedAsync("keys", "rotate", "--role", "root"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfKeys_TeachesTheWholeChange()
    {
        var help = await DoneAsync("keys", "--help");

        foreach (var words in (string[])["2 of 3", "keys make --role", "keys root draft", "keys sign --key", "keys root publish"])
            Assert.Contains(words, help, StringComparison.Ordinal);
    }

    private string Key(string name) => _folder.File($"{name}.key");

    private string KeyIdOf(string name) => Records.KeyId.Of(KeyFile.ReadPublic(Key(name) + ".pub")).ToString();

    private string TimestampId() => Kept(SigningRole.Timestamp)[0];

    private string[] Kept(SigningRole role)
    {
        using var keys = SiteKeys.Load(new DataFolder(_folder.File("data")), TimeProvider.System.GetUtcNow());
        return [.. keys.KeysOf(role).Select(static key => key.Id.ToString())];
    }

    private IEnumerable<string> Add(string role, params string[] names) =>
        names.SelectMany(name => new[] { "--add", $"{role}={Key(name)}.pub" });

    private Task<string> MakeAsync(string name, string role) =>
        OfflineAsync("keys", "make", "--role", role, "--out", Key(name), "--passphrase-file", _folder.File("passphrase"));

    private Task<string> SignAsync(string name, string file, params string[] options) =>
        OfflineAsync(["keys", "sign", "--yes", "--key", Key(name), "--in", file, "--passphrase-file", _folder.File("passphrase"), .. options]);

    /// <summary>An editor with an authenticator app, made straight in the store; how they say at the command line who they are.</summary>
    private async Task<string[]> EditorAsync()
    {
        await using var session = SiteSession.Open(new DataFolder(_folder.File("data")));
        var key = Totp.NewKey();
        var step = Totp.StepAt(TimeProvider.System.GetUtcNow());
        await session.Get<StaffAccounts>().AddAsync("e.editor", "E-1", StaffRole.ListEditor, Passphrase, "test", Token);
        Assert.True(await session.Get<Authenticators>().SetAsync("e.editor", key, Totp.Code(key, step), "test", Token));
        return ["--as", "e.editor", "--as-passphrase-file", _folder.File("passphrase"), "--as-code", Totp.Code(key, step + 1)];
    }

    /// <summary>The editor proposes the list that waits, and somebody else approves it.</summary>
    private async Task ApproveListAsync()
    {
        await using var session = SiteSession.Open(new DataFolder(_folder.File("data")));
        var store = session.Get<ICentralStore>();
        _approver ??= await Approver.AddAsync(store, session.Get<StaffAccounts>(), "f.approver", StaffRole.ListApprover, Token);
        var desk = session.Get<ApprovalDesk>();
        var id = (await desk.ProposeAsync(session.Get<ListPublication>().DescribeStaged()!, "e.editor", Token)).Value;
        Assert.Equal(ApprovalState.Approved, (await _approver.MovedTo(store).ApproveAsync(desk, id, Token)).Value);
    }

    private async Task<string> DoneAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync([.. args, "--data", _folder.File("data")]);
        Assert.True(code == 0, $"{string.Join(' ', args)}: {error}");
        return output;
    }

    private async Task<string> FailedAsync(params string[] args)
    {
        var (code, _, error) = await RunAsync([.. args, "--data", _folder.File("data")]);
        Assert.True(code == 1, $"{string.Join(' ', args)}: {code} {error}");
        return error;
    }

    /// <summary>On a machine that has no data folder at all.</summary>
    private async Task<string> OfflineAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync([.. args, "--data", _folder.File("no-such-folder")]);
        Assert.True(code == 0, error);
        Assert.False(Directory.Exists(_folder.File("no-such-folder")));
        return output;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CentralCommandLine(
                new InitCommand(), new RunCommand(), new WatchlistsCommands(), new KeysCommands(), new StatusCommand())
            .RunAsync(args, output, error, Token);
        return (code, output.ToString(), error.ToString());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
