using System.Net;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>The counter page listens on loopback, answers only itself, and stops at once although a page is listening.</summary>
public sealed class ConsoleGuardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counter_ForeignHostOrOrigin_IsRefused()
    {
        await using var site = await Site.StartAsync(Cancel);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

        using var rebound = new HttpRequestMessage(HttpMethod.Get, site.Appliance.CounterAddress) { Headers = { Host = "evil.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(rebound, Cancel)).StatusCode);
        using var forged = new HttpRequestMessage(HttpMethod.Post, new Uri(site.Appliance.CounterAddress, "/sign-out"));
        forged.Headers.Add("Origin", "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(forged, Cancel)).StatusCode);
        using var sandboxed = new HttpRequestMessage(HttpMethod.Post, new Uri(site.Appliance.CounterAddress, "/sign-out"));
        sandboxed.Headers.Add("Origin", "null");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(sandboxed, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, await site.Appliance.PostAsync("/sign-out", Cancel));
        var page = await client.GetAsync(site.Appliance.CounterAddress, Cancel);
        // Under "no-referrer" a browser would send the page's own forms with the origin "null".
        Assert.Equal("same-origin", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counter_ManualEntry_IsScreenedLikeAScan()
    {
        await using var site = await Site.StartAsync(Cancel);

        await site.Appliance.PostAsync(
            "/encounters/manual", Cancel,
            ("surname", "Dragovar"), ("given_names", "Viktor Anselm"), ("birth_date", "1971-03-04"), ("reason", "damaged page"));

        var encounter = Assert.Single(await site.Appliance.OpenAsync(Cancel));
        Assert.False(encounter.IsClear);
        Assert.Equal(["uto:1"], encounter.Hits);
    }

    [Fact]
    public async Task Counter_MarkupInATypedName_IsShownAsText()
    {
        await using var site = await Site.StartAsync(Cancel);

        await site.Appliance.PostAsync(
            "/encounters/manual", Cancel, ("surname", "<script>alert(1)</script>"), ("reason", "<b>x</b>"));

        var page = await site.Appliance.PageAsync(Cancel);
        Assert.DoesNotContain("<SCRIPT>ALERT", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;SCRIPT&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_StoppedWhileAPageListens_EndsWithinSeconds()
    {
        await using var site = await Site.StartAsync(Cancel);
        using var client = new HttpClient();
        await using var events = await client.GetStreamAsync(new Uri(site.Appliance.CounterAddress, "/events"), Cancel);
        using var reader = new StreamReader(events);
        Assert.Equal("event: changed", await reader.ReadLineAsync(Cancel));
        var start = TimeProvider.System.GetTimestamp();

        Assert.Equal(0, await site.Appliance.StopAsync(Cancel));

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 9);
    }
}
