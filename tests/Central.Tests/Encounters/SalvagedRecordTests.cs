using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Encounters;

/// <summary>What damage on a card cut off comes inside another record, and counts as what it is.</summary>
public sealed class SalvagedRecordTests : IAsyncLifetime
{
    private readonly Guid _encounter = Guid.NewGuid();
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EncounterDesk Desk => _site.App.Services.GetRequiredService<EncounterDesk>();

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Open_IsShownAsItWasAndFoundByItsPerson()
    {
        var stranded = Stranded(Lane.Encounters, RecordKind.EncounterVerdict, InventedPerson.Traveller);
        await PushAsync(Lane.Encounters, _appliance.NextCarrying(Lane.Encounters, stranded, RecordKind.EncounterVerdict, _encounter));

        var record = Assert.Single((await OpenAsync()).Records);
        Assert.Equal(RecordKind.EncounterVerdict, record.Header.Kind);
        Assert.Equal(InventedPerson.Surname, record.Personal!.Surname);
        var term = _site.Keys.BlindIndex.Document(Documents.DocumentNumber.Parse(InventedPerson.DocumentNumber))!;
        Assert.Single(await _site.Store.Records.FindByTermAsync(term, Token));
    }

    [Fact]
    public async Task Open_OfAnAppliancesFormerSoftware_WhichSaidNotWhatItCarries_IsShownAllTheSame()
    {
        var stranded = Stranded(Lane.Encounters, RecordKind.EncounterVerdict, InventedPerson.Traveller);
        await PushAsync(Lane.Encounters, _appliance.NextCarrying(Lane.Encounters, stranded, null, _encounter));

        Assert.Equal(InventedPerson.Surname, Assert.Single((await OpenAsync()).Records).Personal!.Surname);
    }

    [Fact]
    public async Task Open_OfACardThatWasDamagedTwice_IsShownAsItWas()
    {
        var stranded = Stranded(Lane.Encounters, RecordKind.EncounterVerdict, InventedPerson.Traveller);
        var carrier = _appliance.NextCarrying(Lane.Encounters, stranded, RecordKind.EncounterVerdict, _encounter);
        _appliance.Rewind(Lane.Encounters, 0, RecordChain.Genesis(_appliance.Id, _appliance.Epoch, Lane.Encounters));
        await PushAsync(Lane.Encounters, _appliance.NextCarrying(Lane.Encounters, carrier, RecordKind.EncounterVerdict, _encounter));

        Assert.Equal(InventedPerson.Surname, Assert.Single((await OpenAsync()).Records).Personal!.Surname);
    }

    [Fact]
    public async Task List_OfACarriedRefusal_SaysRefusedWithoutOpeningIt()
    {
        var decision = Stranded(Lane.Encounters, RecordKind.EncounterDecision, null, (ushort)OutcomeCode.Refused);
        await PushAsync(
            Lane.Encounters, _appliance.NextCarrying(Lane.Encounters, decision, RecordKind.EncounterDecision, _encounter, (ushort)OutcomeCode.Refused));

        var listed = Assert.Single((await Desk.ReadRecentAsync(10, Token)).Encounters);
        Assert.Equal(OutcomeCode.Refused, listed.Outcome);
        Assert.Equal(0, listed.Hits);
        Assert.Single(await _site.Store.Records.ReadKindAsync(Lane.Encounters, RecordKind.EncounterDecision, DateTimeOffset.UnixEpoch, Token), static stored => stored.IsIntact);
    }

    [Fact]
    public async Task List_OfACarriedHit_CountsIt()
    {
        var hit = Stranded(Lane.Alerts, RecordKind.Hit, InventedPerson.Traveller);
        await PushAsync(Lane.Alerts, _appliance.NextCarrying(Lane.Alerts, hit, RecordKind.Hit, _encounter));

        Assert.Equal(1, Assert.Single((await Desk.ReadRecentAsync(10, Token)).Encounters).Hits);
    }

