using System.Globalization;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>A list that changes goes to the post as a delta, with the real programs.</summary>
public sealed class DeltaTests
{
    private const string Dragovar = "uto:1,VIKTOR ANSELM DRAGOVAR,,1971-03-04,UTO,M,,inquire";
    private const string Tesselate = "uto:3,MIRA TESSELATE,,1988-02-01,UTO,F,,inquire";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_OfAChangedList_ReachesThePostAsADeltaAndSurvivesARestart()
    {
        await using var site = await Site.StartAsync(Cancel);

        await site.PublishAsync(Cancel, Dragovar, Tesselate);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);

        Assert.Equal(["1.sealed", "2.sealed"], Files(site));
        Assert.True(new FileInfo(File(site, 2)).Length < new FileInfo(File(site, 1)).Length * 2);
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("TESSELATE", "MIRA", "UT0000002", 1988, 2, 1, 'F'), Cancel));
        Assert.Empty(await site.HitsAsync(Site.Passport("PELLIK", "JORAN", "UT0000003", 1964, 5, 6), Cancel));

        await site.Appliance.KillAsync();
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("TESSELATE", "MIRA", "UT0000004", 1988, 2, 1, 'F'), Cancel));
    }

    /// <summary>
    /// The service is killed at random moments while releases come, on average once in each: whatever it was doing, it comes up with a list that
    /// was published, whole, and ends at the newest. CHECKPOINT_LIST_KILLS, CHECKPOINT_SEED.
    /// </summary>
    [Fact]
    public async Task Publish_WhileTheServiceIsKilled_EndsAtTheNewestList()
    {
        var seed = Number("CHECKPOINT_SEED", Random.Shared.Next());
        var kills = Number("CHECKPOINT_LIST_KILLS", 6);
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed} CHECKPOINT_LIST_KILLS={kills}");
        var random = new Random(seed);
        await using var site = await Site.StartAsync(Cancel);
        var version = 1;
        for (var kill = 0; kill < kills; kill++)
        {
            version++;
            await site.PublishAsync(Cancel, [Dragovar, .. Enumerable.Range(0, version * 3).Select(static i => $"uto:{i + 10},ADDED PERSON{(char)('A' + (i % 26))},,1980-01-{(i % 28) + 1:00},UTO,F,,inquire")]);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1500)), TimeProvider.System, Cancel);
            await site.Appliance.KillAsync();
            await site.Appliance.StartAsync(Cancel);
            await site.Appliance.SignInAsync(site.Officer, Cancel);
            await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
            Assert.NotEmpty(await site.HitsAsync(Site.Passport("DRAGOVAR", "VIKTOR ANSELM", $"UT{1000000 + kill}", 1971, 3, 4), Cancel));
        }

        await site.Appliance.ReadyAsync(Cancel, (ulong)version);
        Assert.NotEmpty(await site.HitsAsync(Site.Passport("PERSONA", "ADDED", "UT0000009", 1980, 1, 1, 'F'), Cancel));
    }

    /// <summary>
    /// A bit has flipped in a file of lists, delistings, keys or state while the service was off: it comes up all the same, people sign in, and the listed
    /// traveller is a hit, at once or when central has mended the list. CHECKPOINT_LIST_FLIPS, CHECKPOINT_SEED.
    /// </summary>
    [Fact]
    public async Task Start_WithABitFlippedOnTheCard_ComesUpAndFindsTheListedTraveller()
    {
        var seed = Number("CHECKPOINT_SEED", Random.Shared.Next());
        var flips = Number("CHECKPOINT_LIST_FLIPS", 3);
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed} CHECKPOINT_LIST_FLIPS={flips}");
        var random = new Random(seed);
        await using var site = await Site.StartAsync(Cancel);
        await site.PublishAsync(Cancel, Dragovar, Tesselate);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        for (var flip = 0; flip < flips; flip++)
        {
            await site.Appliance.KillAsync();
            string[] files = [.. new[] { "lists", "suppressions", "content-keys", "state" }
                .Select(folder => Path.Combine(site.Appliance.DataFolder, folder)).Where(Directory.Exists).SelectMany(Directory.GetFiles).Order(StringComparer.Ordinal)];
            var path = files[random.Next(files.Length)];
            var bytes = await System.IO.File.ReadAllBytesAsync(path, Cancel);
            if (bytes.Length > 0)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await System.IO.File.WriteAllBytesAsync(path, bytes, Cancel);

            await site.Appliance.StartAsync(Cancel);
            await site.Appliance.SignInAsync(site.Officer, Cancel);
            await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
            Assert.True(
                (await site.HitsAsync(Site.Passport("DRAGOVAR", "VIKTOR ANSELM", $"UT{2000000 + flip}", 1971, 3, 4), Cancel)).Count > 0,
                $"flip {flip}, {Path.GetFileName(path)}: the listed traveller is no hit\n{site.Appliance.Log}");
        }
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;

    private static string File(Site site, int version) => Path.Combine(site.Appliance.DataFolder, "lists", $"{version:00000000000000000000}.sealed");

    private static IEnumerable<string> Files(Site site) =>
        Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "lists"), "*.sealed").Select(static path => Path.GetFileName(path).TrimStart('0')).Order(StringComparer.Ordinal);
}
