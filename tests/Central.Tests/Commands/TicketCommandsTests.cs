using System.Text.Json;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Tests.Commands;

public sealed class TicketCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tickets_TwentyFromOneFile_ArePrintedOnOnePageEachWithItsOwnCode()
    {
        await RunAsync("init");
        var rows = Enumerable.Range(1, 20).Select(static i => $"Post {i} <North>,SN-{i}");
        var sheet = await IssueAsync("post,serial\n" + string.Join('\n', rows));

        var page = await File.ReadAllTextAsync(sheet, Token);

        Assert.Equal(20, Count(page, "<svg "));
        Assert.Equal(20, Codes(page).Select(static code => code.TicketId).Distinct().Count());
        Assert.Contains("Post 7 &lt;North&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<North>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(sheet), 8));
    }

    [Fact]
    public async Task Ticket_OnPaperAndAsAFile_IsOneTicket()
    {
        await RunAsync("init", "--name", "Utopia", "--address", "https://central.example:7443");
        var (file, sheet) = (_folder.File("t.json"), _folder.File("t.html"));

        await RunAsync("appliances", "ticket", "--post", "North", "--out", file, "--sheet", sheet);

        Assert.True(JoinTicket.TryParse(await File.ReadAllBytesAsync(file, Token), out var ticket, out _));
        var code = Assert.Single(Codes(await File.ReadAllTextAsync(sheet, Token)));
        Assert.Equal(ticket.TicketId, code.TicketId);
        Assert.Equal(ticket.Secret, code.Secret.ToArray());
        Assert.True(code.Fits(ticket.RootMetadata));
    }

    [Theory]
    [InlineData("", "the file names no post")]
    [InlineData("post,serial", "the file names no post")]
    [InlineData("name\nNorth", "there is no column named post")]
    [InlineData("post,colour\nNorth,red", "there is no column named colour")]
    [InlineData("post,post\nNorth,South", "a column stands twice")]
    [InlineData("post,serial\nNorth", "line 2: 1 fields; the heading has 2")]
    [InlineData("post,serial\n,SN-1", "line 2: post takes a text")]
    [InlineData("post,serial\nNorth,SN-1\nSouth,SN-1", "line 3: serial SN-1 stands in line 2 too")]
    [InlineData("post\n\"North", "line 2, column ")]
    [InlineData("post,replaces\nNorth,ap-unknown", "There is no appliance ap-unknown")]
    public async Task Tickets_OneRowIsWrong_MakesNone(string csv, string expected)
    {
        await RunAsync("init");
        await File.WriteAllTextAsync(_folder.File("posts.csv"), csv, Token);

        var (code, _, error) = await RunAsync("appliances", "tickets", "--csv", _folder.File("posts.csv"), "--sheet", _folder.File("s.html"));

        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("s.html")));
    }

    [Fact]
    public async Task Tickets_MoreThanThreeDaysCanUse_AreRefused()
    {
        await RunAsync("init");
        await File.WriteAllTextAsync(
            _folder.File("posts.csv"), "post\n" + string.Concat(Enumerable.Range(0, TicketOrderReader.OrdersMax + 1).Select(static i => $"P{i}\n")), Token);

        var (code, _, error) = await RunAsync("appliances", "tickets", "--csv", _folder.File("posts.csv"), "--sheet", _folder.File("s.html"));

        Assert.Equal(1, code);
        Assert.Contains("at most 200", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticket_NowhereToGo_AsksWhere()
    {
        await RunAsync("init");

        var (code, _, error) = await RunAsync("appliances", "ticket", "--post", "North");

        Assert.Equal(1, code);
        Assert.Contains("--out FILE for a stick, --sheet FILE for a page to print", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticket_ReplacesNobodyKnown_IsRefused()
    {
        await RunAsync("init");

        var (code, _, error) = await RunAsync("appliances", "ticket", "--replaces", "ap-0", "--out", _folder.File("t"));

        Assert.Equal(1, code);
        Assert.Contains("There is no appliance ap-0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tickets_Json_NamesEach()
    {
        await RunAsync("init");
        await File.WriteAllTextAsync(_folder.File("posts.csv"), "post\nNorth\nSouth\n", Token);

        var (_, output, _) = await RunAsync("appliances", "tickets", "--json", "--csv", _folder.File("posts.csv"), "--sheet", _folder.File("s.html"));

        using var json = JsonDocument.Parse(output);
        Assert.Equal(["North", "South"], json.RootElement.EnumerateArray().Select(static ticket => ticket.GetProperty("post").GetString()));
    }

    private async Task<string> IssueAsync(string csv)
    {
        await File.WriteAllTextAsync(_folder.File("posts.csv"), csv, Token);
        var (code, _, error) = await RunAsync("appliances", "tickets", "--csv", _folder.File("posts.csv"), "--sheet", _folder.File("sheet.html"));
        Assert.True(code == 0, error);
        return _folder.File("sheet.html");
    }

    private static IEnumerable<JoinTicketCode> Codes(string page) =>
        page.Split("<p><code>").Skip(1).Select(static part => JoinTicketCode.Read(part[..part.IndexOf("</code>", StringComparison.Ordinal)]).Value.Code);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CentralCommandLine(new InitCommand(), new AppliancesCommands())
            .RunAsync([.. args, "--data", _folder.File("data")], output, error, Token);
        return (code, output.ToString(), error.ToString());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
