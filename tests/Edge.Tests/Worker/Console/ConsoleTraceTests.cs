using System.Net;
using EdgeCheckpoint.Edge.Tests.Worker.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Edge.Tests.Worker.Console;

/// <summary>What the journal keeps of looks at travellers and of what was refused (guardrail 10).</summary>
public sealed class ConsoleTraceTests
{
    [Fact]
    public async Task Page_CardNearlyFull_TellsTheOfficerToStopAndHealthSaysSo()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = await rig.BrowserOfAsync("officer");
        Assert.DoesNotContain("then stop: use the paper procedure", await browser.LoadAsync(), StringComparison.Ordinal);
        rig.Disk.UsedPercent = 96;

        rig.Services.GetRequiredService<JournalStore>().Upkeep();

        Assert.Contains("The card is 96 % full. Decide what is open, then stop: use the paper procedure", await browser.LoadAsync(), StringComparison.Ordinal);
        Assert.Contains("\"part\":\"journal\",\"state\":\"Failed\"", await browser.LoadAsync("/healthz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakingOver_WithAnEncounterOpen_IsAViewOfIt()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var officer = await rig.BrowserOfAsync("officer");
        await officer.PostAsync("/encounters/manual", ("surname", "Lindquist"), ("given_names", "Astrid"), ("reason", "damaged page"));
        Assert.DoesNotContain(Trace(rig), static header => header.Kind == RecordKind.Viewed);

        using var supervisor = await rig.BrowserOfAsync("supervisor");

        var view = Assert.Single(Trace(rig), static header => header.Kind == RecordKind.Viewed);
        Assert.Equal("SUP-02", view.ActorId);
        Assert.NotNull(view.EncounterId);
    }

    [Fact]
    public async Task TakingOver_ByATechnician_IsNoViewSinceNothingIsShown()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var officer = await rig.BrowserOfAsync("officer");
        await officer.PostAsync("/encounters/manual", ("surname", "Lindquist"), ("given_names", "Astrid"), ("reason", "damaged page"));

        using var technician = await rig.BrowserOfAsync("technician");

        Assert.DoesNotContain(Trace(rig), static header => header.Kind == RecordKind.Viewed);
        Assert.DoesNotContain("LINDQUIST", await technician.LoadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForgedForm_BeforeAnybodySignedIn_IsWrittenOnceAMinute()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = rig.Browser();

        for (var i = 0; i < 3; i++)
        {
            using var forged = await browser.SendAsync(HttpMethod.Post, "/sign-in", ("staff", "OFF-17"), ("secret", InventedPeople.OfficerSecret));
            Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        }

        var refusal = Assert.Single(Trace(rig), static header => header.Kind == RecordKind.ActionRefused);
        Assert.Equal(RecordDraft.Appliance, refusal.ActorId);
    }

    [Fact]
    public async Task Change_BeforeAnybodySignedIn_IsWrittenAndALookIsNot()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = rig.Browser();
        using var look = await browser.SendAsync(HttpMethod.Get, "/encounters/open");
        Assert.DoesNotContain(Trace(rig), static header => header.Kind == RecordKind.ActionRefused);

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.PostAsync("/accounts/block", ("staff", "OFF-17"), ("reason", "x")));

        Assert.Equal(RecordDraft.Appliance, Assert.Single(Trace(rig), static header => header.Kind == RecordKind.ActionRefused).ActorId);
    }

    private static IReadOnlyList<RecordHeader> Trace(ConsoleRig rig)
    {
        var batch = rig.Services.GetRequiredService<JournalStore>().ReadUnsent(Lane.Audit);
        return batch is null ? [] : [.. batch.Records.Select(static record => RecordHeader.Parse(record.Header).Value)];
    }
}
