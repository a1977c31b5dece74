using System.Security.Claims;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Who may open which page. Every endpoint names one of these; none is the default.</summary>
internal static class Roles
{
    /// <summary>Anybody who is signed in.</summary>
    public const string Staff = "staff";

    public const string Administrator = "administrator";

    public const string Monitor = "monitor";

    /// <summary>Claim that holds the account's stamp, so that a new password ends old sessions.</summary>
    public const string StampClaim = "stamp";

    public static ClaimsPrincipal Principal(StaffAccount account, string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, account.Name),
            new Claim(ClaimTypes.Role, Word(account.Role)),
            new Claim(StampClaim, Convert.ToHexString(account.Stamp)),
        ],
        scheme));

    /// <summary>True while the account stands as it did at sign-in.</summary>
    public static bool IsCurrent(ClaimsPrincipal principal, StaffAccount? account) =>
        account is { DisabledAt: null }
        && principal.HasClaim(StampClaim, Convert.ToHexString(account.Stamp))
        && principal.IsInRole(Word(account.Role));

    public static StaffRole? RoleOf(ClaimsPrincipal principal) =>
        principal.IsInRole(Administrator) ? StaffRole.Administrator
        : principal.IsInRole(Monitor) ? StaffRole.Monitor
        : null;

    private static string Word(StaffRole role) => role == StaffRole.Administrator ? Administrator : Monitor;
}
