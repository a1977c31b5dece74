using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>Where an appliance stands. Numbers are stored.</summary>
public enum ApplianceState
{
    /// <summary>Its ticket was good; an operator has not yet compared the fingerprint.</summary>
    Pending = 1,

    Active = 2,

    /// <summary>For good: a revoked appliance enrols again with a new key.</summary>
    Revoked = 3,

    /// <summary>In doubt: what it sends is taken, and it is given nothing, until an operator decides.</summary>
    Quarantined = 4,
}

/// <summary>A join ticket as central remembers it: without its secret.</summary>
internal sealed record Ticket
{
    public required string TicketId { get; init; }

    public required byte[] SecretSha256 { get; init; }

    public required string PostName { get; init; }

    /// <summary>Serial number of the board it is for; empty when an operator approves by fingerprint.</summary>
    public required string HardwareSerial { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The appliance whose place the newcomer takes; empty for none.</summary>
    public string Replaces { get; init; } = "";

    /// <summary>The appliance that used it; null while nobody has.</summary>
    public string? RedeemedBy { get; init; }
}

/// <summary>An appliance of the site.</summary>
public sealed record Appliance
{
    public required string ApplianceId { get; init; }

    public required string PostName { get; init; }

    public required ApplianceState State { get; init; }

    public required string TicketId { get; init; }

    /// <summary>The key it joined with. Later keys stand beside it in the store.</summary>
    public required byte[] SigningSpki { get; init; }

    public required byte[] StorageSpki { get; init; }

    public required string HardwareSerial { get; init; }

    public required Guid Epoch { get; init; }

    public required DateTimeOffset JoinedAt { get; init; }

    public string RevokeReason { get; init; } = "";

    public DateTimeOffset? LastContactAt { get; init; }

    /// <summary>The appliance's clock minus central's, at the last contact.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>End of the last lease of a content key it was given; null when it never was.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }
}

/// <summary>A certificate issued to an appliance.</summary>
internal sealed record IssuedCertificate
{
    public required string ApplianceId { get; init; }

    public required byte[] Spki { get; init; }

    public required byte[] Der { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset NotAfter { get; init; }
}

/// <summary>Whose certificate it is, and where it stands among the appliance's certificates.</summary>
/// <param name="SupersededAt">When a newer one was first used; null while none has been.</param>
/// <param name="HasOlder">True when an older one is still good, so that the use of this one ends it.</param>
internal sealed record CertifiedAppliance(Appliance Appliance, DateTimeOffset? SupersededAt, bool HasOlder);

/// <summary>A part of an appliance and its state, numbered as on the wire.</summary>
public sealed record ReportedPart(string Part, int State, string Detail);

/// <summary>The newest heartbeat of an appliance.</summary>
public sealed record HealthReport
{
    public required string ApplianceId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Numbered as on the wire: 1 doubtful, 2 held, 3 confirmed; 0 when the appliance did not say.</summary>
    public required int ClockQuality { get; init; }

    public required TimeSpan ClockOffset { get; init; }

    /// <summary>Version of the watchlist in use; 0 for none.</summary>
    public required long ListVersion { get; init; }

    public required byte[] ListStateRoot { get; init; }

    /// <summary>Version of the newest root metadata it trusts; 0 when it did not say.</summary>
    public long RootVersion { get; init; }

    public required long RecordsWaiting { get; init; }

    public required TimeSpan OldestWaiting { get; init; }

    public required long DiskFreeBytes { get; init; }

    public required string SoftwareVersion { get; init; }

    public required IReadOnlyList<ReportedPart> Parts { get; init; }
}

/// <summary>What became of an attempt to use a ticket.</summary>
internal enum RedeemOutcome
{
    Redeemed,

    /// <summary>Somebody used the ticket in the meantime.</summary>
    TicketTaken,

    /// <summary>The signing key already belongs to an appliance.</summary>
    KeyTaken,
}

/// <summary>Tickets, appliances, their keys, certificates and health.</summary>
internal interface IApplianceStore
{
    Task<Ticket?> FindTicketAsync(string ticketId, CancellationToken cancellationToken);

    /// <summary>Adds tickets, all of them or none.</summary>
    Task AddTicketsAsync(IReadOnlyList<(Ticket Ticket, AuditEvent Audit)> tickets, CancellationToken cancellationToken);

    /// <summary>Uses up the ticket and adds the appliance with its first signing key.</summary>
    /// <param name="replaced">About the appliance whose place it takes, which is revoked by the same act; null for none.</param>
    Task<RedeemOutcome> RedeemTicketAsync(Appliance appliance, AuditEvent audit, AuditEvent? replaced, CancellationToken cancellationToken);

    Task<Appliance?> FindAsync(string applianceId, CancellationToken cancellationToken);

    Task<IReadOnlyList<Appliance>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Pending becomes active; false when it was not pending.</summary>
    /// <param name="replaced">About the appliance whose place it takes, which is revoked by the same act; null for none.</param>
    Task<bool> ApproveAsync(string applianceId, AuditEvent audit, AuditEvent? replaced, CancellationToken cancellationToken);

    /// <summary>Anything becomes revoked; false when it is unknown or already was.</summary>
    Task<bool> RevokeAsync(string applianceId, string reason, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Active becomes quarantined; false when it was not active.</summary>
    Task<bool> QuarantineAsync(string applianceId, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Quarantined becomes active; false when it was not quarantined.</summary>
    Task<bool> ReleaseAsync(string applianceId, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>A number that rises with every change of what an appliance may do: states and superseded certificates.</summary>
    Task<long> ReadAdmissionChangesAsync(CancellationToken cancellationToken);

    /// <summary>Notes until when a content key is leased to an appliance; an earlier end changes nothing.</summary>
    Task NoteLeaseAsync(string applianceId, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a certificate and its key. When the key already has a certificate, that one is returned and nothing changes,
    /// so that a lost reply costs nothing; null when the key belongs to another appliance.
    /// </summary>
    Task<IssuedCertificate?> AddCertificateAsync(
        IssuedCertificate certificate, AuditEvent audit, CancellationToken cancellationToken);

    Task<IssuedCertificate?> FindCertificateOfKeyAsync(
        string applianceId, ReadOnlyMemory<byte> spki, CancellationToken cancellationToken);

    /// <summary>The certificate that each appliance is known to have: its oldest that no newer one has superseded.</summary>
    Task<IReadOnlyDictionary<string, IssuedCertificate>> ListCertificatesInUseAsync(CancellationToken cancellationToken);

    /// <summary>The appliance to which exactly this certificate was issued; null for none.</summary>
    Task<CertifiedAppliance?> FindByCertificateAsync(ReadOnlyMemory<byte> certificateDer, CancellationToken cancellationToken);

    /// <summary>This certificate has been used: the older ones of its appliance are superseded from the audit's time on.</summary>
    /// <returns>False when there was none left to supersede.</returns>
    Task<bool> SupersedeOlderAsync(ReadOnlyMemory<byte> certificateDer, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>A key of this appliance, past ones included; null when it has no such key.</summary>
    Task<byte[]?> FindSigningKeyAsync(string applianceId, KeyId keyId, CancellationToken cancellationToken);

    /// <summary>Replaces the appliance's newest heartbeat and notes the contact.</summary>
    Task SaveHealthAsync(HealthReport report, CancellationToken cancellationToken);

    /// <summary>The newest heartbeats by appliance.</summary>
    Task<IReadOnlyDictionary<string, HealthReport>> ListHealthAsync(CancellationToken cancellationToken);
}
