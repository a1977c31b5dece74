using System.Collections.Frozen;
using System.Security.Claims;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Who may open which page. Every endpoint names one of these; none is the default.</summary>
internal static class Roles
{
    /// <summary>Anybody who is signed in, also before a second factor is set up: the own account, and nothing else.</summary>
    public const string Account = "account";

    /// <summary>Anybody in a role.</summary>
    public const string Staff = "staff";

    /// <summary>Those who may be shown a traveller.</summary>
    public const string Encounters = "encounters";

    /// <summary>Appliances of the site.</summary>
    public const string Appliances = "appliances";

    /// <summary>Seeing the accounts of staff.</summary>
    public const string Accounts = "accounts";

    /// <summary>Reading the audit.</summary>
    public const string Audit = "audit";

    /// <summary>Seeing what is proposed and who approved.</summary>
    public const string Approvals = "approvals";

    /// <summary>Proposing accounts, and the accounts of the people at the posts.</summary>
    public const string ProposeAccounts = "propose-accounts";

    /// <summary>Proposing a watchlist, or a change of an entry.</summary>
    public const string ProposeLists = "propose-lists";

    /// <summary>Seeing the lists, their entries, and what is proposed about them.</summary>
    public const string Lists = "lists";

    /// <summary>The legal review of what is proposed about entries.</summary>
    public const string ReviewEntries = "review-entries";

    /// <summary>Having an entry suppressed at once.</summary>
    public const string Suppress = "suppress";

    /// <summary>Approving and refusing; which kinds, the domain says for each role.</summary>
    public const string Decide = "decide";

    /// <summary>Stands for the role while a second factor is missing.</summary>
    private const string Newcomer = "newcomer";

    /// <summary>Claim that holds the account's stamp, so that a new passphrase or role ends old sessions.</summary>
    private const string StampClaim = "stamp";

    private const string SessionClaim = "session";

    private static readonly StaffRole[] Everybody = [.. StaffRoles.All];

    /// <summary>The roles of each policy.</summary>
    public static FrozenDictionary<string, StaffRole[]> Policies { get; } = new Dictionary<string, StaffRole[]>
    {
        [Staff] = Everybody,
        [Encounters] = [.. Everybody.Where(StaffRoles.SeesTravellers)],
        [Appliances] = [StaffRole.Administrator],
        [Accounts] = [StaffRole.Administrator, StaffRole.Auditor, StaffRole.DataProtection],
        [Audit] = [StaffRole.Auditor, StaffRole.DataProtection],
        [Approvals] = [StaffRole.Administrator, StaffRole.ListEditor, StaffRole.ListApprover, StaffRole.Auditor, StaffRole.DataProtection],
        [ProposeAccounts] = [StaffRole.Administrator],
        [ProposeLists] = [StaffRole.ListEditor],
        [Lists] = [.. Everybody.Where(StaffRoles.SeesEntries)],
        [ReviewEntries] = [.. Everybody.Where(StaffRoles.MayReview)],
        [Suppress] = [.. Everybody.Where(StaffRoles.MaySuppress)],
        [Decide] = [StaffRole.Administrator, StaffRole.ListApprover, StaffRole.DataProtection],
    }.ToFrozenDictionary();

    /// <param name="isBench">True where a passphrase alone gives the role.</param>
    /// <param name="session">Identifier of the session.</param>
    public static ClaimsPrincipal Principal(SignedInStaff staff, bool isBench, string session, string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, staff.Account.Name),
            new Claim(ClaimTypes.Role, Word(staff.Account, staff.IsStrong, isBench)),
            new Claim(StampClaim, Convert.ToHexString(staff.Account.Stamp)),
            new Claim(SessionClaim, session),
        ],
        scheme));

    /// <summary>True while the account stands as it did at sign-in.</summary>
    public static bool IsCurrent(ClaimsPrincipal principal, StaffAccount? account, StaffSession session, bool isBench) =>
        account is { DisabledAt: null }
        && session.Name == account.Name

        // Whoever had only the passphrase is out as soon as there is a second factor.
        && (session.IsStrong || isBench || !account.HasSecondFactor)
        && principal.HasClaim(StampClaim, Convert.ToHexString(account.Stamp))
        && principal.IsInRole(Word(account, session.IsStrong, isBench));

    /// <summary>Null for nobody, and while a second factor is missing.</summary>
    public static StaffRole? RoleOf(ClaimsPrincipal principal) => StaffRoles.Parse(principal.FindFirstValue(ClaimTypes.Role) ?? "");

    public static string? SessionOf(ClaimsPrincipal principal) => principal.FindFirstValue(SessionClaim);

    private static string Word(StaffAccount account, bool isStrong, bool isBench) => isStrong || isBench ? account.Role.Word() : Newcomer;
}
