using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Enrolment on the wire.</summary>
internal sealed class EnrolmentService(Enrolment enrolment, SiteKeys keys, IOptions<AppliancesOptions> options)
    : Protos.V1.EnrolmentService.EnrolmentServiceBase
{
    public override async Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        if (!(await enrolment.JoinAsync(WireEnrolment.Read(request), context.CancellationToken)).TryGet(out var standing, out var refusal))
            throw GrpcStatuses.From(refusal);
        return WireEnrolment.Answer(standing, options.Value.JoinRetrySeconds);
    }

    public override Task<GetSiteRootsResponse> GetSiteRoots(GetSiteRootsRequest request, ServerCallContext context)
    {
        if (!WireEnrolment.TryFindRoots(keys.Roots, request, out var roots))
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.NotFound, "this site never had the root of that ticket; check the address"));
        var response = new GetSiteRootsResponse();
        response.Steps.AddRange(roots.Take(WireRoots.StepsMax).Select(WireRoots.ToStep));
        return Task.FromResult(response);
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
