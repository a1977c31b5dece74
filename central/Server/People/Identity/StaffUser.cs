using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.People.Identity;

/// <summary>An account while ASP.NET Core Identity works on it: what it sets is kept here until it updates the store.</summary>
internal sealed class StaffUser(StaffAccount account)
{
    public StaffAccount Account { get; set; } = account;
}