    /// <summary>The carrier has a small number in the new epoch, what it carries a large one of the old.</summary>
    [Fact]
    public async Task Summary_DecidedAgainAfterACarriedDecision_SaysTheLaterOne()
    {
        _appliance.Rewind(Lane.Encounters, 40, new byte[RecordChain.ValueLength]);
        var stranded = Decision(OutcomeCode.Refused);
        _appliance.BeginEpoch();
        _site.Time.Advance(TimeSpan.FromMinutes(5));
        await PushAsync(Lane.Encounters, Carrier(Lane.Encounters, stranded), Decision(OutcomeCode.Admitted));

        Assert.Equal(OutcomeCode.Admitted, (await SummaryAsync()).Outcome);
    }

    [Fact]
    public async Task Summary_DecidedAgainInANewEpoch_SaysTheLaterOne()
    {
        await PushAsync(
            Lane.Encounters,
            _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, _encounter, InventedPerson.Traveller, (ushort)OutcomeCode.ProposedRefer),
            _appliance.Next(Lane.Encounters, RecordKind.Viewed),
            Decision(OutcomeCode.Refused));
        _appliance.BeginEpoch();
        _site.Time.Advance(TimeSpan.FromMinutes(5));
        await PushAsync(Lane.Encounters, Decision(OutcomeCode.Admitted));

