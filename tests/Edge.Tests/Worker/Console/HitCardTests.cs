using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Edge.Tests.Worker.Console;

/// <summary>What the counter page says of a hit.</summary>
public sealed class HitCardTests
{
    private static readonly PersonalCandidate Plain = new(
        "uto:1", "alert", "0.930", "Dragovar, Viktor", "Utopia national list", "Inquire", "one letter differs", "date of birth");

    [Fact]
    public async Task Page_ExitAlertThatIdentifiesWeakly_SaysWhatItRestsOnAndWhoAnswers()
    {
        var page = await ShowAsync(Plain with { CourtReference = "District Court 3 K 14/26", Supervisor = "Head of shift", Mark = WatchlistEntry.WeaklyIdentified });

        Assert.Contains("Rests on: District Court 3 K 14/26", page, StringComparison.Ordinal);
        Assert.Contains("Answers for it: Head of shift", page, StringComparison.Ordinal);
        Assert.Contains("WEAKLY IDENTIFIED", page, StringComparison.Ordinal);
        Assert.Contains("Crossing</dt><dd>exit", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OrdinaryHit_SaysNothingOfThese()
    {
        var page = await ShowAsync(Plain);

        Assert.Contains("Possible match - verify identity", page, StringComparison.Ordinal);
        Assert.All(["Rests on", "Answers for it", "WEAKLY"], words => Assert.DoesNotContain(words, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_DocumentReported_IsNoMatchOfAPerson()
    {
        var page = await ShowAsync(Plain with { EntryId = "document:Stolen in Utopia", MatchedName = "", ListName = "Stolen in Utopia", Action = "SeizeDocument", Kind = PersonalCandidate.DocumentKind });

        Assert.Contains("Document reported stolen or lost - verify the document", page, StringComparison.Ordinal);
        Assert.Contains("Not the listed document", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Possible match - verify identity", page, StringComparison.Ordinal);
    }

    private static async Task<string> ShowAsync(PersonalCandidate candidate)
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var officer = await rig.BrowserOfAsync("officer");
        var person = new PersonalPart { Surname = "DRAGOVAR", Candidates = [candidate] };
        var draft = new RecordDraft(Lane.Encounters, RecordKind.EncounterVerdict, RecordDraft.Appliance)
        {
            EncounterId = Guid.NewGuid(),
            OutcomeCodes = [(ushort)OutcomeCode.ProposedRefer],
            Flags = RecordFlags.AtExit,
            Personal = person,
        };
        var header = rig.Services.GetRequiredService<JournalStore>().Append(draft)[0];
        rig.Services.GetRequiredService<EncounterBook>().Add(new OpenEncounter(header, person, IsResumed: false));
        return await officer.LoadAsync();
    }
}
