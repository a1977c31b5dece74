using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Enrolment on the wire.</summary>
internal sealed class EnrolmentService(Enrolment enrolment, IOptions<AppliancesOptions> options)
    : Protos.V1.EnrolmentService.EnrolmentServiceBase
{
    public override async Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        var application = new JoinApplication(
            request.TicketId,
            request.TicketSecret.Memory,
            request.CertificateRequestDer.Memory,
            request.StoragePublicKeySpki.Memory,
            request.StorageKeySignature.Memory,
            request.HardwareSerial,
            request.Epoch.Memory);
        if (!(await enrolment.JoinAsync(application, context.CancellationToken)).TryGet(out var standing, out var refusal))
            throw GrpcStatuses.From(refusal);
        var isPending = standing.Appliance.State == ApplianceState.Pending;
        return new JoinResponse
        {
            State = isPending ? JoinState.Pending : JoinState.Admitted,
            ApplianceId = standing.Appliance.ApplianceId,
            CertificateDer = ByteString.CopyFrom(standing.CertificateDer ?? []),
            FingerprintSha256Hex = Enrolment.Fingerprint(standing.Appliance.SigningSpki),
            RetryAfterSeconds = isPending ? (uint)options.Value.JoinRetrySeconds : 0,
            PostName = standing.Appliance.PostName,
        };
    }

    public override async Task<RenewResponse> Renew(RenewRequest request, ServerCallContext context)
    {
        var answer = await enrolment.RenewAsync(
            ApplianceGate.Caller(context), request.CertificateRequestDer.Memory, context.CancellationToken);
        if (!answer.TryGet(out var der, out var refusal))
            throw GrpcStatuses.From(refusal);
        return new RenewResponse { CertificateDer = ByteString.CopyFrom(der) };
    }
}