        var summary = await SummaryAsync();
        Assert.Equal((OutcomeCode.ProposedRefer, OutcomeCode.Admitted), (summary.Proposal, summary.Outcome));
    }

    /// <summary>What was written before the damage came later, by a rescue of the card: its number is large, its time is not.</summary>
    [Fact]
    public async Task Summary_OldEpochThatArrivesLater_DoesNotUndoTheLaterDecision()
    {
        var old = (Lane: Lane.Encounters, Records: new[] { Decision(OutcomeCode.Referred), Decision(OutcomeCode.Refused) }, _appliance.Epoch);
        var late = _appliance.Batch(old.Lane, 1, RecordChain.Genesis(_appliance.Id, old.Epoch, old.Lane), old.Records);
        _appliance.BeginEpoch();
        _site.Time.Advance(TimeSpan.FromMinutes(5));
        await PushAsync(Lane.Encounters, Carrier(Lane.Encounters, old.Records[1]), Decision(OutcomeCode.Admitted));
        Assert.Equal(Protos.V1.PushOutcome.Stored, (await _appliance.PushAsync(late)).Outcome);

        Assert.Equal(OutcomeCode.Admitted, (await SummaryAsync()).Outcome);
    }

    [Fact]
    public async Task Summary_ClockSetBackBetweenTwoDecisions_GoesByTheNumber()
    {
        var first = Decision(OutcomeCode.Refused);
        _appliance.ClockAhead = TimeSpan.FromHours(-3);
        await PushAsync(Lane.Encounters, first, Decision(OutcomeCode.Admitted));

        Assert.Equal(OutcomeCode.Admitted, (await SummaryAsync()).Outcome);
    }

    [Fact]
    public async Task Summary_HitThatCameInCarriersAndByItself_CountsOnce()
    {
        var hit = _appliance.Next(Lane.Alerts, RecordKind.Hit, _encounter, InventedPerson.Traveller);
        await PushAsync(Lane.Alerts, hit);
        _appliance.BeginEpoch();
        var carrier = Carrier(Lane.Alerts, hit);
        await PushAsync(Lane.Alerts, carrier);
        _appliance.BeginEpoch();
        await PushAsync(Lane.Alerts, Carrier(Lane.Alerts, carrier), _appliance.Next(Lane.Alerts, RecordKind.Hit, _encounter, InventedPerson.Traveller));

        Assert.Equal(2, (await SummaryAsync()).Hits);
    }

    [Fact]
    public async Task Posts_AfterACarriedEmergency_AreAlarmed()
    {
        var emergency = Stranded(Lane.Alerts, RecordKind.EmergencyAccess, new PersonalPart { Note = "Nobody else was there." });
        await PushAsync(Lane.Alerts, _appliance.NextCarrying(Lane.Alerts, emergency, RecordKind.EmergencyAccess, _encounter));

        Assert.Single(await _site.Store.Records.ReadKindAsync(Lane.Alerts, RecordKind.EmergencyAccess, DateTimeOffset.UnixEpoch, Token));
    }

    [Fact]
    public async Task LostAppliance_OfACarriedVerdict_NamesItsTraveller()
    {
        var stranded = Stranded(Lane.Encounters, RecordKind.EncounterVerdict, InventedPerson.Traveller);
        await PushAsync(Lane.Encounters, _appliance.NextCarrying(Lane.Encounters, stranded, RecordKind.EncounterVerdict, _encounter));

        var report = (await _site.App.Services.GetRequiredService<LostAppliance>().ReportAsync(_appliance.Id, "stolen", "case 1", "m.okonkwo", Token)).Value;

        Assert.Equal(InventedPerson.Surname, Assert.Single(report.Travellers).Person.Surname);
    }

    [Theory]
    [InlineData(RecordKind.EncounterVerdict, (ushort)OutcomeCode.Admitted)]
    [InlineData(RecordKind.EncounterDecision, (ushort)OutcomeCode.Admitted)]
    public async Task Open_OfACarrierThatSaysAnotherThing_IsNotTakenForIt(RecordKind said, ushort code)
    {
        var decision = Stranded(Lane.Encounters, RecordKind.EncounterDecision, InventedPerson.Traveller, (ushort)OutcomeCode.Refused);
        await PushAsync(Lane.Encounters, _appliance.NextCarrying(Lane.Encounters, decision, said, _encounter, code));

        await IsNotShownAsync();
    }

    [Fact]
    public async Task Open_OfARecordOfAnotherEncounter_IsNotShown()
    {
        var stranded = _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, Guid.NewGuid(), InventedPerson.Traveller);
        _appliance.Rewind(Lane.Encounters, 0, RecordChain.Genesis(_appliance.Id, _appliance.Epoch, Lane.Encounters));
        await PushAsync(Lane.Encounters, _appliance.NextCarrying(Lane.Encounters, stranded, RecordKind.EncounterVerdict, _encounter));

        await IsNotShownAsync();
    }

    [Fact]
    public async Task Open_OfARecordOfAnotherAppliance_IsNotShown()
    {
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        var stranded = other.Next(Lane.Encounters, RecordKind.EncounterVerdict, _encounter, InventedPerson.Traveller);
        var note = SalvagedRecord.ToNote(other.Epoch, stranded);
        await PushAsync(Lane.Encounters, _appliance.Next(Lane.Encounters, RecordKind.Salvaged, _encounter, new PersonalPart { Note = note }));

        await IsNotShownAsync();
    }

    /// <summary>A record that never reached central: the chain goes on without it.</summary>
    private SealedRecord Stranded(Lane lane, RecordKind kind, PersonalPart? personal, params ReadOnlySpan<ushort> codes)
    {
        var record = _appliance.Next(lane, kind, _encounter, personal, codes);
        _appliance.Rewind(lane, 0, RecordChain.Genesis(_appliance.Id, _appliance.Epoch, lane));
        return record;
    }

    /// <summary>A lane of the present epoch, from its beginning.</summary>
    private async Task PushAsync(Lane lane, params SealedRecord[] records)
    {
        var genesis = RecordChain.Genesis(_appliance.Id, _appliance.Epoch, lane);
        Assert.Equal(Protos.V1.PushOutcome.Stored, (await _appliance.PushAsync(_appliance.Batch(lane, 1, genesis, records))).Outcome);
    }

    private SealedRecord Decision(OutcomeCode outcome) =>
        _appliance.Next(Lane.Encounters, RecordKind.EncounterDecision, _encounter, null, (ushort)outcome);

    private SealedRecord Carrier(Lane lane, SealedRecord carried)
    {
        var header = RecordHeader.Parse(carried.Header).Value;
        return _appliance.NextCarrying(lane, carried, header.EffectiveKind, _encounter, header.OutcomeCodes.AsSpan());
    }

    /// <summary>The list opens nothing, the page opens all; they must not say two things of one encounter.</summary>
    private async Task<EncounterSummary> SummaryAsync()
    {
        var listed = Assert.Single((await Desk.ReadRecentAsync(10, Token)).Encounters);
        Assert.Equal(listed, (await OpenAsync()).Summary);
        return listed;
    }

    private async Task<OpenedEncounter> OpenAsync() => (await Desk.OpenAsync(_encounter, "", "redress", "case 1", "m.okonkwo", Token)).Value;

    private async Task IsNotShownAsync()
    {
        var record = Assert.Single((await OpenAsync()).Records);
        Assert.Null(record.Personal);
        Assert.Contains("carries another record than it says", record.Sealing, StringComparison.Ordinal);
    }
}
