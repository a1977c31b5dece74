using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Releases on the wire: signed metadata, the content key leased to the caller, sealed segments in pieces.</summary>
internal sealed class ReleaseService(
    ICentralStore store, SiteKeys keys, ContentKeyLeases leases, PeoplePublication people, NewestStatements statements, TimeProvider time, ILogger<ReleaseService> logger)
    : Protos.V1.ReleaseService.ReleaseServiceBase
{
    private const int PieceLengthMax = 65_536;

    /// <summary>Lines of the release log in an answer (releases.proto).</summary>
    private const int LogLinesMax = 256;

    public override async Task<GetReleaseResponse> GetRelease(GetReleaseRequest request, ServerCallContext context)
    {
        var caller = ApplianceGate.Caller(context);
        if (request.Kind == Protos.V1.ReleaseKind.People)
        {
            var issued = await people.FindAsync(caller, context.CancellationToken);
            return issued is null || request.InstalledVersion >= (ulong)issued.Version
                ? new GetReleaseResponse { IsCurrent = true }
                : Response(
                    issued.Metadata, issued.Signatures, issued.WrappedContentKey,
                    time.GetUtcNow() + await leases.LifeOfAsync(caller, context.CancellationToken));
        }

        var kind = (Releases.ReleaseKind)request.Kind;
        var release = await store.Releases.FindNewestAsync(kind, context.CancellationToken);
        var (statement, bytes, signature) = await statements.IssueAsync(context.CancellationToken);

        // One that was published between the two must not be vouched for and held back.
        if (statement.Find(kind)?.Version is { } vouched && vouched != (ulong)(release?.Version ?? 0))
            release = await store.Releases.FindNewestAsync(kind, context.CancellationToken);
        var answer = await AnswerAsync(request, release, caller, context.CancellationToken);
        answer.NewestStatement = UnsafeByteOperations.UnsafeWrap(bytes);
        answer.NewestSignature = UnsafeByteOperations.UnsafeWrap(signature);
        return answer;
    }

    /// <summary>Lines of the release log.</summary>
    public override async Task<ReadReleaseLogResponse> ReadReleaseLog(ReadReleaseLogRequest request, ServerCallContext context)
    {
        var response = new ReadReleaseLogResponse();
        var lines = await store.Releases.ReadLogAsync((long)Math.Min(request.AfterSequence, long.MaxValue), LogLinesMax, context.CancellationToken);
        response.Entries.AddRange(lines.Select(static line => UnsafeByteOperations.UnsafeWrap(line)));
        return response;
    }

    private async Task<GetReleaseResponse> AnswerAsync(
        GetReleaseRequest request, Release? release, Appliance caller, CancellationToken cancellationToken)
    {
        if (release is null || request.InstalledVersion > (ulong)release.Version)
            return new GetReleaseResponse { IsCurrent = true };
        var lease = await leases.WrapAsync(release, caller, cancellationToken);
        var until = time.GetUtcNow() + await leases.LifeOfAsync(caller, cancellationToken);
        await leases.NoteAsync(caller, until, cancellationToken);
        if (request.InstalledVersion == (ulong)release.Version)
            return Leased(new GetReleaseResponse { IsCurrent = true }, lease, until);
        Log.Leased(logger, caller.ApplianceId, release.Version);
        return Response(release.Metadata, release.Signatures, lease, until);
    }

    private static GetReleaseResponse Response(
        byte[] metadata, IEnumerable<Releases.ReleaseSignature> signatures, byte[] wrappedContentKey, DateTimeOffset until)
    {
        var response = Leased(new GetReleaseResponse { Metadata = ByteString.CopyFrom(metadata) }, wrappedContentKey, until);
        response.Signatures.AddRange(signatures.Select(WireRoots.ToWire));
        return response;
    }

    private static GetReleaseResponse Leased(GetReleaseResponse response, byte[] wrappedContentKey, DateTimeOffset until)
    {
        response.WrappedContentKey = ByteString.CopyFrom(wrappedContentKey);
        response.LeaseExpiresAtUnixMicroseconds = Instant.ToMicroseconds(until);
        return response;
    }

    public override async Task<ReadSegmentResponse> ReadSegment(ReadSegmentRequest request, ServerCallContext context)
    {
        if (request.OffsetBytes > ReleaseMetadata.SegmentBytesMax || request.LengthBytesMax == 0)
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.BadRequest, "no segment reaches that far, or nothing was asked for"));
        var piece = await store.Releases.ReadSegmentAsync(
            request.SegmentSha256.Memory,
            (long)request.OffsetBytes,
            (int)Math.Min(request.LengthBytesMax, PieceLengthMax),
            context.CancellationToken)
            ?? throw GrpcStatuses.From(new CallRefusal(RefusalKind.NotFound, "there is no such segment; ask for the release again"));
        return new ReadSegmentResponse { Content = UnsafeByteOperations.UnsafeWrap(piece) };
    }

    /// <summary>The steps an appliance has not taken, however long it slept: from each root to the next.</summary>
    public override Task<GetRootResponse> GetRoot(GetRootRequest request, ServerCallContext context)
    {
        var response = new GetRootResponse();
        var roots = keys.Roots;
        for (var version = request.AfterVersion; version < (ulong)roots.Length && response.Steps.Count < WireRoots.StepsMax; version++)
        {
            // Root 1 lies at 0: the chain has every version.
            response.Steps.Add(WireRoots.ToStep(roots[(int)version]));
        }

        return Task.FromResult(response);
    }
}
