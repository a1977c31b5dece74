using System.Net.Sockets;
using System.Text;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>Each gets a clear message naming the thing and the place, the appliance keeps serving, nobody is cleared by it.</summary>
public sealed class BadInputTests
{
    private static readonly IReadOnlyList<string> Ordinary = Site.Passport("LINDQUIST", "ASTRID MARIE", "U10000001", 1988, 4, 17, 'F');

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_GarbledPartialAndUnplugged_SaysSoAndGoesOn()
    {
        await using var site = await Site.StartAsync(Cancel);

        site.Appliance.Reader.Send("\u0002%%%@@\rXX\r\u0003"u8);
        await PageSaysAsync(site, "READ AGAIN");
        Assert.Empty(await site.Appliance.OpenAsync(Cancel));
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        site.Appliance.Reader.Send(Encoding.ASCII.GetBytes(Ordinary[0] + "\r\n"));
        await PageSaysAsync(site, "READ AGAIN");
        Assert.Empty(await site.Appliance.OpenAsync(Cancel));

        site.Appliance.Reader.Unplug();
        await PageSaysAsync(site, "unplugged or missing");
        site.Appliance.Reader.Plug();
        await site.Appliance.ReadyAsync(Cancel);
        var encounter = await site.Appliance.ScanAsync(Ordinary, Cancel);
        Assert.True(encounter.IsClear);
    }

    [Fact]
    public async Task Document_LaidTwice_MakesOneEncounter()
    {
        await using var site = await Site.StartAsync(Cancel);
        var first = await site.Appliance.ScanAsync(Ordinary, Cancel);

        site.Appliance.Reader.Scan(Ordinary);
        await PageSaysAsync(site, "The same document again");
        Assert.Equal(first.Id, Assert.Single(await site.Appliance.OpenAsync(Cancel)).Id);
        await site.Appliance.DecideAsync(first, OutcomeCodes.Admitted, 0, Cancel);
        site.Appliance.Reader.Scan(Ordinary);
        await PageSaysAsync(site, "decided a moment ago");
        Assert.Equal(first.Id, Assert.Single(await site.Appliance.OpenAsync(Cancel)).Id);
        await site.Appliance.KeepAsync(first, Cancel);
        Assert.Empty(await site.Appliance.OpenAsync(Cancel));
        await site.DurableAsync(1, Cancel);
    }

    [Fact]
    public async Task InstalledPackage_Corrupt_IsNotCheckedUntilFetchedAgain()
    {
        await using var site = await Site.StartAsync(Cancel);
        await site.Appliance.KillAsync();
        await site.Central.KillAsync();
        var segment = Assert.Single(Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "lists"), "*.sealed"));
        var bytes = await File.ReadAllBytesAsync(segment, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Cancel);

        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.ReadyAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        var encounter = await site.Appliance.ScanAsync(Ordinary, Cancel);

        Assert.False(encounter.IsClear);
        var page = await site.Appliance.PageAsync(Cancel);
        Assert.Contains("NOT CHECKED", page, StringComparison.Ordinal);
        Assert.Contains("is not the file that was signed", page, StringComparison.Ordinal);
        await site.Central.StartAsync(Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
    }

    [Fact]
    public async Task Central_WithAnotherAuthority_IsRefusedAndNamed()
    {
        await using var site = await Site.StartAsync(Cancel);
        await using var stranger = new CentralSite(site.Folder.Combine("stranger"));
        await stranger.CommandAsync(Cancel, "init", "--name", "Stranger", "--address", "https://127.0.0.1");
        var port = site.Central.GrpcAddress.Port;
        await site.Central.KillAsync();
        await stranger.StartAsync(Cancel, grpcPort: port);

        await PageSaysAsync(site, "certificate that is not of the site");
        var encounter = await site.Appliance.ScanAsync(Ordinary, Cancel);
        await site.Appliance.DecideAsync(encounter, OutcomeCodes.Admitted, 0, Cancel);

        Assert.Equal(0, await stranger.RecordsAsync("encounter_verdict", Cancel));
        await stranger.KillAsync();
        await site.Central.StartAsync(Cancel);
        await site.DurableAsync(1, Cancel);
    }

    [Fact]
    public async Task Appliance_Revoked_IsToldWhyAndKeepsServing()
    {
        await using var site = await Site.StartAsync(Cancel);
        var status = await site.Central.StatusAsync(Cancel);
        var id = status.GetProperty("appliances")[0].GetProperty("appliance_id").GetString()!;

        await site.Central.CommandAsync(Cancel, "appliances", "revoke", id, "--reason", "lost");

        await PageSaysAsync(site, "central refuses this appliance");
        var encounter = await site.Appliance.ScanAsync(Ordinary, Cancel);
        Assert.True(encounter.IsClear);
    }

    [Fact]
    public async Task Ticket_UsedTwice_IsRefused()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        await using var second = new Appliance(site.Folder.Combine("second"));

        var refused = await second.EnrolAsync(site.Folder.Combine("ticket.json"), Site.Serial, Cancel);

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("Central refused the ticket:", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", refused.Errors.Split('\n').Skip(1).FirstOrDefault() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_InUse_GiveOneSentence()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var worker = await ChildProcess.RunAsync(
            ProgramFiles.Appliance, ["run", "--data", site.Appliance.DataFolder, "--set", $"Console:Port={port}"], Cancel);
        await using var other = new CentralSite(site.Folder.Combine("other"));
        var central = await other.TryCommandAsync(Cancel, "run", "--grpc-url", $"https://127.0.0.1:{port}", "--dashboard-url", "http://127.0.0.1:0");

        Assert.Equal(1, worker.ExitCode);
        Assert.Contains("in use", Assert.Single(worker.Errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(1, central.ExitCode);
        Assert.Contains($"Port {port}", Assert.Single(central.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("un-xml", "<?xml version=\"1.0\"?><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>")]
    [InlineData("un-xml", "this is no list")]
    [InlineData("csv", "entry_id,names\nuto:1,\"OPEN QUOTE\n")]
    [InlineData("csv", "")]
    public async Task ListFile_MalformedOrTruncated_ChangesNothing(string format, string content)
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        var path = site.Folder.Combine("broken.list");
        await File.WriteAllTextAsync(path, content, Cancel);

        var refused = await site.Central.TryCommandAsync(Cancel, "watchlists", "import", "--format", format, path);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("broken.list", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
        var again = await site.Central.CommandAsync(Cancel, "watchlists", "status", "--json");
        Assert.Contains("2", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_NotEnrolled_NamesTheRemedy()
    {
        using var folder = new TemporaryFolder();

        var run = await ChildProcess.RunAsync(ProgramFiles.Appliance, ["run", "--data", folder.Combine("empty")], Cancel);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("edge-checkpoint enrol", Assert.Single(run.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static Task PageSaysAsync(Site site, string text) =>
        Until.TrueAsync(
            $"the page saying '{text}'",
            async token => WebUtility(await site.Appliance.PageAsync(token)).Contains(text, StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            Cancel);

    private static string WebUtility(string html) => System.Net.WebUtility.HtmlDecode(html);
}
