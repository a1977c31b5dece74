using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// Whether the command line may still add accounts. On a bench it may. A site in service begins without accounts, so the command
/// line adds the first grantors, before two witnesses; from the moment three of them have passkeys one can propose and
/// two approve, and that is the only way from then on.
/// </summary>
internal sealed class Bootstrap(ICentralStore store, SiteSecurity security)
{
    public const int GrantorsNeeded = 3;

    /// <summary>Why the command line may not add this account; null when it may.</summary>
    public async Task<string?> ObjectionAsync(StaffRole role, CancellationToken cancellationToken)
    {
        if (security.IsBench)
            return null;
        var ready = (await store.Staff.ListAsync(cancellationToken)).Count(static account =>
            account is { DisabledAt: null, PasskeyCount: > 0 } && StaffRoles.IsGrantor(account.Role));
        if (ready >= GrantorsNeeded)
            return "Roles are granted on the page Approvals: one administrator proposes, two other people approve.";
        return StaffRoles.IsGrantor(role)
            ? null
            : $"The command line adds the first administrators and data protection officers only; once {GrantorsNeeded} of them have passkeys, other roles are granted on the page Approvals.";
    }
}
