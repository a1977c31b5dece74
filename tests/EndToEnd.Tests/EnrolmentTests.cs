using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>Appliances that join by a code on paper, by a stick, and in the place of another; real programs, real TLS.</summary>
public sealed class EnrolmentTests
{
    private static readonly IReadOnlyList<string> Ordinary = Site.Passport("LINDQUIST", "ASTRID MARIE", "U10000001", 1988, 4, 17, 'F');

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Code_TypedFromPaper_EnrolsAndWorks()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        var code = await CodeAsync(site, "--post", "Utopia North", "--serial", Site.Serial);

        var enrolled = await site.Appliance.CommandAsync(
            Cancel, "enrol", "--code", code.Encode(), "--central", CentralSite.Origin(site.Central.GrpcAddress), "--serial", Site.Serial);

        Assert.True(enrolled.ExitCode == 0, enrolled.Errors);
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
    }

    [Fact]
    public async Task Code_AtAnotherCentral_IsNotToldToIt()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await using var other = await Site.StartCentralAsync(Cancel);
        var code = await CodeAsync(site, "--post", "Utopia North");

        var refused = await site.Appliance.CommandAsync(
            Cancel, "enrol", "--code", code.ToQrText(CentralSite.Origin(other.Central.GrpcAddress)), "--serial", Site.Serial);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("never had the root of that ticket", refused.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(site.Appliance.DataFolder, "identity", "appliance.json")));
    }

    [Theory]
    [InlineData("enrol")]
    [InlineData("enrol", "--code", "0000000", "--central", "https://127.0.0.1:1")]
    [InlineData("enrol", "--ticket", "/nowhere/ticket.json")]
    [InlineData("enrol", "--ticket", "/nowhere/ticket.json", "--code", "0")]
    [InlineData("replace", "--ticket", "/nowhere/ticket.json")]
    public async Task Ticket_MissingOrWrong_IsNamedWithItsRemedy(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var appliance = new Appliance(folder.Combine("appliance"));

        var said = await appliance.CommandAsync(Cancel, arguments);

        Assert.Equal(1, said.ExitCode);
        Assert.Matches("--ticket FILE|symbols in 12 groups|There is no ticket at", said.Errors);
    }

    [Fact]
    public async Task Ticket_IssuedBeforeTheAuthorityChanged_StillEnrols()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        var ticket = await site.Central.TicketAsync("Utopia North", Site.Serial, site.Folder.Combine("ticket.json"), Cancel);
        var draft = site.Folder.Combine("root-2.json");
        await site.Central.CommandAsync(Cancel, "keys", "ca", "rotate", "--out", draft);
        await site.Central.CommandAsync(Cancel, "keys", "sign", "--kept", "--yes", "--in", draft);
        await site.Central.CommandAsync(Cancel, "keys", "root", "publish", draft);
        await Until.TrueAsync(
            "central answering under its new root",
            async token => (await site.Appliance.EnrolAsync(ticket, Site.Serial, token)).ExitCode == 0,
            TimeSpan.FromSeconds(30),
            Cancel);

        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
    }

    [Fact]
    public async Task Stick_WithoutALink_EnrolsByRequestAndBundle()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        var ticket = await site.Central.TicketAsync("Utopia North", "", site.Folder.Combine("ticket.json"), Cancel);
        var (request, bundle) = (site.Folder.Combine("request"), site.Folder.Combine("bundle"));

        var asked = await site.Appliance.CommandAsync(Cancel, "enrol", "request", "--ticket", ticket, "--serial", Site.Serial, "--out", request);
        Assert.True(asked.ExitCode == 0, asked.Errors);
        var fingerprint = asked.Output[(asked.Output.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].Trim();
        var unnamed = await site.Central.TryCommandAsync(Cancel, "appliances", "admit", "--request", request, "--out", bundle);
        Assert.Contains("--fingerprint", unnamed.Errors, StringComparison.Ordinal);
        var wrong = await site.Central.TryCommandAsync(
            Cancel, "appliances", "admit", "--request", request, "--out", bundle, "--fingerprint", new string('0', 64));
        Assert.Contains("do not approve it", wrong.Errors, StringComparison.Ordinal);
        await site.Central.CommandAsync(Cancel, "appliances", "admit", "--request", request, "--out", bundle, "--fingerprint", fingerprint);
        // A stick that is lost is written once more.
        await site.Central.CommandAsync(Cancel, "appliances", "admit", "--request", request, "--out", bundle);
        var taken = await site.Appliance.CommandAsync(Cancel, "enrol", "bundle", bundle, "--ticket", ticket);

        Assert.True(taken.ExitCode == 0, taken.Errors);
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
    }

    [Fact]
    public async Task Stick_DamagedForeignOrForAnotherAppliance_InstallsNothing()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await using var other = await Site.StartCentralAsync(Cancel);
        var ticket = await site.Central.TicketAsync("Utopia North", Site.Serial, site.Folder.Combine("ticket.json"), Cancel);
        var foreign = await other.Central.TicketAsync("Utopia North", Site.Serial, other.Folder.Combine("ticket.json"), Cancel);
        var bundle = await BundleAsync(site, ticket);
        var foreignBundle = await BundleAsync(other, foreign);
        var damaged = site.Folder.Combine("damaged");
        var bytes = await File.ReadAllBytesAsync(bundle, Cancel);
        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes, Cancel);
        using var second = new TemporaryFolder();
        var neighbour = new Appliance(second.Combine("appliance"));

        Assert.Contains("damaged on the way", await RefusedAsync(site.Appliance, damaged, ticket), StringComparison.Ordinal);
        Assert.Contains("not of the site of this ticket", await RefusedAsync(site.Appliance, foreignBundle, ticket), StringComparison.Ordinal);
        Assert.Contains("another enrolment file", await RefusedAsync(site.Appliance, site.Folder.Combine("request"), ticket), StringComparison.Ordinal);
        Assert.Contains("There is no key", await RefusedAsync(neighbour, bundle, ticket), StringComparison.Ordinal);
        await neighbour.CommandAsync(Cancel, "enrol", "request", "--ticket", ticket, "--serial", Site.Serial, "--out", second.Combine("request"));
        Assert.Contains("for another key", await RefusedAsync(neighbour, bundle, ticket), StringComparison.Ordinal);
        Assert.Equal(0, (await site.Appliance.CommandAsync(Cancel, "enrol", "bundle", bundle, "--ticket", ticket)).ExitCode);
    }

    [Fact]
    public async Task Replace_OnTheSameCard_TakesTheOldOnesPlaceWithANewEpoch()
    {
        await using var site = await Site.StartAsync(Cancel);
        await site.Appliance.DecideAsync(await site.Appliance.ScanAsync(Ordinary, Cancel), OutcomeCodes.Admitted, 0, Cancel);
        await site.DurableAsync(1, Cancel);
        await site.Appliance.StopAsync(Cancel);
        var old = (await site.Central.StatusAsync(Cancel)).GetProperty("appliances")[0].GetProperty("appliance_id").GetString()!;
        var refused = await site.Appliance.EnrolAsync(site.Folder.Combine("ticket.json"), Site.Serial, Cancel);
        Assert.Contains("edge-checkpoint replace", refused.Errors, StringComparison.Ordinal);
        var code = await CodeAsync(site, "--replaces", old, "--serial", Site.Serial);

        var replaced = await site.Appliance.CommandAsync(
            Cancel, "replace", "--code", code.ToQrText(CentralSite.Origin(site.Central.GrpcAddress)), "--serial", Site.Serial);

        Assert.True(replaced.ExitCode == 0, replaced.Errors);
        Assert.Contains($"takes the place of {old}, which central has revoked", replaced.Output, StringComparison.Ordinal);
        var listed = await site.Central.CommandAsync(Cancel, "appliances", "list");
        Assert.Matches($"{old} +revoked", listed);
        var aside = Assert.Single(Directory.GetDirectories(Path.Combine(site.Appliance.DataFolder, "replaced")));
        Assert.True(File.Exists(Path.Combine(aside, "journal", "journal.db")));
        Assert.NotEqual(
            await File.ReadAllTextAsync(Path.Combine(aside, "identity", "epoch"), Cancel),
            await File.ReadAllTextAsync(Path.Combine(site.Appliance.DataFolder, "identity", "epoch"), Cancel));
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
        await site.Appliance.DecideAsync(await site.Appliance.ScanAsync(Ordinary, Cancel), OutcomeCodes.Admitted, 0, Cancel);
        await site.DurableAsync(2, Cancel);
    }

    private static async Task<JoinTicketCode> CodeAsync(Site site, params string[] options)
    {
        var path = site.Folder.Combine("code-ticket.json");
        await site.Central.CommandAsync(
            Cancel, ["appliances", "ticket", .. options, "--out", path, "--sheet", path + ".html", "--address", CentralSite.Origin(site.Central.GrpcAddress)]);
        Assert.True(JoinTicket.TryParse(await File.ReadAllBytesAsync(path, Cancel), out var ticket, out var problem), problem);
        return JoinTicketCode.Of(ticket);
    }

    private static async Task<string> BundleAsync(Site site, string ticket)
    {
        var (request, bundle) = (site.Folder.Combine("request"), site.Folder.Combine("bundle"));
        var asked = await site.Appliance.CommandAsync(Cancel, "enrol", "request", "--ticket", ticket, "--serial", Site.Serial, "--out", request);
        Assert.True(asked.ExitCode == 0, asked.Errors);
        await site.Central.CommandAsync(Cancel, "appliances", "admit", "--request", request, "--out", bundle);
        return bundle;
    }

    private static async Task<string> RefusedAsync(Appliance appliance, string bundle, string ticket)
    {
        var said = await appliance.CommandAsync(Cancel, "enrol", "bundle", bundle, "--ticket", ticket);
        Assert.Equal(1, said.ExitCode);
        return said.Errors;
    }
}
