using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Tests.People;

/// <summary>The separation of roles, for every role there is and will be.</summary>
public sealed class StaffRolesTests
{
    public static TheoryData<StaffRole> All => [.. StaffRoles.All];

    [Fact]
    public void Numbers_AreStored_SoTheyNeverChange() =>
        Assert.Equal(
            "1 administrator, 2 monitor, 3 alert-desk, 4 list-editor, 5 list-approver, 6 analyst, 7 auditor, 8 data-protection, 9 legal-reviewer",
            string.Join(", ", StaffRoles.All.Select(static role => $"{(int)role} {role.Word()}")));

    [Theory]
    [MemberData(nameof(All))]
    public void Word_OfARole_ReadsBack(StaffRole role) => Assert.Equal(role, StaffRoles.Parse(role.Word()));

    [Theory]
    [MemberData(nameof(All))]
    public void ListOrEntry_NoRole_DoesMoreThanOneStep(StaffRole role)
    {
        foreach (var kind in (ApprovalKind[])[ApprovalKind.Watchlist, ApprovalKind.Entry])
        {
            bool[] steps = [StaffRoles.MayPropose(role, kind), StaffRoles.MayReview(role), StaffRoles.MayApprove(role, kind)];
            Assert.True(steps.Count(static may => may) <= 1, $"{role} {kind}");
        }
    }

    [Fact]
    public void Administrator_SeesNobodyOnTheLists() => Assert.False(StaffRole.Administrator.SeesEntries());

    [Theory]
    [MemberData(nameof(All))]
    public void Grantor_NeverEditsNorApprovesLists(StaffRole role) =>
        Assert.False(
            StaffRoles.IsGrantor(role) && (StaffRoles.MayPropose(role, ApprovalKind.Watchlist) || StaffRoles.MayApprove(role, ApprovalKind.Watchlist)));

    [Fact]
    public void Administrator_SeesNoTravellerAndNoCaseReferences()
    {
        Assert.False(StaffRole.Administrator.SeesTravellers());
        Assert.DoesNotContain(StaffRole.Administrator, Roles.Policies[Roles.Encounters]);
        Assert.DoesNotContain(StaffRole.Administrator, Roles.Policies[Roles.Audit]);
    }

    [Fact]
    public void Auditor_ReadsAndChangesNothing()
    {
        Assert.All(Enum.GetValues<ApprovalKind>(), static kind =>
            Assert.False(StaffRoles.MayPropose(StaffRole.Auditor, kind) || StaffRoles.MayApprove(StaffRole.Auditor, kind)));
        Assert.DoesNotContain(StaffRole.Auditor, Roles.Policies[Roles.Decide]);
    }

    [Fact]
    public void Analyst_SeesFiguresOnly() =>
        Assert.Equal([Roles.Staff], Roles.Policies.Where(static policy => policy.Value.Contains(StaffRole.Analyst)).Select(static policy => policy.Key));

    [Fact]
    public void Role_NeedsTwoOthers_AllElseOne() =>
        Assert.Equal([2, 1, 1, 1], Enum.GetValues<ApprovalKind>().Select(StaffRoles.Needed));
}
