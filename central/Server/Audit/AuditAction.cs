namespace EdgeCheckpoint.Central.Audit;

/// <summary>The closed list of audited actions. Words are stored, so they never change.</summary>
internal static class AuditAction
{
    public const string SiteCreated = "site.created";
    public const string RootPublished = "keys.root-published";
    public const string KeyKept = "keys.kept";
    public const string KeyDropped = "keys.dropped";
    public const string AuthorityMade = "keys.authority-made";
    public const string SignedIn = "staff.signed-in";
    public const string SignInRefused = "staff.sign-in-refused";
    public const string StaffAdded = "staff.added";
    public const string StaffDisabled = "staff.disabled";
    public const string PasswordChanged = "staff.password-changed";
    public const string TicketIssued = "appliance.ticket-issued";
    public const string TicketRefused = "appliance.ticket-refused";
    public const string ApplianceJoined = "appliance.joined";
    public const string ApplianceApproved = "appliance.approved";
    public const string ApplianceRevoked = "appliance.revoked";
    public const string ApplianceQuarantined = "appliance.quarantined";
    public const string ApplianceReleased = "appliance.released";
    public const string ApplianceLost = "appliance.lost";
    public const string WipeOrdered = "appliance.wipe-ordered";
    public const string CommandReported = "appliance.command-reported";
    public const string CertificateIssued = "appliance.certificate-issued";
    public const string CertificateSuperseded = "appliance.certificate-superseded";
    public const string SupersededCertificateUsed = "appliance.superseded-certificate-used";
    public const string CommandWithdrawn = "appliance.command-withdrawn";
    public const string ForkFound = "records.fork";
    public const string RescueBegun = "records.rescue-begun";
    public const string RecordsRescued = "records.rescued";
    public const string RecordErased = "records.erased";
    public const string RetentionApplied = "records.retention-applied";
    public const string StoreBackedUp = "store.backed-up";
    public const string StoreRestored = "store.restored";
    public const string StoreMoved = "store.moved";
    public const string EncounterViewed = "encounter.viewed";
    public const string EncounterViewRefused = "encounter.view-refused";
    public const string PersonAdded = "person.added";
    public const string PersonSecretChanged = "person.secret-changed";
    public const string PersonDisabled = "person.disabled";
    public const string PeopleIssued = "people.issued";
    public const string ListImported = "list.imported";
    public const string ListPublished = "list.published";
    public const string SignedOut = "staff.signed-out";
    public const string RoleRefused = "staff.role-refused";
    public const string RoleGranted = "staff.role-granted";
    public const string PasskeyAdded = "staff.passkey-added";
    public const string PasskeyRemoved = "staff.passkey-removed";
    public const string AuthenticatorSet = "staff.authenticator-set";
    public const string AuthenticatorRemoved = "staff.authenticator-removed";
    public const string Proposed = "approval.proposed";
    public const string ApprovalGiven = "approval.given";
    public const string ProposalRefused = "approval.refused";
    public const string PageViewed = "page.viewed";
    public const string CallRefused = "call.refused";
    public const string FormRefused = "form.refused";
}
