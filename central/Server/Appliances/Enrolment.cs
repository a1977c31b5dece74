using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>What an appliance says when it joins, taken off the wire.</summary>
internal sealed record JoinApplication(
    string TicketId,
    ReadOnlyMemory<byte> TicketSecret,
    ReadOnlyMemory<byte> CertificateRequestDer,
    ReadOnlyMemory<byte> StorageSpki,
    ReadOnlyMemory<byte> StorageKeySignature,
    string HardwareSerial,
    ReadOnlyMemory<byte> Epoch);

/// <summary>Where an application stands; the certificate is null while it is pending.</summary>
internal sealed record JoinStanding(Appliance Appliance, byte[]? CertificateDer)
{
    /// <summary>The appliance whose place it takes; empty for none.</summary>
    public string Replaces { get; init; } = "";
}

/// <summary>Admits appliances by ticket, and renews their certificates (DESIGN §10).</summary>
internal sealed class Enrolment(
    ICentralStore store, SiteKeys keys, Auditor auditor, BoundedAudit refusals, TimeProvider time, ILogger<Enrolment> logger)
{
    private const int TextLengthMax = 128;

    /// <summary>Longest certificate request that is read, in bytes: a P-256 one has some 250, and its name counts for nothing.</summary>
    private const int RequestLengthMax = 4096;

    /// <summary>One answer for an unknown ticket and a wrong secret: the difference is nobody's business.</summary>
    private static readonly CallRefusal UnknownTicket =
        new(RefusalKind.NotPermitted, "this ticket is not known here; ask central for a new one");

    private static readonly CallRefusal ForeignKey =
        new(RefusalKind.NotPermitted, "this key belongs to another enrolment; make a new one") { Code = RefusalReason.KeyUsed };

    /// <summary>
    /// 1. Checks that the request is well formed and that the applicant holds both keys. 2. Finds the ticket. 3. A ticket
    /// already used answers its own key again, and no other. 4. Checks time and board. 5. Uses the ticket up.
    /// 6. Certifies at once when the ticket names the board; else an operator compares the fingerprint first.
    /// </summary>
    public async Task<Result<JoinStanding, CallRefusal>> JoinAsync(JoinApplication application, CancellationToken cancellationToken)
    {
        // 1
        if (!ReadRequest(application.CertificateRequestDer).TryGet(out var key, out var refusal)
            || CheckRest(application, key) is { } problem && (refusal = problem) is not null)
        {
            return refusal!;
        }

        // 2
        var ticket = await store.Appliances.FindTicketAsync(application.TicketId, cancellationToken);
        if (ticket is null || !SecretFits(ticket, application.TicketSecret.Span))
        {
            Log.UnknownTicket(logger);
            return UnknownTicket;
        }

        // 3
        var spki = key.ExportSubjectPublicKeyInfo();
        if (ticket.RedeemedBy is { } owner)
            return await RepeatAsync(ticket, owner, key, spki, cancellationToken);

        // 4
        if (time.GetUtcNow() >= ticket.ExpiresAt)
        {
            return await RefuseAsync(
                ticket,
                string.Create(CultureInfo.InvariantCulture, $"this ticket expired at {ticket.ExpiresAt:yyyy-MM-dd HH:mm}Z; ask central for a new one"),
                cancellationToken);
        }

        if (ticket.HardwareSerial.Length != 0 && ticket.HardwareSerial != application.HardwareSerial)
            return await RefuseAsync(ticket, "this ticket is for a board with another serial number", cancellationToken);

        // 5
        var appliance = NewAppliance(application, ticket, spki);
        var audit = auditor.Event(
            appliance.ApplianceId, AuditAction.ApplianceJoined, appliance.ApplianceId,
            $"ticket {ticket.TicketId}, post {ticket.PostName}, fingerprint {Fingerprint(spki)}, {appliance.State}");
        var replaced = appliance.State == ApplianceState.Active ? Replaced(auditor, appliance, ticket) : null;
        var outcome = await store.Appliances.RedeemTicketAsync(appliance, audit, replaced, cancellationToken);
        if (outcome == RedeemOutcome.KeyTaken)
            return await RefuseAsync(ticket, ForeignKey.Reason, cancellationToken);
        if (outcome == RedeemOutcome.TicketTaken)
        {
            ticket = (await store.Appliances.FindTicketAsync(ticket.TicketId, cancellationToken))!;
            return await RepeatAsync(ticket, ticket.RedeemedBy!, key, spki, cancellationToken);
        }

        // 6
        Log.Joined(logger, appliance.ApplianceId, appliance.State);
        return await StandingAsync(appliance, ticket, key, cancellationToken);
    }

    /// <summary>What the audit says of the appliance whose place another one takes; null when the ticket names none.</summary>
    internal static AuditEvent? Replaced(Auditor auditor, Appliance newcomer, Ticket ticket) =>
        ticket.Replaces.Length == 0 ? null
            : auditor.Event(newcomer.ApplianceId, AuditAction.ApplianceRevoked, ticket.Replaces, $"replaced by {newcomer.ApplianceId}");

    /// <summary>Certifies a new key of a known appliance; the same key gets the same certificate again.</summary>
    public async Task<Result<byte[], CallRefusal>> RenewAsync(
        Appliance appliance, ReadOnlyMemory<byte> certificateRequestDer, CancellationToken cancellationToken)
    {
        if (!ReadRequest(certificateRequestDer).TryGet(out var key, out var refusal))
            return refusal;
        var spki = key.ExportSubjectPublicKeyInfo();
        var known = await store.Appliances.FindCertificateOfKeyAsync(appliance.ApplianceId, spki, cancellationToken);
        if (known is not null && known.NotAfter <= time.GetUtcNow())
            return new CallRefusal(RefusalKind.BadRequest, "renewing takes a new key; this one had a certificate before") { Code = RefusalReason.KeyUsed };
        return await CertifyAsync(appliance, key, cancellationToken) is { } der ? der : ForeignKey;
    }

    /// <summary>What an operator compares: SHA-256 of the public key, in hexadecimal.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> spki) => Convert.ToHexStringLower(SHA256.HashData(spki));

    private async Task<Result<JoinStanding, CallRefusal>> RepeatAsync(
        Ticket ticket, string owner, PublicKey key, byte[] spki, CancellationToken cancellationToken)
    {
        var appliance = await store.Appliances.FindAsync(owner, cancellationToken);
        if (appliance is null || !appliance.SigningSpki.AsSpan().SequenceEqual(spki))
            return await RefuseAsync(ticket, "this ticket has been used by another key; ask central for a new one", cancellationToken);
        if (appliance.State == ApplianceState.Revoked)
            return new CallRefusal(RefusalKind.NotPermitted, $"appliance {owner} was revoked");
        return await StandingAsync(appliance, ticket, key, cancellationToken);
    }

    private async Task<Result<JoinStanding, CallRefusal>> StandingAsync(
        Appliance appliance, Ticket ticket, PublicKey key, CancellationToken cancellationToken)
    {
        if (appliance.State == ApplianceState.Pending)
            return new JoinStanding(appliance, null) { Replaces = ticket.Replaces };
        return await CertifyAsync(appliance, key, cancellationToken) is { } der
            ? new JoinStanding(appliance, der) { Replaces = ticket.Replaces }
            : ForeignKey;
    }

    private async Task<byte[]?> CertifyAsync(Appliance appliance, PublicKey key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var der = keys.Authority.CertifyAppliance(key, appliance.ApplianceId, now, out var notAfter);
        var certificate = new IssuedCertificate
        {
            ApplianceId = appliance.ApplianceId,
            Spki = key.ExportSubjectPublicKeyInfo(),
            Der = der,
            IssuedAt = now,
            NotAfter = notAfter,
        };
        var audit = auditor.Event(
            Auditor.Central, AuditAction.CertificateIssued, appliance.ApplianceId,
            string.Create(CultureInfo.InvariantCulture, $"key {Fingerprint(certificate.Spki)}, until {notAfter:yyyy-MM-dd}"));
        return (await store.Appliances.AddCertificateAsync(certificate, audit, cancellationToken))?.Der;
    }

    /// <summary>Refuses somebody who knows the ticket's secret: that is worth an operator's look.</summary>
    private async Task<CallRefusal> RefuseAsync(Ticket ticket, string reason, CancellationToken cancellationToken)
    {
        Log.TicketRefused(logger, ticket.TicketId, reason);
        await refusals.AppendAsync(
            $"ticket {ticket.TicketId} {reason}", auditor.Event(Auditor.Central, AuditAction.TicketRefused, ticket.TicketId, reason), cancellationToken);
        return new CallRefusal(RefusalKind.NotPermitted, reason);
    }

    private Appliance NewAppliance(JoinApplication application, Ticket ticket, byte[] spki) => new()
    {
        ApplianceId = $"ap-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}",
        PostName = ticket.PostName,
        State = ticket.HardwareSerial.Length == 0 ? ApplianceState.Pending : ApplianceState.Active,
        TicketId = ticket.TicketId,
        SigningSpki = spki,
        StorageSpki = application.StorageSpki.ToArray(),
        HardwareSerial = application.HardwareSerial,
        Epoch = new Guid(application.Epoch.Span, bigEndian: true),
        JoinedAt = time.GetUtcNow(),
    };

    private static bool SecretFits(Ticket ticket, ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(secret), ticket.SecretSha256);

    private static CallRefusal? CheckRest(JoinApplication application, PublicKey key)
    {
        if (application.Epoch.Length != 16)
            return Bad("the epoch does not have 16 bytes");
        if (application.TicketId.Length > TextLengthMax || application.HardwareSerial.Length > TextLengthMax)
            return Bad($"ticket and serial number have at most {TextLengthMax} characters");
        if (application.TicketSecret.Length is < 16 or > 64)
            return Bad("the ticket's secret has 16 to 64 bytes");
        if (!IsAgreementKey(application.StorageSpki.Span))
            return Bad("the storage key is not a P-256 public key");
        byte[] message = [.. "EdgeCheckpoint storage key v1"u8, .. application.StorageSpki.Span];
        return Signatures.Verify(
            SignatureAlgorithm.EcdsaP256Sha256, key.ExportSubjectPublicKeyInfo(), message, application.StorageKeySignature.Span)
            ? null
            : Bad("the storage key is not signed by the signing key");
    }

    /// <summary>The key of a PKCS#10 request whose own signature proves that the sender holds it.</summary>
    private static Result<PublicKey, CallRefusal> ReadRequest(ReadOnlyMemory<byte> der)
    {
        if (der.Length > RequestLengthMax)
            return Bad($"the certificate request has {der.Length} bytes; at most {RequestLengthMax} are read");
        try
        {
            var request = CertificateRequest.LoadSigningRequest(
                der.Span, HashAlgorithmName.SHA256, out var read, CertificateRequestLoadOptions.Default);
            using var key = request.PublicKey.GetECDsaPublicKey();
            if (read == der.Length && key is not null && IsP256(key.ExportParameters(false)))
                return request.PublicKey;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or NotSupportedException)
        {
            return Bad("the certificate request cannot be read, or its signature is not that of its key");
        }

        return Bad("the certificate request is not for a P-256 key");
    }

    private static bool IsAgreementKey(ReadOnlySpan<byte> spki)
    {
        try
        {
            using var key = ECDiffieHellman.Create();
            key.ImportSubjectPublicKeyInfo(spki, out var read);
            return read == spki.Length && IsP256(key.ExportParameters(false));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsP256(ECParameters parameters) =>
        parameters.Curve.IsNamed && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;

    private static CallRefusal Bad(string reason) => new(RefusalKind.BadRequest, reason);
}
