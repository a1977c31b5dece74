using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>A change of authority and keys while the appliance's service is off: the real programs, the real wire.</summary>
public sealed class KeyRotationTests
{
    [Fact]
    public async Task Appliance_OffDuringTheChangeOfAuthorityAndKeys_ComesBackAndWorksOn()
    {
        var token = TestContext.Current.CancellationToken;
        await using var site = await Site.StartAsync(token);
        await RootAsync(site, version: 1, token);
        await site.Appliance.StopAsync(token);

        // While it is off: a new authority, then new watchlist, timestamp and root keys, then a list by the new keys.
        var draft = site.Folder.Combine("root-2.json");
        await site.Central.CommandAsync(token, "keys", "ca", "rotate", "--out", draft);
        await site.Central.CommandAsync(token, "keys", "sign", "--kept", "--yes", "--in", draft);
        await site.Central.CommandAsync(token, "keys", "root", "publish", draft);
        foreach (var role in (string[])["watchlist", "timestamp", "root"])
            await site.Central.CommandAsync(token, "keys", "rotate", "--role", role);
        await site.PublishAsync(token, "uto:1,VIKTOR ANSELM DRAGOVAR,,1971-03-04,UTO,M,,inquire", "uto:3,MIRA TESSELATE,,1988-02-01,UTO,F,,inquire");
        var early = await site.Central.TryCommandAsync(token, "keys", "ca", "retire", "--out", site.Folder.Combine("r.json"));
        Assert.Contains("trusts root 1; it needs root 2", early.Errors, StringComparison.Ordinal);

        await site.Appliance.StartAsync(token);
        await site.Appliance.SignInAsync(site.Officer, token);
        await site.Appliance.ReadyAsync(token, listVersion: 2);
        await RootAsync(site, version: 5, token);
        var encounter = await site.Appliance.ScanAsync(Site.Passport("TESSELATE", "MIRA", "UT9912345", 1988, 2, 1, 'F'), token);
        Assert.Equal(["uto:3"], encounter.Hits);

        // And once more without anything new: the chain on its card verifies at the start.
        await site.Appliance.StopAsync(token);
        await site.Appliance.StartAsync(token);
        await site.Appliance.SignInAsync(site.Officer, token);
        await site.Appliance.ReadyAsync(token, listVersion: 2);
    }

    private static Task RootAsync(Site site, int version, CancellationToken cancellationToken) =>
        Until.TrueAsync(
            $"the appliance reporting root {version} (it says:\n{site.Appliance.Log})",
            async token => (await site.Central.StatusAsync(token)).GetProperty("appliances")[0].GetProperty("root_version").GetInt32() == version,
            TimeSpan.FromSeconds(60),
            cancellationToken);
}
