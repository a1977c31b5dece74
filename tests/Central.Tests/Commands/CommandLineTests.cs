using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Init_Twice_KeepsTheKeys()
    {
        await RunAsync("init", "--name", "Utopia", "--address", "https://central.example:7443");
        var key = await File.ReadAllTextAsync(_folder.File("data/keys/record.key"), Token);

        var (code, output, _) = await RunAsync("init");

        Assert.Equal(0, code);
        Assert.StartsWith("Kept site 'Utopia'", output, StringComparison.Ordinal);
        Assert.Equal(key, await File.ReadAllTextAsync(_folder.File("data/keys/record.key"), Token));
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(_folder.File("data")), 8));
    }

    [Fact]
    public async Task Init_FreshSite_HasNoAccount()
    {
        await RunAsync("init");

        Assert.Equal((0, "[]"), ((await RunAsync("staff", "list", "--json")).Code, (await RunAsync("staff", "list", "--json")).Output.Trim()));
    }

    [Fact]
    public async Task Any_KeyFileOpenToOthers_IsRefusedWithTheRemedy()
    {
        await RunAsync("init");
        var file = _folder.File("data/keys/site-ca.key");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var (code, _, error) = await RunAsync("appliances", "ticket", "--post", "North", "--out", _folder.File("t.json"));

        Assert.Equal(1, code);
        Assert.Contains($"chmod 600 {file}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_NoSite_NamesFolderAndRemedy()
    {
        var (code, _, error) = await RunAsync("status");

        Assert.Equal(1, code);
        Assert.Contains("central-checkpoint init", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("staff", "add", "--name", "x")]
    [InlineData("staff", "add", "--name", "x", "--role", "emperor")]
    [InlineData("encounters", "show", "not-an-id", "--purpose", "redress", "--case", "1")]
    public async Task Any_WrongCommandLine_ExitsTwo(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaffAdd_Json_PrintsThePassphraseOnce()
    {
        await RunAsync("init");

        var (code, output, _) = await RunAsync("staff", "add", "--name", "m.okonkwo", "--role", "monitor", "--json");
        var (again, _, error) = await RunAsync("staff", "add", "--name", "m.okonkwo", "--role", "monitor");

        using var json = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        Assert.Equal("monitor", json.RootElement.GetProperty("role").GetString());
        Assert.True(json.RootElement.GetProperty("passphrase").GetString()!.Length >= 20);
        Assert.Equal(1, again);
        Assert.Contains("already", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaffAdd_NumberOfAnother_IsRefused()
    {
        await RunAsync("init");
        await RunAsync("staff", "add", "--name", "m.okonkwo", "--staff", "n-17", "--role", "monitor");

        var (code, _, error) = await RunAsync("staff", "add", "--name", "m.other", "--staff", "N-17", "--role", "auditor");

        Assert.Equal(1, code);
        Assert.Contains("staff number N-17, already", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaffAdd_OfASiteInService_AddsTheFirstGrantorsAlone()
    {
        await RunAsync("init");
        foreach (var path in Directory.GetFiles(_folder.File("data/keys/signing"), "root-*"))
            File.Delete(path);

        var (editor, _, why) = await RunAsync("staff", "add", "--name", "e.editor", "--role", "list-editor");
        for (var i = 0; i < Bootstrap.GrantorsNeeded; i++)
            Assert.Equal(0, (await RunAsync("staff", "add", "--name", $"a.{i}", "--role", "administrator")).Code);
        await using (var session = SiteSession.Open(new DataFolder(_folder.File("data"))))
        {
            for (byte i = 0; i < Bootstrap.GrantorsNeeded; i++)
            {
                await session.Get<ICentralStore>().Passkeys.AddAsync(
                    new StaffPasskey([i], $"a.{i}", [1], "", 0, [], false, false, default, null), new AuditEvent(default, "test", "test", "test"), Token);
            }
        }

        var (late, _, error) = await RunAsync("staff", "add", "--name", "a.late", "--role", "administrator");

        Assert.Equal((1, 1), (editor, late));
        Assert.Contains("first administrators and data protection officers only", why, StringComparison.Ordinal);
        Assert.Contains("two other people approve", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EncountersShow_WithoutAnAccountOrWithTheWrongOne_ShowsNothing()
    {
        await RunAsync("init");
        var passphrase = _folder.File("passphrase");
        PrivateFiles.Create(passphrase, System.Text.Encoding.ASCII.GetBytes("correct-horse-battery\n"));
        await RunAsync("staff", "add", "--name", "a.admin", "--role", "administrator", "--password-file", passphrase);
        await RunAsync("staff", "add", "--name", "m.monitor", "--role", "monitor", "--password-file", passphrase);
        string[] show = ["encounters", "show", Guid.NewGuid().ToString(), "--purpose", "redress", "--case", "1"];

        var nobody = await RunAsync(show);
        var administrator = await RunAsync([.. show, "--as", "a.admin", "--as-passphrase-file", passphrase]);
        var stranger = await RunAsync([.. show, "--as", "x.nobody", "--as-passphrase-file", passphrase]);
        var monitor = await RunAsync([.. show, "--as", "m.monitor", "--as-passphrase-file", passphrase]);

        Assert.Contains("name your account with --as NAME (roles: monitor, alert-desk, data-protection)", nobody.Error, StringComparison.Ordinal);
        Assert.Contains("a.admin is administrator", administrator.Error, StringComparison.Ordinal);
        Assert.Contains("is wrong", stranger.Error, StringComparison.Ordinal);
        Assert.Contains("is not here", monitor.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JournalImport_NeedsAnAdministratorAndSaysWhatIsWrongWithTheFile()
    {
        await RunAsync("init");
        var passphrase = _folder.File("passphrase");
        PrivateFiles.Create(passphrase, System.Text.Encoding.ASCII.GetBytes("correct-horse-battery\n"));
        await RunAsync("staff", "add", "--name", "a.admin", "--role", "administrator", "--password-file", passphrase);
        await RunAsync("staff", "add", "--name", "m.monitor", "--role", "monitor", "--password-file", passphrase);
        var file = _folder.File("card.rescue");
        await File.WriteAllTextAsync(file, "no rescue file", Token);
        string[] import = ["journal", "import", file];

        var nobody = await RunAsync(import);
        var monitor = await RunAsync([.. import, "--as", "m.monitor", "--as-passphrase-file", passphrase]);
        var damaged = await RunAsync([.. import, "--as", "a.admin", "--as-passphrase-file", passphrase]);
        await File.WriteAllBytesAsync(file, [(byte)'E', (byte)'C', (byte)'F', 1, 0, 0, 0, 0, 0, 0, 0, 0], Token);
        var empty = await RunAsync([.. import, "--as", "a.admin", "--as-passphrase-file", passphrase]);

        Assert.Contains("roles: administrator", nobody.Error, StringComparison.Ordinal);
        Assert.Contains("m.monitor is monitor", monitor.Error, StringComparison.Ordinal);
        Assert.Contains("this is no rescue file", damaged.Error, StringComparison.Ordinal);
        Assert.Equal((0, ""), (empty.Code, empty.Error));
        Assert.StartsWith("0 records in 0 runs", empty.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actor_WhateverIsTyped_IsTheSystemUserWithANote()
    {
        await RunAsync("init", "--actor", "m.okonkwo");
        await using var session = SiteSession.Open(new DataFolder(_folder.File("data")));

        var line = Assert.Single(await session.Get<ICentralStore>().Audit.ReadNewestAsync(10, Token));

        Assert.Equal($"cli:{Environment.UserName} (note: m.okonkwo)", line.Event.Actor);
    }

    [Fact]
    public async Task Ticket_Written_IsPrivateAndReadable()
    {
        await RunAsync("init");
        var file = _folder.File("ticket.json");

        await RunAsync("appliances", "ticket", "--post", "North", "--serial", "SN-1", "--out", file, "--address", "https://127.0.0.1:1");

        Assert.True(JoinTicket.TryParse(await File.ReadAllBytesAsync(file, Token), out var ticket, out _));
        Assert.Equal(("North", "SN-1", "https://127.0.0.1:1"), (ticket.PostName, ticket.HardwareSerial, ticket.CentralAddress));
        Assert.Equal(TimeSpan.FromHours(72), ticket.ExpiresAt - ticket.IssuedAt);
        Assert.Equal((1UL, "Utopia"), (ticket.RootMetadata.Version, ticket.RootMetadata.SiteName));
        Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(file), 8));
    }

    [Fact]
    public async Task Ticket_LongerThanThreeDays_IsRefused()
    {
        await RunAsync("init");

        var (code, _, error) = await RunAsync("appliances", "ticket", "--post", "North", "--hours", "73", "--out", _folder.File("t"));

        Assert.Equal(1, code);
        Assert.Contains("--hours takes 1 to 72", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watchlists_TemplateImportedAndPublished_ShowInStatus()
    {
        await RunAsync("init");
        await File.WriteAllTextAsync(_folder.File("list.csv"), CsvTemplate.Text, Token);

        var (_, import, _) = await RunAsync("watchlists", "import", "--format", "csv", _folder.File("list.csv"));
        var (_, publish, _) = await RunAsync("watchlists", "publish", "--json");
        var (_, status, _) = await RunAsync("status", "--json");

        Assert.Contains("2 added, 0 changed, 0 removed, 0 unchanged, 0 refused", import, StringComparison.Ordinal);
        using var published = JsonDocument.Parse(publish);
        Assert.Equal(1, published.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(64, published.RootElement.GetProperty("state_root").GetString()!.Length);
        using var json = JsonDocument.Parse(status);
        Assert.Equal(1, json.RootElement.GetProperty("list_version").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("appliances").GetArrayLength());
    }

    [Fact]
    public async Task Import_TruncatedXml_NamesFileLineAndColumn()
    {
        await RunAsync("init");
        var file = _folder.File("un.xml");
        await File.WriteAllTextAsync(file, "<CONSOLIDATED_LIST>\n<INDIVIDUALS>\n<INDIVIDUAL><DATA", Token);

        var (code, _, error) = await RunAsync("watchlists", "import", "--format", "un-xml", file);

        Assert.Equal(1, code);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Contains("line 3, column", error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortInUse_SaysSoInOneSentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (code, output, error) = await RunAsync(
            "run", "--grpc-url", $"https://127.0.0.1:{port}", "--dashboard-url", "http://127.0.0.1:0");

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith($"Port {port} on 127.0.0.1 is in use", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", "http://0.0.0.0:0", "in the clear")]
    [InlineData("https://127.0.0.1:0", "https://127.0.0.1:0", "--dashboard-certificate")]
    [InlineData("http://127.0.0.1:0", "http://127.0.0.1:0", "https only")]
    [InlineData("https://central.example:0", "http://127.0.0.1:0", "IP address")]
    [InlineData("nonsense", "http://127.0.0.1:0", "--grpc-url takes a URL")]
    public async Task Run_AddressThatWouldNotDo_IsRefused(string grpc, string dashboard, string words)
    {
        var (code, _, error) = await RunAsync("run", "--grpc-url", grpc, "--dashboard-url", dashboard);

        Assert.Equal(1, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CentralCommandLine(
                new InitCommand(), new RunCommand(), new StaffCommands(), new AppliancesCommands(), new WatchlistsCommands(),
                new KeysCommands(), new EncountersCommands(), new JournalCommands(), new StatusCommand())
            .RunAsync([.. args, "--data", _folder.File("data")], output, error, Token);
        return (code, output.ToString(), error.ToString());
    }
}
