using System.Net;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

public sealed class SignInTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task SignIn_RightPassphrase_SetsAStrictCookieAndIsAudited()
    {
        await _site.AddStaffAsync("m.okonkwo", StaffRole.Monitor, Browser.Passphrase);
        using var browser = new Browser(_site);

        using var answer = await browser.SignInAsync("m.okonkwo", Browser.Passphrase);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), static value => value.StartsWith("central-checkpoint=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(await AuditAsync(), static line => line is { Action: AuditAction.SignedIn, Actor: "m.okonkwo" });
    }

    [Fact]
    public async Task SignIn_FiveWrongPassphrases_LockEvenForTheRightOne()
    {
        await _site.AddStaffAsync("m.okonkwo", StaffRole.Monitor, Browser.Passphrase);
        using var browser = new Browser(_site);
        for (var i = 0; i < 5; i++)
            (await browser.SignInAsync("m.okonkwo", "wrong")).Dispose();

        using var locked = await browser.SignInAsync("m.okonkwo", Browser.Passphrase);
        _site.Time.Advance(TimeSpan.FromMinutes(1));
        using var open = await browser.SignInAsync("m.okonkwo", Browser.Passphrase);

        Assert.Equal(HttpStatusCode.Unauthorized, locked.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, open.StatusCode);
        Assert.Contains(await AuditAsync(), static line => line is { Action: AuditAction.SignInRefused, Detail: "locked" });
    }

    [Fact]
    public async Task SignIn_UnknownName_IsNotWrittenDown()
    {
        using var browser = new Browser(_site);

        using var answer = await browser.SignInAsync("hunter2-typed-here", "x");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain(await AuditAsync(), static line => line.ToString().Contains("hunter2", StringComparison.Ordinal));
        Assert.DoesNotContain(_site.Log.Lines, static line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("password")]
    [InlineData("time")]
    public async Task Session_AccountChangesOrEightHoursPass_Ends(string what)
    {
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Monitor);
        var accounts = _site.App.Services.GetRequiredService<StaffAccounts>();
        switch (what)
        {
            case "disabled":
                await accounts.DisableAsync("staff-Monitor", TestSite.Actor, Token);
                break;
            case "password":
                await accounts.SetPasswordAsync("staff-Monitor", "another-long-passphrase", TestSite.Actor, Token);
                break;
            default:
                _site.Time.Advance(TimeSpan.FromHours(8.1));
                break;
        }

        using var answer = await browser.GetAsync("/posts");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PasswordHash_Always_RecordsItsIterations()
    {
        await _site.AddStaffAsync("m.okonkwo", StaffRole.Monitor, Browser.Passphrase);

        var hash = Convert.FromBase64String((await _site.Store.Staff.FindAsync("m.okonkwo", Token))!.PasswordHash);

        // Identity's form v3: marker, function, iterations, salt length, all big-endian.
        Assert.Equal(1, hash[0]);
        Assert.Equal(210_000u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(10, 32)]
    [InlineData(11, 60)]
    [InlineData(1_000_000, 60)]
    public void LockFor_MoreAttempts_DoublesUpToAnHour(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), StaffAccounts.LockFor(attempts));

    [Fact]
    public async Task Events_CentralStops_EndAtOnce()
    {
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Monitor);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync(Token);
        using var reader = new StreamReader(stream);

        var ready = await reader.ReadLineAsync(Token);
        await _site.LookForNewsAsync();
        var changed = "";
        while (changed is "" or "data: ")
            changed = await reader.ReadLineAsync(Token);
        var started = TimeProvider.System.GetTimestamp();
        await _site.App.StopAsync(Token);

        Assert.Equal(("event: ready", "event: changed"), (ready, changed));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(_site.Log.Lines, static line => line.Contains("OperationCanceled", StringComparison.Ordinal));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<IEnumerable<AuditEvent>> AuditAsync() =>
        (await _site.Store.Audit.ReadNewestAsync(100, Token)).Select(static line => line.Event);
}
