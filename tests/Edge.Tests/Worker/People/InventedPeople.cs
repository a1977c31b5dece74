using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Edge.Tests.Worker.People;

/// <summary>One account of each role, made once, since stretching takes its time.</summary>
internal static class InventedPeople
{
    internal const string OfficerSecret = "quiet harbour lantern";
    internal const string SupervisorPin = "4071";
    internal const string TechnicianSecret = "copper wire and solder";
    internal const string EmergencySecret = "7f3k-9mwp-2xq8-vd4t";

    internal static readonly string SupervisorBadge = BadgeCode.Create();

    internal static readonly PostAccount Officer = PostAccount.Create(
        "OFF-17", "A. Marlow", PostRole.Officer, SignInMethod.Passphrase, null, OfficerSecret, "");

    internal static readonly PostAccount Supervisor = PostAccount.Create(
        "SUP-02", "B. Ostrander", PostRole.Supervisor, SignInMethod.PinAndBadge, null, SupervisorPin, SupervisorBadge);

    internal static readonly PostAccount Technician = PostAccount.Create(
        "TEC-05", "C. Vance", PostRole.Technician, SignInMethod.Passphrase, null, TechnicianSecret, "");

    internal static readonly PostAccount Emergency = PostAccount.Create(
        "ENVELOPE-1", "Sealed envelope", PostRole.Emergency, SignInMethod.Passphrase, null, EmergencySecret, "");

    internal static readonly PostAccount Ended = PostAccount.Create(
        "OFF-99", "D. Former", PostRole.Officer, SignInMethod.Passphrase, new DateOnly(2026, 11, 1), OfficerSecret, "");
}
