using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Heartbeats on the wire: keeps the newest of each appliance and answers with signed time.</summary>
internal sealed class HealthService(ICentralStore store, SignedClock clock, TimeProvider time)
    : Protos.V1.HealthService.HealthServiceBase
{
    private const int PartsMax = 64;
    private const int TextLengthMax = 256;
    private const int NonceLengthMax = 64;

    public override async Task<ReportHealthResponse> ReportHealth(ReportHealthRequest request, ServerCallContext context)
    {
        if (request.Nonce.Length > NonceLengthMax || request.Parts.Count > PartsMax)
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.BadRequest, "the nonce or the list of parts is too long"));
        var caller = ApplianceGate.Caller(context);
        await store.Appliances.SaveHealthAsync(Read(caller.ApplianceId, request), context.CancellationToken);
        var (unixMicroseconds, signature, keyId) = clock.Sign(caller.ApplianceId, request.Nonce.Memory);
        return new ReportHealthResponse
        {
            UnixMicroseconds = unixMicroseconds,
            TimeSignature = ByteString.CopyFrom(signature),
            TimeKeyId = ByteString.CopyFrom(keyId),
        };
    }

    private HealthReport Read(string applianceId, ReportHealthRequest request)
    {
        var now = time.GetUtcNow();
        var list = request.Releases.FirstOrDefault(static release => release.Kind == (uint)Releases.ReleaseKind.Watchlist);
        return new HealthReport
        {
            ApplianceId = applianceId,
            ReceivedAt = now,
            ClockQuality = (int)request.ClockQuality,
            ClockOffset = Instant.FromMicroseconds(request.SentAtUnixMicroseconds) - now,
            ListVersion = Clamp(list?.Version ?? 0),
            ListStateRoot = list?.StateRootSha256.ToByteArray() ?? [],
            RootVersion = Clamp(request.RootVersion),
            RecordsWaiting = Clamp(request.RecordsWaiting),
            OldestWaiting = TimeSpan.FromSeconds(Math.Min(request.OldestWaitingSeconds, (ulong)TimeSpan.FromDays(36_500).TotalSeconds)),
            DiskFreeBytes = Clamp(request.DiskFreeBytes),
            SoftwareVersion = Cut(request.SoftwareVersion),
            Parts = [.. request.Parts.Select(static part => new ReportedPart(Cut(part.Part), (int)part.State, Cut(part.Detail)))],
        };
    }

    private static long Clamp(ulong value) => (long)Math.Min(value, long.MaxValue);

    private static string Cut(string text) => text.Length <= TextLengthMax ? text : text[..TextLengthMax];
}
