using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>What every page needs to know about its reader.</summary>
/// <param name="SiteName">Name of the site.</param>
/// <param name="Account">Who is signed in; empty for nobody.</param>
/// <param name="Role">Null for nobody.</param>
/// <param name="AntiforgeryField">Name of the hidden field.</param>
/// <param name="AntiforgeryToken">Its value; every form carries it.</param>
/// <param name="Now">By central's clock.</param>
public sealed record PageContext(
    string SiteName, string Account, StaffRole? Role, string AntiforgeryField, string AntiforgeryToken, DateTimeOffset Now);

/// <summary>An account as the staff page shows it.</summary>
public sealed record StaffRow(
    string Name, string StaffNumber, StaffRole Role, DateTimeOffset CreatedAt, bool IsDisabled, bool IsLocked, bool HasSecondFactor);

/// <summary>A post as the posts page shows it.</summary>
/// <param name="Health">Null until the first heartbeat.</param>
/// <param name="NewestList">Newest published version; 0 for none.</param>
/// <param name="Emergencies">Uses of the emergency account that arrived in the last days, newest first.</param>
/// <param name="Suppression">Newest urgent delistings that the post has confirmed; 0 for none.</param>
/// <param name="SplitViews">Lists and delistings it has had that this site never published.</param>
public sealed record PostRow(
    Appliance Appliance, HealthReport? Health, bool IsOverdue, long NewestList, long Forks, IReadOnlyList<EmergencyUse> Emergencies,
    long Suppression, int SplitViews);

/// <summary>A sealed envelope of a post was opened and its account used.</summary>
/// <param name="At">By the post's clock.</param>
public sealed record EmergencyUse(string ActorId, DateTimeOffset At, DateTimeOffset ReceivedAt);
