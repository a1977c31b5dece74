using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>A post without any link gets everything on a stick, with the real programs.</summary>
public sealed class BundleTests
{
    private const string Dragovar = "uto:1,VIKTOR ANSELM DRAGOVAR,,1971-03-04,UTO,M,,inquire";
    private const string Tesselate = "uto:3,MIRA TESSELATE,,1988-02-01,UTO,F,,inquire";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Install_AtAPostThatNeverReachesCentral_BringsAccountsListsAndLeases()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        await site.Central.KillAsync();
        await site.Appliance.StartAsync(Cancel);
        var first = await ExportAsync(site, "first.ecb");

        await InstallAsync(site, first);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("DRAGOVAR", "VIKTOR ANSELM", "UT0000001", 1971, 3, 4), Cancel));

        // The next stick, by delta; the first one again changes nothing; then one that is carried to a service that does not run.
        await site.PublishAsync(Cancel, Dragovar, Tesselate);
        await InstallAsync(site, await ExportAsync(site, "second.ecb"));
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("TESSELATE", "MIRA", "UT0000002", 1988, 2, 1, 'F'), Cancel));
        Assert.Empty(await site.HitsAsync(Site.Passport("PELLIK", "JORAN", "UT0000003", 1964, 5, 6), Cancel));
        await InstallAsync(site, first);
        await TakenAsync(site);
        Assert.Equal(2, (await site.Appliance.HealthAsync(Cancel)).GetProperty("list_version").GetInt64());
        await site.PublishAsync(Cancel, Tesselate);
        await site.Appliance.KillAsync();
        await InstallAsync(site, await ExportAsync(site, "third.ecb"));
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 3);
        Assert.Empty(await site.HitsAsync(Site.Passport("DRAGOVAR", "VIKTOR ANSELM", "UT0000004", 1971, 3, 4), Cancel));

        // Nobody has heard from the post, so nobody has confirmed anything.
        var posts = await site.Central.TryCommandAsync(Cancel, "releases", "posts");
        Assert.Equal(1, posts.ExitCode);
        Assert.Contains("NOT YET", posts.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_DamagedCutOffOrForeign_IsRefusedByNameAndChangesNothing()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        var bundle = await ExportAsync(site, "bundle.ecb");
        var whole = await File.ReadAllBytesAsync(bundle, Cancel);
        foreach (var (at, sentence) in new[] { (0, "is not a bundle"), (40, "not signed by this site"), (whole.Length - 1, "is damaged") })
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            await RefusedAsync(site, changed, sentence);
        }

        foreach (var length in new[] { 0, 5, 12, 200, whole.Length / 2, whole.Length - 1 })
            await RefusedAsync(site, whole[..length], "copy it again");
        await RefusedAsync(site, [.. whole, 0], "copy it again");

        await using var other = await Site.StartCentralAsync(Cancel);
        await other.EnrolAsync(Cancel);
        await RefusedAsync(site, await File.ReadAllBytesAsync(await ExportAsync(other, "other.ecb"), Cancel), "not signed by this site");
        Assert.Empty(Directory.Exists(Inbox(site)) ? Directory.GetFiles(Inbox(site)) : []);
    }

    [Fact]
    public async Task Export_ForNobodyOrAStranger_SaysWhatToDo()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        var path = site.Folder.Combine("bundle.ecb");

        Assert.Contains("Name the appliances", (await site.Central.TryCommandAsync(Cancel, "releases", "export-bundle", "--out", path)).Errors, StringComparison.Ordinal);
        Assert.Contains("No appliance is active", (await site.Central.TryCommandAsync(Cancel, "releases", "export-bundle", "--every-appliance", "--out", path)).Errors, StringComparison.Ordinal);
        Assert.Contains("appliances list", (await site.Central.TryCommandAsync(Cancel, "releases", "export-bundle", "--appliance", "nobody", "--out", path)).Errors, StringComparison.Ordinal);
        Assert.Contains("1 to 45", (await site.Central.TryCommandAsync(Cancel, "releases", "export-bundle", "--every-appliance", "--lease-days", "46", "--out", path)).Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static string Inbox(Site site) => Path.Combine(site.Appliance.DataFolder, "inbox");

    private static async Task<string> ExportAsync(Site site, string name)
    {
        var path = site.Folder.Combine(name);
        await site.Central.CommandAsync(Cancel, "releases", "export-bundle", "--every-appliance", "--lease-days", "45", "--out", path);
        return path;
    }

    private static async Task InstallAsync(Site site, string path)
    {
        var installed = await site.Appliance.CommandAsync(Cancel, "releases", "install", path);
        Assert.True(installed.ExitCode == 0, installed.Errors);
    }

    private static Task TakenAsync(Site site) => Until.TrueAsync(
        "the bundle being taken", _ => Task.FromResult(!File.Exists(Path.Combine(Inbox(site), "bundle"))), TimeSpan.FromSeconds(60), Cancel);

    private static async Task RefusedAsync(Site site, byte[] bytes, string sentence)
    {
        var path = site.Folder.Combine("bad.ecb");
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        var refused = await site.Appliance.CommandAsync(Cancel, "releases", "install", path);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(sentence, refused.Errors, StringComparison.Ordinal);
    }
}
