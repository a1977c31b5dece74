using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Decisions;

public sealed class DecisionRulesTests
{
    private const string SecondPerson = "A second person must confirm: enter a staff number that is not yours.";
    private const string OpenHit = "Every possible match needs an outcome before the encounter can be closed.";

    private static readonly ListStatus Fresh = new(12, TimeSpan.FromHours(3), ListFreshness.Fresh);
    private static readonly ListStatus Stale = new(12, TimeSpan.FromDays(9), ListFreshness.Stale);

    [Theory]
    [InlineData(OutcomeCode.Admitted)]
    [InlineData(OutcomeCode.Referred)]
    [InlineData(OutcomeCode.ProtectionReferral)]
    [InlineData(OutcomeCode.Withdrawn)]
    public void Check_OrdinaryOutcomeByOnePerson_MayBeRecorded(OutcomeCode outcome) => Assert.Empty(Check(Request(outcome)));

    [Theory]
    [InlineData((OutcomeCode)0)]
    [InlineData(OutcomeCode.ProposedClear)]
    [InlineData(OutcomeCode.ReasonHit)]
    [InlineData(OutcomeCode.HitConfirmed)]
    [InlineData((OutcomeCode)205)]
    public void Check_CodeThatIsNoDecision_IsRefused(OutcomeCode outcome) =>
        Assert.Equal(["Choose what becomes of the traveller."], Check(Request(outcome)));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Check_NobodyDecides_IsRefused(string actor) =>
        Assert.Equal(["Say who decides: enter your staff number."], Check(Request() with { ActorId = actor }));

    [Fact]
    public void Check_OpenHit_CannotBeClosed()
    {
        // Guardrail 2, whatever the outcome.
        foreach (var outcome in (OutcomeCode[])[OutcomeCode.Admitted, OutcomeCode.Referred, OutcomeCode.Withdrawn, OutcomeCode.ProtectionReferral])
            Assert.Equal([OpenHit], Check(Request(outcome, Hit(null))));
        Assert.Equal([OpenHit], Check(Request(OutcomeCode.Admitted, Hit(OutcomeCode.HitNotSamePerson), Hit(null), Hit(null))));
    }

    [Theory]
    [InlineData(OutcomeCode.Admitted)]
    [InlineData((OutcomeCode)299)]
    [InlineData((OutcomeCode)304)]
    public void Check_CodeThatIsNoHitOutcome_LeavesTheHitOpen(OutcomeCode outcome) =>
        Assert.Equal([OpenHit], Check(Request(OutcomeCode.Admitted, Hit(outcome))));

    [Theory]
    [InlineData(OutcomeCode.HitConfirmed)]
    [InlineData(OutcomeCode.HitNotSamePerson)]
    [InlineData(OutcomeCode.HitUnresolvedReleased)]
    public void Check_HitResolvedWithoutForce_NeedsNoSecondPerson(OutcomeCode outcome) =>
        Assert.Empty(Check(Request(OutcomeCode.Admitted, Hit(outcome))));

    [Fact]
    public void Check_Refused_NeedsASecondPerson()
    {
        Assert.Equal([SecondPerson], Check(Request(OutcomeCode.Refused)));
        Assert.Empty(Check(Request(OutcomeCode.Refused) with { SecondActorId = "officer-18" }));
    }

    [Theory]
    [InlineData("officer-17")]
    [InlineData(" OFFICER-17 ")]
    [InlineData("")]
    [InlineData(" ")]
    public void Check_SecondPersonIsTheFirst_IsRefused(string second) =>
        Assert.Equal([SecondPerson], Check(Request(OutcomeCode.Refused) with { SecondActorId = second }));

    [Theory]
    [InlineData(RequestedAction.CustodyRequest)]
    [InlineData(RequestedAction.SeizeDocument)]
    [InlineData(RequestedAction.Refuse)]
    [InlineData(RequestedAction.Inform)]
    public void Check_HandedOver_NeedsASecondPerson(RequestedAction action)
    {
        var request = Request(OutcomeCode.Referred, Hit(OutcomeCode.HitHandedOver, action));

        Assert.Equal([SecondPerson], Check(request));
        Assert.True(DecisionRules.IsCoercive(request));
        Assert.Empty(Check(request with { SecondActorId = "officer-18" }));
    }

    [Fact]
    public void Check_HandedOverToProtection_IsNotCoercive() =>
        Assert.Empty(Check(Request(OutcomeCode.ProtectionReferral, Hit(OutcomeCode.HitHandedOver, RequestedAction.Protect))));

    [Fact]
    public void Check_StaleList_NeedsAnAcknowledgement()
    {
        // Guardrail 12: it never stops the work, it must be seen.
        Assert.Equal(["Acknowledge that the list is too old."], DecisionRules.Check(Request(), Stale).AsEnumerable());
        Assert.Empty(DecisionRules.Check(Request() with { IsStaleListAcknowledged = true }, Stale));
    }

    [Theory]
    [InlineData(ListFreshness.Unknown)]
    [InlineData(ListFreshness.Aging)]
    [InlineData(ListFreshness.None)]
    public void Check_OtherStatesOfTheList_NeverStopTheOfficer(ListFreshness freshness) =>
        Assert.Empty(DecisionRules.Check(Request(), new ListStatus(12, null, freshness)));

    [Fact]
    public void Check_EverythingWrong_ReportsAll() =>
        Assert.Equal(4, DecisionRules.Check(Request((OutcomeCode)0, Hit(null), Hit(OutcomeCode.HitHandedOver)), Stale).Length);

    private static string[] Check(DecisionRequest request) => [.. DecisionRules.Check(request, Fresh)];

    private static DecisionRequest Request(OutcomeCode outcome = OutcomeCode.Admitted, params HitResolution[] hits) =>
        new(outcome, [.. hits], "officer-17", "", false);

    private static HitResolution Hit(OutcomeCode? outcome, RequestedAction action = RequestedAction.Inquire) => new("uto:1", action, outcome);
}
