using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Syncing;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>
/// Redeems a join ticket: (1) make or find the keys, (2) ask central, (3) wait for the operator when there is no serial
/// to go by, (4) check the certificate, (5) write the identity. May be repeated after any failure.
/// </summary>
internal sealed class EnrolmentClient(DataFolder data, IDeviceKeyStore keys, TimeProvider time)
{
    private const string EpochName = "epoch";

    /// <summary>Enrols.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="hardwareSerial">Serial number of the board.</param>
    /// <param name="progress">Told what is awaited, for the technician.</param>
    /// <returns>The identity, or one sentence that names the thing and the remedy.</returns>
    internal async Task<Result<ApplianceIdentity, string>> EnrolAsync(
        JoinTicket ticket, string hardwareSerial, Action<string> progress, CancellationToken cancellationToken)
    {
        if (ApplianceIdentity.Exists(data))
            return AlreadyEnrolled(data);
        using var key = keys.LoadOrCreate();
        var epoch = LoadOrCreateEpoch();
        using var channel = CentralChannel.Open(ticket.CentralAddress, () => ticket.RootMetadata, clientCertificate: null, () => VerificationTimes(ticket));
        var client = new EnrolmentService.EnrolmentServiceClient(channel);
        while (true)
        {
            JoinResponse response;

            // Not a deadline of the wall clock, which may be put right while the call is under way.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                response = await client.JoinAsync(Request(ticket.TicketId, ticket.Secret, hardwareSerial, key, epoch), cancellationToken: ending.Token);
            }
            catch (RpcException fault) when (Refusals.WaitOf(fault) is { } wait)
            {
                progress("Central is busy with other applications; trying again.");
                await Task.Delay(wait, time, cancellationToken);
                continue;
            }
            catch (RpcException fault)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return fault.StatusCode switch
                {
                    StatusCode.Unavailable or StatusCode.Cancelled =>
                        $"Central at {ticket.CentralAddress} does not answer ({fault.Status.Detail}). Check the link and the address on the ticket.",
                    _ => $"Central refused the ticket: {fault.Status.Detail}",
                };
            }

            if (response.State == JoinState.Admitted)
                return Admit(ticket, key, epoch, response);
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(key.SigningKeySpki.Span));
            if (response.FingerprintSha256Hex != fingerprint)
            {
                return $"Central shows the fingerprint {response.FingerprintSha256Hex} for appliance {response.ApplianceId}; the key of this appliance is {fingerprint}. "
                    + "Nothing was installed; have central refuse the application, and report this.";
            }

            progress($"Waiting for approval. Compare at central: appliance {response.ApplianceId}, fingerprint {fingerprint}");
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(response.RetryAfterSeconds, 1u, 60u)), time, cancellationToken);
        }
    }

    /// <summary>Said instead of putting a second identity over the first.</summary>
    internal static string AlreadyEnrolled(DataFolder data) =>
        $"This appliance is enrolled already ({data.Path}). To enrol it anew with a ticket that replaces it, run: edge-checkpoint replace.";

    /// <summary>Writes the request that a stick carries to central; the same one whenever it is asked for again.</summary>
    internal byte[] WriteRequest(string ticketId, ReadOnlyMemory<byte> secret, string hardwareSerial, out string fingerprint)
    {
        using var key = keys.LoadOrCreate();
        fingerprint = Convert.ToHexStringLower(SHA256.HashData(key.SigningKeySpki.Span));
        return EnrolmentFile.Write(EnrolmentFileKind.Request, Request(ticketId, secret, hardwareSerial, key, LoadOrCreateEpoch()).ToByteArray());
    }

    /// <summary>Takes what central answered to a request that was carried to it.</summary>
    /// <param name="ticket">The ticket, under the newest root of the bundle.</param>
    internal Result<ApplianceIdentity, string> AcceptAnswer(JoinTicket ticket, JoinResponse answer)
    {
        if (ApplianceIdentity.Exists(data))
            return AlreadyEnrolled(data);
        if (!keys.Exists)
            return $"There is no key in {data.Path} that this answer could be for. Run: edge-checkpoint enrol request.";
        using var key = keys.Load();
        return Admit(ticket, key, LoadOrCreateEpoch(), answer);
    }

    private Result<ApplianceIdentity, string> Admit(JoinTicket ticket, IDeviceKey key, Guid epoch, JoinResponse response)
    {
        var certificateDer = response.CertificateDer.ToByteArray();
        using var certificate = X509CertificateLoader.LoadCertificate(certificateDer);
        if (!ServerCertificate.IsOfAppliance(ticket.RootMetadata, certificate))
            return "The certificate in the answer was not made by the site's authority. Nothing was installed; report this to central.";
        if (!Credential.IsFor(certificateDer, key))
            return "Central answered with a certificate for another key. Nothing was installed; report this to central.";

        // The identifier is signed in the certificate; what stands beside it on a stick is not.
        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != response.ApplianceId)
            return "Central answered with the certificate of another appliance. Nothing was installed; report this to central.";
        var identity = new ApplianceIdentity
        {
            ApplianceId = response.ApplianceId,
            PostName = response.PostName,
            CentralAddress = ticket.CentralAddress,
            CertificateDer = certificateDer,
            Epoch = epoch,
            TicketIssuedAt = ticket.IssuedAt,
            Replaces = response.ReplacedApplianceId,
        };
        // The identity comes last: while it is missing the appliance is not enrolled, and the next try goes on here.
        SiteTrust.Begin(data, ticket.Root);
        identity.Save(data);
        return identity;
    }

    private static JoinRequest Request(string ticketId, ReadOnlyMemory<byte> secret, string hardwareSerial, IDeviceKey key, Guid epoch)
    {
        var request = new CertificateRequest("CN=edge-checkpoint", key.SigningKey, HashAlgorithmName.SHA256);
        byte[] storageStatement = [.. "EdgeCheckpoint storage key v1"u8, .. key.PublicKeySpki.Span];
        return new JoinRequest
        {
            TicketId = ticketId,
            TicketSecret = ByteString.CopyFrom(secret.Span),
            CertificateRequestDer = ByteString.CopyFrom(request.CreateSigningRequest()),
            StoragePublicKeySpki = ByteString.CopyFrom(key.PublicKeySpki.Span),
            StorageKeySignature = ByteString.CopyFrom(key.Sign(storageStatement)),
            HardwareSerial = hardwareSerial,
            Epoch = ByteString.CopyFrom(epoch.ToByteArray(bigEndian: true)),
        };
    }

    /// <summary>The epoch is chosen once, so that a repeated request is the same request.</summary>
    private Guid LoadOrCreateEpoch()
    {
        var path = Path.Combine(data.Identity, EpochName);
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var epoch))
            return epoch;
        epoch = Guid.NewGuid();
        DataFolder.Write(path, System.Text.Encoding.ASCII.GetBytes(epoch.ToString("D", CultureInfo.InvariantCulture)));
        return epoch;
    }

    /// <summary>A board whose clock is wrong in either direction must still accept central's certificate: the ticket's own time counts too.</summary>
    private (DateTimeOffset Wall, DateTimeOffset Signed) VerificationTimes(JoinTicket ticket)
    {
        var now = time.GetUtcNow();
        return (now < ticket.IssuedAt ? ticket.IssuedAt : now, ticket.IssuedAt);
    }
}
