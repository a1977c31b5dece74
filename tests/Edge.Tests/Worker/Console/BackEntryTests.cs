using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Edge.Tests.Worker.Console;

/// <summary>What was written on paper during an outage, entered afterwards.</summary>
public sealed class BackEntryTests
{
    [Fact]
    public async Task Enter_FromPaper_IsScreenedRecordedAndMarkedWithTheStatedTime()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var supervisor = await rig.BrowserOfAsync("supervisor");
        var now = rig.Services.GetRequiredService<ClockKeeper>().Read().Wall;
        var crossed = new DateTimeOffset(now.AddHours(-30).Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);

        await supervisor.PostAsync("/encounters/back-entry", Fields(crossed));

        var encounter = Assert.Single(rig.Services.GetRequiredService<EncounterBook>().State.Open);
        Assert.Equal(RecordFlags.ManualEntry | RecordFlags.BackEntered, encounter.Verdict.Flags & (RecordFlags.ManualEntry | RecordFlags.BackEntered));
        Assert.Equal(ClockReading.ToUnixMicroseconds(crossed), encounter.Verdict.CrossedUnixMicroseconds);
        Assert.InRange(encounter.Verdict.WallUnixMicroseconds, ClockReading.ToUnixMicroseconds(now.AddMinutes(-5)), long.MaxValue);
        Assert.Equal("From paper: list 4, line 7", encounter.Person.Note);
        Assert.NotEmpty(encounter.Verdict.OutcomeCodes);
        Assert.Contains("Entered from paper afterwards", await supervisor.LoadAsync(), StringComparison.Ordinal);

        await supervisor.PostAsync($"/encounters/{encounter.Id}/decision", ("outcome", "201"), ("stale", "yes"), ("showing", encounter.Showing.ToString()));
        var written = rig.Services.GetRequiredService<JournalStore>().ReadUnsent(Lane.Encounters)!.Records.Select(static record => RecordHeader.Parse(record.Header).Value).ToArray();
        Assert.Equal([RecordKind.EncounterVerdict, RecordKind.EncounterDecision], written.Select(static header => header.Kind));
        Assert.All(written, header => Assert.Equal(ClockReading.ToUnixMicroseconds(crossed), header.CrossedUnixMicroseconds));
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(-91 * 24, "")]
    [InlineData(-1, "surname")]
    [InlineData(-1, "paper")]
    [InlineData(-1, "crossed_time")]
    public async Task Enter_ImpossibleOrIncomplete_RecordsNothing(int hours, string without)
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var supervisor = await rig.BrowserOfAsync("supervisor");
        var clock = rig.Services.GetRequiredService<ClockKeeper>();
        clock.Confirm(clock.Read().Wall);
        var crossed = clock.Read().Wall.AddHours(hours);

        await supervisor.PostAsync("/encounters/back-entry", [.. Fields(crossed).Where(field => field.Name != without)]);

        Assert.Empty(rig.Services.GetRequiredService<EncounterBook>().State.Open);
        Assert.NotNull(rig.Services.GetRequiredService<EncounterBook>().State.Notice);
    }

    private static (string Name, string Value)[] Fields(DateTimeOffset crossed) =>
    [
        ("surname", "Lindquist"), ("given_names", "Astrid"), ("birth_date", "1987-02"), ("nationality", "uto"), ("paper", "list 4, line 7"),
        ("crossed_date", crossed.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
        ("crossed_time", crossed.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
