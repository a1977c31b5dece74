using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// The roles in words, and what each may. An account has one role, and a person one account, so that roles which exclude
/// each other never meet in one person: nobody is editor, reviewer and approver, nobody sees travellers and makes accounts.
/// </summary>
internal static class StaffRoles
{
    public static ImmutableArray<StaffRole> All { get; } = [.. Enum.GetValues<StaffRole>().Order()];

    /// <summary>How many people approve: a role needs two other people, an issue, a list or an entry one other.</summary>
    public static int Needed(ApprovalKind kind) => kind == ApprovalKind.Role ? 2 : 1;

    public static bool MayPropose(StaffRole role, ApprovalKind kind) => kind switch
    {
        ApprovalKind.Watchlist or ApprovalKind.Entry => role == StaffRole.ListEditor,
        ApprovalKind.Role or ApprovalKind.People => role == StaffRole.Administrator,
        _ => false,
    };

    public static bool MayApprove(StaffRole role, ApprovalKind kind) => kind switch
    {
        ApprovalKind.Watchlist or ApprovalKind.Entry => role == StaffRole.ListApprover,
        ApprovalKind.Role or ApprovalKind.People => IsGrantor(role),
        _ => false,
    };

    /// <summary>True for the role without whose review no entry is approved.</summary>
    public static bool MayReview(StaffRole role) => role == StaffRole.LegalReviewer;

    /// <summary>True for the roles that see the people on the lists.</summary>
    public static bool SeesEntries(this StaffRole role) =>
        role is StaffRole.ListEditor or StaffRole.LegalReviewer or StaffRole.ListApprover or StaffRole.Auditor or StaffRole.DataProtection;

    /// <summary>True for the roles that work on lists, and may have an entry suppressed at once: the two who sign it decide.</summary>
    public static bool MaySuppress(StaffRole role) => role is StaffRole.ListEditor or StaffRole.LegalReviewer or StaffRole.ListApprover;

    /// <summary>True for the roles that approve accounts.</summary>
    public static bool IsGrantor(StaffRole role) => role is StaffRole.Administrator or StaffRole.DataProtection;

    /// <summary>True for the roles that may be shown a traveller (guardrail 10).</summary>
    public static bool SeesTravellers(this StaffRole role) => role is StaffRole.Monitor or StaffRole.AlertDesk or StaffRole.DataProtection;

    /// <summary>As typed and claimed: "list-editor".</summary>
    public static string Word(this StaffRole role) => string.Concat(
        role.ToString().Select(static (c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>The role of a word; null when there is none.</summary>
    public static StaffRole? Parse(string word)
    {
        foreach (var role in All)
        {
            if (role.Word() == word)
                return role;
        }

        return null;
    }
}
