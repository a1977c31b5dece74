using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>The device key of the real program, with a credential as a service manager hands it over, and without.</summary>
public sealed class SealedKeyTests
{
    private const string CredentialName = "edge-checkpoint.device-key";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithACredential_SealsTheKeysOfTheEnrolmentAndNeedsItFromThenOn()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        await site.Appliance.StartAsync(Cancel);
        Assert.Equal("Attention", await DeviceKeyAsync(site));
        await site.Appliance.StopAsync(Cancel);
        Assert.True(IsPlain(site));

        Hand(site, "credentials", RandomNumberGenerator.GetBytes(32));
        await site.Appliance.StartAsync(Cancel);
        Assert.Equal("Ok", await DeviceKeyAsync(site));
        Assert.False(IsPlain(site));
        await Until.TrueAsync(
            "the link to central with the sealed key", async token => (await site.Appliance.HealthAsync(token)).GetProperty("link_up").GetBoolean(), TimeSpan.FromSeconds(30), Cancel);
        await site.Appliance.StopAsync(Cancel);

        site.Appliance.Environment.Clear();
        var without = await site.Appliance.CommandAsync(Cancel, "run");
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("started without the credential", without.Errors, StringComparison.Ordinal);
        Hand(site, "other", RandomNumberGenerator.GetBytes(32));
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => site.Appliance.StartAsync(Cancel));
        Assert.Contains("another board", stopped.Message, StringComparison.Ordinal);
    }

    private static void Hand(Site site, string name, byte[] secret)
    {
        var folder = Directory.CreateDirectory(site.Folder.Combine(name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, CredentialName), secret);
        site.Appliance.Environment["CREDENTIALS_DIRECTORY"] = folder;
    }

    private static bool IsPlain(Site site) =>
        Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "identity"), "*.key")
            .Any(static file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains("PRIVATE KEY", StringComparison.Ordinal));

    private static async Task<string> DeviceKeyAsync(Site site) =>
        (await site.Appliance.HealthAsync(Cancel)).GetProperty("parts").EnumerateArray()
            .Single(static part => part.GetProperty("part").GetString() == "device-key").GetProperty("state").GetString()!;
}
