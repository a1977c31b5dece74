using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>A stolen document goes from the file of its issuer to the counter, and is withdrawn again, with the real programs.</summary>
public sealed class StolenDocumentTests
{
    private const string Header = "issuer,type,number,reported_on,reference";
    private const string Pellik = "uto:2,JORAN PELLIK,,1964,UTO,M,,inquire";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IReadOnlyList<string> Stolen => Site.Passport("HALLORAN", "BRIGID", "UT4471X02", 1979, 8, 9, 'F');

    [Fact]
    public async Task Publish_OfAStolenPassport_IsAHitAtTheCounterUntilItIsWithdrawn()
    {
        await using var site = await Site.StartAsync(Cancel);
        Assert.Empty(await site.HitsAsync(Stolen, Cancel));

        // Imported and published: the appliance fetches it beside the list.
        await ImportAsync(site, [.. Enumerable.Range(0, 3_000).Select(static i => $"UTO,P,FX{i:000000},2026-01-05,"), "Utopia,P,UT 4471-X02,2026-01-31,case 7"]);
        await site.PublishAsync(Cancel, Pellik);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        var whole = new FileInfo(DocumentsFile(site, 2)).Length;
        Assert.Equal(["document:Stolen in Utopia"], await site.HitsAsync(Stolen, Cancel));
        Assert.Empty(await site.HitsAsync(Site.Passport("HALLORAN", "BRIGID", "UT4471X03", 1979, 8, 9, 'F'), Cancel));

        // After a restart it comes from the card.
        await site.Appliance.KillAsync();
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        Assert.Equal(["document:Stolen in Utopia"], await site.HitsAsync(Stolen, Cancel));

        // Withdrawn, and another reported: a delta.
        await ImportAsync(site, [.. Enumerable.Range(0, 3_000).Select(static i => $"UTO,P,FX{i:000000},2026-01-05,"), "UTO,P,UT4471X03,2026-02-02,"]);
        await site.PublishAsync(Cancel, Pellik);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 3);
        Assert.InRange(new FileInfo(DocumentsFile(site, 3)).Length, whole - 64, whole + 64);
        Assert.Empty(await site.HitsAsync(Stolen, Cancel));
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("HALLORAN", "BRIGID", "UT4471X03", 1979, 8, 9, 'F'), Cancel));
    }

    /// <summary>A passport was found again and its holder stands at a counter: withdrawn at once, without a new list, and off for good with the next.</summary>
    [Fact]
    public async Task Withdraw_AtOnce_IsNoHitAnyMoreAtThePostAndStaysOff()
    {
        await using var site = await Site.StartAsync(Cancel);
        await ImportAsync(site, ["UTO,P,UT4471X02,2026-01-31,", "UTO,P,UT4471X03,2026-01-31,"]);
        await site.PublishAsync(Cancel, Pellik);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        Assert.Equal(["document:Stolen in Utopia"], await site.HitsAsync(Stolen, Cancel));

        await site.Central.CommandAsync(
            Cancel, "watchlists", "documents", "withdraw", "Stolen in Utopia", "UT 4471-X02", "--issuer", "Utopia", "--reason", "found again", "--at-once");
        await Until.TrueAsync(
            "the suppression being in force at the post", _ => Task.FromResult(site.Appliance.Log.Contains("of urgent delistings installed", StringComparison.Ordinal)), TimeSpan.FromSeconds(60), Cancel);
        Assert.Empty(await site.HitsAsync(Site.Passport("HALLORAN", "BRIGID ANNE", "UT4471X02", 1979, 8, 9, 'F'), Cancel));
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("HALLORAN", "BRIGID", "UT4471X03", 1979, 8, 9, 'F'), Cancel));

        // The next file of the police still has it.
        await ImportAsync(site, ["UTO,P,UT4471X02,2026-01-31,", "UTO,P,UT4471X03,2026-01-31,"]);
        await site.PublishAsync(Cancel, Pellik);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 3);
        Assert.Empty(await site.HitsAsync(Stolen, Cancel));
    }

    /// <summary>A post without a link has them from a stick; the second is laid down while the service does not run, and waits for the keys.</summary>
    [Fact]
    public async Task Install_OfABundle_BringsTheDocumentsAndTheirDelta()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        await site.Central.KillAsync();
        await ImportAsync(site, ["UTO,P,UT4471X02,2026-01-31,"]);
        await site.PublishAsync(Cancel, Pellik);
        await site.Appliance.StartAsync(Cancel);
        await CarryAsync(site, "first.ecb");
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        Assert.Equal(["document:Stolen in Utopia"], await site.HitsAsync(Stolen, Cancel));

        await ImportAsync(site, ["UTO,P,UT4471X03,2026-02-02,"]);
        await site.PublishAsync(Cancel, Pellik);
        await site.Appliance.KillAsync();
        await CarryAsync(site, "second.ecb");
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 3);
        Assert.Empty(await site.HitsAsync(Stolen, Cancel));
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("HALLORAN", "BRIGID", "UT4471X03", 1979, 8, 9, 'F'), Cancel));
    }

    /// <summary>What the card has lost is not checked, never a clear, and comes again from central by itself.</summary>
    [Fact]
    public async Task Start_WithDamagedDocuments_FetchesThemAgain()
    {
        await using var site = await Site.StartAsync(Cancel);
        await ImportAsync(site, ["UTO,P,UT4471X02,2026-01-31,"]);
        await site.PublishAsync(Cancel, Pellik);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        var path = DocumentsFile(site, 2);
        var whole = await File.ReadAllBytesAsync(path, Cancel);

        await site.Appliance.KillAsync();
        var damaged = whole.ToArray();
        damaged[whole.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, damaged, Cancel);
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await Until.TrueAsync(
            $"the documents being fetched again (appliance says:\n{site.Appliance.Log})",
            async token => site.Appliance.Log.Contains("have been fetched anew", StringComparison.Ordinal) && (await File.ReadAllBytesAsync(path, token)).AsSpan().SequenceEqual(whole),
            TimeSpan.FromSeconds(60), Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);

        Assert.Equal(["document:Stolen in Utopia"], await site.HitsAsync(Stolen, Cancel));
    }

    private static async Task CarryAsync(Site site, string name)
    {
        var path = site.Folder.Combine(name);
        await site.Central.CommandAsync(Cancel, "releases", "export-bundle", "--every-appliance", "--out", path);
        var installed = await site.Appliance.CommandAsync(Cancel, "releases", "install", path);
        Assert.True(installed.ExitCode == 0, installed.Errors);
    }

    private static async Task ImportAsync(Site site, IEnumerable<string> rows)
    {
        var path = site.Folder.Combine("stolen.csv");
        await File.WriteAllLinesAsync(path, rows.Prepend(Header), Cancel);
        await site.Central.CommandAsync(
            Cancel, "watchlists", "import", "--format", "documents-csv", path, "--list", "Stolen in Utopia", "--owner", "Police of Utopia", "--legal-basis", "Passport Act", "--confirm-removals");
    }

    private static string DocumentsFile(Site site, int version) => Path.Combine(site.Appliance.DataFolder, "lists", $"{version:00000000000000000000}.documents");
}
