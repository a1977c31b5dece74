using System.Text.Json;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>The real UN list and the valid documents of the shared collection, where they are there. Nothing of them is kept.</summary>
public sealed class RealDataTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RealListAndDocuments_ThroughTheWholeSystem_AreDurableAtCentral()
    {
        var data = ProgramFiles.SharedData;
        Assert.SkipWhen(data is null, "There is no folder of shared data beside this clone.");
        await using var site = await Site.StartCentralAsync(Cancel);
        var list = Assert.Single(Directory.GetFiles(Path.Combine(data, "names", "un_sc_2026"), "*.xml"));
        await site.Central.CommandAsync(Cancel, "watchlists", "import", "--format", "un-xml", list);
        await site.Central.CommandAsync(Cancel, "watchlists", "publish");
        await site.EnrolAsync(Cancel);
        // Different documents of one collection may bear the same number; none of them is a repetition.
        await site.Appliance.StartAsync(Cancel, settings: ["Inspection:RepeatSeconds=0"]);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);

        var documents = ValidDocuments(Path.Combine(data, "mrz", "cases.jsonl"));
        Assert.NotEmpty(documents);
        var hits = 0;
        foreach (var document in documents)
        {
            var encounter = await site.Appliance.ScanAsync(document, Cancel);
            hits += encounter.Hits.Count;
            await site.Appliance.DecideAsync(encounter, encounter.IsClear ? OutcomeCodes.Admitted : OutcomeCodes.Referred, OutcomeCodes.NotSamePerson, Cancel);
        }

        await site.DurableAsync(documents.Count, Cancel);
        Assert.Equal(documents.Count, await site.Central.RecordsAsync("encounter_verdict", Cancel));
        Assert.Equal(hits, await site.Central.RecordsAsync("hit", Cancel));
        // Other projects' specimens are not on the list of the Security Council: more than a few hits is a broken rule.
        Assert.InRange(hits, 0, documents.Count / 20);
    }

    /// <summary>
    /// UN, OFAC of 2019 and then of 2021, and the EU's, each imported, released and installed by the real programs; what changes goes to the
    /// post by delta. The counts are printed.
    /// </summary>
    [Fact]
    public async Task RealLists_ImportedReleasedAndInstalled_ReachThePostByDelta()
    {
        var data = ProgramFiles.SharedData;
        Assert.SkipWhen(data is null, "There is no folder of shared data beside this clone.");
        var names = Path.Combine(data, "names");
        await using var site = await Site.StartAsync(Cancel);
        (string Form, string Path)[] steps =
        [
            ("un-xml", Assert.Single(Directory.GetFiles(Path.Combine(names, "un_sc_2026"), "*.xml"))),
            ("ofac-csv", Path.Combine(names, "ofac_2019")),
            ("ofac-csv", Path.Combine(names, "ofac_2021")),
            ("eu-csv", Path.Combine(names, "eu_consolidated")),
        ];
        var version = 1UL;
        foreach (var (form, path) in steps)
        {
            var imported = await site.Central.CommandAsync(Cancel, "watchlists", "import", "--format", form, path, "--confirm-removals");
            var published = await site.Central.CommandAsync(Cancel, "watchlists", "publish", "--json");
            await site.Appliance.ReadyAsync(Cancel, ++version);
            var installed = new FileInfo(Path.Combine(site.Appliance.DataFolder, "lists", $"{version:00000000000000000000}.sealed")).Length;
            TestContext.Current.TestOutputHelper?.WriteLine($"{form}: {imported.Trim()} {published.Trim()} {installed} bytes on the card");
        }

        using var status = JsonDocument.Parse(await site.Central.CommandAsync(Cancel, "watchlists", "status", "--json"));
        Assert.InRange(status.RootElement.GetProperty("entries").GetInt32(), 9_000, 20_000);
        Assert.Equal(4, status.RootElement.GetProperty("lists").GetArrayLength());
        var log = await site.Central.CommandAsync(Cancel, "releases", "log");
        Assert.Contains("The log is whole: 5 lines", log, StringComparison.Ordinal);
        await Until.TrueAsync(
            "the post confirming the newest list",
            async token => (await site.Central.TryCommandAsync(token, "releases", "posts")).ExitCode == 0,
            TimeSpan.FromSeconds(60),
            Cancel);
    }

    private static List<string[]> ValidDocuments(string path)
    {
        var documents = new List<string[]>();
        foreach (var line in File.ReadLines(path))
        {
            using var row = JsonDocument.Parse(line);
            // Driving licences are no travel documents; every other format of the collection is read.
            if (row.RootElement.GetProperty("valid").GetBoolean()
                && row.RootElement.GetProperty("format").GetString() is "TD1" or "TD2" or "TD3" or "MRV-A" or "MRV-B" or "FRENCH_ID")
            {
                documents.Add([.. row.RootElement.GetProperty("lines").EnumerateArray().Select(static text => text.GetString()!)]);
            }
        }

        return documents;
    }
}
