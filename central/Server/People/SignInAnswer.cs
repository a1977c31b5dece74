using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.People;

/// <summary>Somebody who has proved who they are.</summary>
/// <param name="IsStrong">True when a second factor was shown.</param>
internal sealed record SignedInStaff(StaffAccount Account, bool IsStrong);
