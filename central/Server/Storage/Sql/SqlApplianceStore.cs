using System.Data.Common;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlApplianceStore(ISqlDatabase database) : IApplianceStore
{
    private const string Columns =
        "a.appliance_id, a.post_name, a.state, a.ticket_id, a.signing_spki, a.storage_spki, a.hardware_serial, a.epoch, "
        + "a.joined_at, a.revoke_reason, a.last_contact_at, a.clock_offset_us, a.leased_until";

    /// <summary>How many columns <see cref="Columns"/> names; what a query adds comes after them.</summary>
    private const int ColumnCount = 13;

    public Task AddTicketsAsync(IReadOnlyList<(Ticket Ticket, AuditEvent Audit)> tickets, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                foreach (var (ticket, audit) in tickets)
                {
                    transaction.Run(
                        """
                        INSERT INTO tickets (ticket_id, secret_sha256, post_name, hardware_serial, issued_at, expires_at, issued_by, replaces)
                        VALUES (@id, @secret, @post, @serial, @issued, @expires, @by, @replaces)
                        """,
                        ("@id", ticket.TicketId), ("@secret", ticket.SecretSha256), ("@post", ticket.PostName),
                        ("@serial", ticket.HardwareSerial), ("@issued", ticket.IssuedAt), ("@expires", ticket.ExpiresAt),
                        ("@by", audit.Actor), ("@replaces", ticket.Replaces));
                    SqlAuditStore.Append(transaction, audit);
                }

                return true;
            },
            cancellationToken);

    public Task<Ticket?> FindTicketAsync(string ticketId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query(
                """
                SELECT ticket_id, secret_sha256, post_name, hardware_serial, issued_at, expires_at, redeemed_by, replaces
                FROM tickets WHERE ticket_id = @id
                """,
                static row => new Ticket
                {
                    TicketId = row.GetString(0),
                    SecretSha256 = row.Bytes(1),
                    PostName = row.GetString(2),
                    HardwareSerial = row.GetString(3),
                    IssuedAt = row.At(4),
                    ExpiresAt = row.At(5),
                    RedeemedBy = row.IsDBNull(6) ? null : row.GetString(6),
                    Replaces = row.GetString(7),
                },
                ("@id", ticketId)).FirstOrDefault(),
            cancellationToken);

    public Task<RedeemOutcome> RedeemTicketAsync(Appliance appliance, AuditEvent audit, AuditEvent? replaced, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var keyHash = SHA256.HashData(appliance.SigningSpki);
                if (transaction.Scalar("SELECT 1 FROM signing_keys WHERE spki_sha256 = @hash", ("@hash", keyHash)) is not null)
                    return RedeemOutcome.KeyTaken;
                if (transaction.Scalar("SELECT redeemed_by FROM tickets WHERE ticket_id = @id", ("@id", appliance.TicketId)) is not null)
                    return RedeemOutcome.TicketTaken;
                transaction.Run(
                    """
                    INSERT INTO appliances (appliance_id, post_name, state, ticket_id, signing_spki, storage_spki,
                        hardware_serial, epoch, joined_at, last_contact_at)
                    VALUES (@id, @post, @state, @ticket, @signing, @storage, @serial, @epoch, @joined, @joined)
                    """,
                    ("@id", appliance.ApplianceId), ("@post", appliance.PostName), ("@state", (int)appliance.State),
                    ("@ticket", appliance.TicketId), ("@signing", appliance.SigningSpki), ("@storage", appliance.StorageSpki),
                    ("@serial", appliance.HardwareSerial), ("@epoch", appliance.Epoch), ("@joined", appliance.JoinedAt));
                transaction.Run(
                    "UPDATE tickets SET redeemed_by = @appliance, redeemed_at = @at WHERE ticket_id = @id",
                    ("@appliance", appliance.ApplianceId), ("@at", appliance.JoinedAt), ("@id", appliance.TicketId));
                AddKey(transaction, appliance.ApplianceId, appliance.SigningSpki, appliance.JoinedAt);
                SqlAuditStore.Append(transaction, audit);
                RevokeReplaced(transaction, replaced);
                return RedeemOutcome.Redeemed;
            },
            cancellationToken);

    public Task<Appliance?> FindAsync(string applianceId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query(
                $"SELECT {Columns} FROM appliances a WHERE a.appliance_id = @id", Row, ("@id", applianceId)).FirstOrDefault(),
            cancellationToken);

    public Task<IReadOnlyList<Appliance>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Appliance>>(
            transaction => transaction.Query($"SELECT {Columns} FROM appliances a ORDER BY a.post_name, a.joined_at", Row),
            cancellationToken);

    public Task<bool> ApproveAsync(string applianceId, AuditEvent audit, AuditEvent? replaced, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var isApproved = ChangeAdmission(
                    transaction,
                    audit,
                    transaction.Run(
                        "UPDATE appliances SET state = 2, approved_at = @at WHERE appliance_id = @id AND state = 1",
                        ("@at", audit.At), ("@id", applianceId)));
                if (isApproved)
                    RevokeReplaced(transaction, replaced);
                return isApproved;
            },
            cancellationToken);

    public Task<bool> RevokeAsync(string applianceId, string reason, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Revoke(transaction, applianceId, reason, audit),
            cancellationToken);

    public Task<bool> QuarantineAsync(string applianceId, AuditEvent audit, CancellationToken cancellationToken) =>
        ChangeStateAsync(applianceId, ApplianceState.Active, ApplianceState.Quarantined, audit, cancellationToken);

    public Task<bool> ReleaseAsync(string applianceId, AuditEvent audit, CancellationToken cancellationToken) =>
        ChangeStateAsync(applianceId, ApplianceState.Quarantined, ApplianceState.Active, audit, cancellationToken);

    public Task<long> ReadAdmissionChangesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            static transaction => (long)transaction.Scalar("SELECT count FROM admission_changes")!, cancellationToken);

    public Task NoteLeaseAsync(string applianceId, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.Run(
                "UPDATE appliances SET leased_until = CASE WHEN leased_until > @until THEN leased_until ELSE @until END WHERE appliance_id = @id",
                ("@until", until), ("@id", applianceId)),
            cancellationToken);

    public Task<IssuedCertificate?> AddCertificateAsync(
        IssuedCertificate certificate, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var keyHash = SHA256.HashData(certificate.Spki);
                if (FindCertificate(transaction, keyHash) is { } existing)
                    return existing.ApplianceId == certificate.ApplianceId ? existing : null;
                var owner = transaction.Scalar(
                    "SELECT appliance_id FROM signing_keys WHERE spki_sha256 = @hash", ("@hash", keyHash)) as string;
                if (owner is not null && owner != certificate.ApplianceId)
                    return null;
                if (owner is null)
                    AddKey(transaction, certificate.ApplianceId, certificate.Spki, certificate.IssuedAt);
                transaction.Run(
                    """
                    INSERT INTO certificates (certificate_sha256, appliance_id, spki_sha256, der, issued_at, not_after, number)
                    VALUES (@sha, @appliance, @key, @der, @issued, @after,
                        (SELECT coalesce(max(number), 0) + 1 FROM certificates WHERE appliance_id = @appliance))
                    """,
                    ("@sha", SHA256.HashData(certificate.Der)), ("@appliance", certificate.ApplianceId), ("@key", keyHash),
                    ("@der", certificate.Der), ("@issued", certificate.IssuedAt), ("@after", certificate.NotAfter));
                SqlAuditStore.Append(transaction, audit);
                return certificate;
            },
            cancellationToken);

    public Task<IssuedCertificate?> FindCertificateOfKeyAsync(
        string applianceId, ReadOnlyMemory<byte> spki, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction =>
                FindCertificate(transaction, SHA256.HashData(spki.Span)) is { } found && found.ApplianceId == applianceId
                    ? found
                    : null,
            cancellationToken);

    public Task<CertifiedAppliance?> FindByCertificateAsync(ReadOnlyMemory<byte> certificateDer, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query(
                $"""
                SELECT {Columns}, c.superseded_at, EXISTS (
                    SELECT 1 FROM certificates o
                    WHERE o.appliance_id = c.appliance_id AND o.number < c.number AND o.superseded_at IS NULL)
                FROM certificates c JOIN appliances a ON a.appliance_id = c.appliance_id
                WHERE c.certificate_sha256 = @sha
                """,
                static row => new CertifiedAppliance(Row(row), row.AtOrNull(ColumnCount), row.GetBoolean(ColumnCount + 1)),
                ("@sha", SHA256.HashData(certificateDer.Span))).FirstOrDefault(),
            cancellationToken);

    public Task<bool> SupersedeOlderAsync(ReadOnlyMemory<byte> certificateDer, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => ChangeAdmission(
                transaction,
                audit,
                transaction.Run(
                    """
                    UPDATE certificates SET superseded_at = @at
                    WHERE superseded_at IS NULL AND EXISTS (
                        SELECT 1 FROM certificates c
                        WHERE c.certificate_sha256 = @sha AND c.superseded_at IS NULL
                          AND c.appliance_id = certificates.appliance_id AND c.number > certificates.number)
                    """,
                    ("@at", audit.At), ("@sha", SHA256.HashData(certificateDer.Span)))),
            cancellationToken);

    public Task<byte[]?> FindSigningKeyAsync(string applianceId, KeyId keyId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => (byte[]?)transaction.Scalar(
                "SELECT spki FROM signing_keys WHERE appliance_id = @appliance AND key_id = @key",
                ("@appliance", applianceId), ("@key", keyId.ToBytes())),
            cancellationToken);

    public Task SaveHealthAsync(HealthReport report, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.ApplianceHealth(report.ApplianceId),
            transaction =>
            {
                transaction.Run(
                    """
                    INSERT INTO health (appliance_id, received_at, clock_quality, clock_offset_us, list_version,
                        list_state_root, records_waiting, oldest_waiting_seconds, disk_free_bytes, software_version, root_version)
                    VALUES (@id, @at, @quality, @offset, @version, @root, @waiting, @oldest, @disk, @software, @rootVersion)
                    ON CONFLICT (appliance_id) DO UPDATE SET received_at = excluded.received_at, clock_quality = excluded.clock_quality,
                        clock_offset_us = excluded.clock_offset_us, list_version = excluded.list_version,
                        list_state_root = excluded.list_state_root, records_waiting = excluded.records_waiting,
                        oldest_waiting_seconds = excluded.oldest_waiting_seconds, disk_free_bytes = excluded.disk_free_bytes,
                        software_version = excluded.software_version, root_version = excluded.root_version
                    """,
                    ("@id", report.ApplianceId), ("@at", report.ReceivedAt), ("@quality", report.ClockQuality),
                    ("@offset", Microseconds(report.ClockOffset)), ("@version", report.ListVersion),
                    ("@root", report.ListStateRoot), ("@waiting", report.RecordsWaiting),
                    ("@oldest", (long)report.OldestWaiting.TotalSeconds), ("@disk", report.DiskFreeBytes),
                    ("@software", report.SoftwareVersion), ("@rootVersion", report.RootVersion));
                transaction.Run("DELETE FROM health_parts WHERE appliance_id = @id", ("@id", report.ApplianceId));
                foreach (var part in report.Parts)
                {
                    transaction.Run(
                        """
                        INSERT INTO health_parts (appliance_id, part, state, detail) VALUES (@id, @part, @state, @detail)
                        ON CONFLICT (appliance_id, part) DO UPDATE SET state = excluded.state, detail = excluded.detail
                        """,
                        ("@id", report.ApplianceId), ("@part", part.Part), ("@state", part.State), ("@detail", part.Detail));
                }

                NoteContact(transaction, report.ApplianceId, report.ReceivedAt, report.ClockOffset);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<string, HealthReport>> ListHealthAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, HealthReport>>(
            transaction =>
            {
                var parts = transaction.Query(
                    "SELECT appliance_id, part, state, detail FROM health_parts ORDER BY part",
                    static row => (Id: row.GetString(0), Part: new ReportedPart(row.GetString(1), row.GetInt32(2), row.GetString(3))))
                    .ToLookup(static row => row.Id, static row => row.Part);
                return transaction.Query(
                    """
                    SELECT appliance_id, received_at, clock_quality, clock_offset_us, list_version, list_state_root,
                        records_waiting, oldest_waiting_seconds, disk_free_bytes, software_version, root_version
                    FROM health
                    """,
                    row => new HealthReport
                    {
                        ApplianceId = row.GetString(0),
                        ReceivedAt = row.At(1),
                        ClockQuality = row.GetInt32(2),
                        ClockOffset = TimeSpan.FromMicroseconds(row.GetInt64(3)),
                        ListVersion = row.GetInt64(4),
                        ListStateRoot = row.Bytes(5),
                        RecordsWaiting = row.GetInt64(6),
                        OldestWaiting = TimeSpan.FromSeconds(row.GetInt64(7)),
                        DiskFreeBytes = row.GetInt64(8),
                        SoftwareVersion = row.GetString(9),
                        RootVersion = row.GetInt64(10),
                        Parts = [.. parts[row.GetString(0)]],
                    }).ToDictionary(static report => report.ApplianceId);
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<string, IssuedCertificate>> ListCertificatesInUseAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, IssuedCertificate>>(
            static transaction => transaction.Query(
                """
                SELECT c.appliance_id, k.spki, c.der, c.issued_at, c.not_after
                FROM certificates c JOIN signing_keys k ON k.spki_sha256 = c.spki_sha256
                WHERE c.number = (SELECT min(number) FROM certificates n WHERE n.appliance_id = c.appliance_id AND n.superseded_at IS NULL)
                """,
                CertificateRow).ToDictionary(static certificate => certificate.ApplianceId),
            cancellationToken);

    /// <summary>Notes that an appliance was heard, within the transaction of what it said.</summary>
    internal static void NoteContact(DbTransaction transaction, string applianceId, DateTimeOffset at, TimeSpan? offset) =>
        transaction.Run(
            """
            UPDATE appliances SET last_contact_at = @at, clock_offset_us = coalesce(@offset, clock_offset_us)
            WHERE appliance_id = @id
            """,
            ("@at", at), ("@offset", offset is { } known ? Microseconds(known) : null), ("@id", applianceId));

    private static bool Revoke(DbTransaction transaction, string applianceId, string reason, AuditEvent audit) =>
        ChangeAdmission(
            transaction,
            audit,
            transaction.Run(
                """
                UPDATE appliances SET state = 3, revoked_at = @at, revoke_reason = @reason
                WHERE appliance_id = @id AND state <> 3
                """,
                ("@at", audit.At), ("@reason", reason), ("@id", applianceId)));

    /// <summary>The appliance whose place was taken; one that is revoked already stays as it is.</summary>
    private static void RevokeReplaced(DbTransaction transaction, AuditEvent? replaced)
    {
        if (replaced is not null)
            Revoke(transaction, replaced.Subject, replaced.Detail, replaced);
    }

    private Task<bool> ChangeStateAsync(
        string applianceId, ApplianceState from, ApplianceState to, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => ChangeAdmission(
                transaction,
                audit,
                transaction.Run(
                    "UPDATE appliances SET state = @to WHERE appliance_id = @id AND state = @from",
                    ("@to", (int)to), ("@id", applianceId), ("@from", (int)from))),
            cancellationToken);

    /// <summary>Accounts for a change of what an appliance may do, and makes it known to open streams.</summary>
    private static bool ChangeAdmission(DbTransaction transaction, AuditEvent audit, int changed)
    {
        if (changed == 0)
            return false;
        transaction.Run("UPDATE admission_changes SET count = count + 1");
        SqlAuditStore.Append(transaction, audit);
        return true;
    }

    private static void AddKey(DbTransaction transaction, string applianceId, byte[] spki, DateTimeOffset since) =>
        transaction.Run(
            "INSERT INTO signing_keys (spki_sha256, key_id, appliance_id, spki, since) VALUES (@hash, @key, @id, @spki, @since)",
            ("@hash", SHA256.HashData(spki)), ("@key", KeyId.Of(spki).ToBytes()), ("@id", applianceId), ("@spki", spki),
            ("@since", since));

    private static IssuedCertificate? FindCertificate(DbTransaction transaction, byte[] keyHash) =>
        transaction.Query(
            """
            SELECT c.appliance_id, k.spki, c.der, c.issued_at, c.not_after
            FROM certificates c JOIN signing_keys k ON k.spki_sha256 = c.spki_sha256 WHERE c.spki_sha256 = @hash
            """,
            CertificateRow,
            ("@hash", keyHash)).FirstOrDefault();

    private static IssuedCertificate CertificateRow(DbDataReader row) => new()
    {
        ApplianceId = row.GetString(0),
        Spki = row.Bytes(1),
        Der = row.Bytes(2),
        IssuedAt = row.At(3),
        NotAfter = row.At(4),
    };

    private static Appliance Row(DbDataReader row) => new()
    {
        ApplianceId = row.GetString(0),
        PostName = row.GetString(1),
        State = (ApplianceState)row.GetInt32(2),
        TicketId = row.GetString(3),
        SigningSpki = row.Bytes(4),
        StorageSpki = row.Bytes(5),
        HardwareSerial = row.GetString(6),
        Epoch = row.Id(7),
        JoinedAt = row.At(8),
        RevokeReason = row.GetString(9),
        LastContactAt = row.AtOrNull(10),
        ClockOffset = row.IsDBNull(11) ? null : TimeSpan.FromMicroseconds(row.GetInt64(11)),
        LeasedUntil = row.AtOrNull(12),
    };

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
