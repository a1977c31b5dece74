using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Heartbeats on the wire: keeps the newest of each appliance and answers with signed time.</summary>
internal sealed class HealthService(ICentralStore store, SignedClock clock, CentralMetrics metrics, Auditor auditor, TimeProvider time)
    : Protos.V1.HealthService.HealthServiceBase
{
    private const int PartsMax = 64;
    private const int TextLengthMax = 256;
    private const int NonceLengthMax = 64;
    private const int EpochsMax = 16;
    private const int EpochLength = 16;
    private const int PlacesMax = 64;
    private const int RootLength = 32;

    public override async Task<ReportHealthResponse> ReportHealth(ReportHealthRequest request, ServerCallContext context)
    {
        if (request.Nonce.Length > NonceLengthMax || request.Parts.Count > PartsMax)
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.BadRequest, "the nonce or the list of parts is too long"));
        if (request.JournalEpochs.Count > EpochsMax || request.JournalEpochs.Any(static epoch => epoch.Length != EpochLength))
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.BadRequest, $"the journal epochs are not {EpochsMax} at most of {EpochLength} bytes"));
        if (request.JournalPlaces.Count > PlacesMax || request.JournalPlaces.Any(static place => !IsPlace(place)))
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.BadRequest, $"the places in the journal are not {PlacesMax} at most, each of a record"));
        var caller = ApplianceGate.Caller(context);
        var report = Read(caller.ApplianceId, request);
        await store.Appliances.SaveHealthAsync(report, context.CancellationToken);
        await store.Confirmations.NoteAsync(
            caller.ApplianceId, Confirmed(request), report.ReceivedAt, release => SplitView(caller.ApplianceId, release), context.CancellationToken);
        metrics.Heartbeat(Clamp(request.WalBytes), report.ClockOffset);
        var (unixMicroseconds, signature, keyId) = clock.Sign(caller.ApplianceId, request.Nonce.Memory);
        var response = new ReportHealthResponse
        {
            UnixMicroseconds = unixMicroseconds,
            TimeSignature = ByteString.CopyFrom(signature),
            TimeKeyId = ByteString.CopyFrom(keyId),
            AnswersJournalEpochs = true,
        };
        if (request.JournalEpochs.Count > 0)
            response.Lanes.AddRange(await StandingAsync(caller.ApplianceId, request, context.CancellationToken));
        return response;
    }

    /// <summary>
    /// How far the lanes are here, and whether the record at which each stands on the card is the one that is here: numbers alone do not tell a card from its
    /// copy, and what is not the card's own history must not end its own copy.
    /// </summary>
    private async Task<IEnumerable<LaneStanding>> StandingAsync(string applianceId, ReportHealthRequest request, CancellationToken cancellationToken)
    {
        var heads = await store.Records.ReadLanesAsync(
            applianceId, [.. request.JournalEpochs.Select(static epoch => EpochOf(epoch)).Distinct()], cancellationToken);
        // The last one asked about a lane counts.
        var places = request.JournalPlaces.GroupBy(static place => (EpochOf(place.Epoch), (Lane)place.Lane)).ToDictionary(static lane => lane.Key, static lane => lane.Last());
        LaneHead[] compared = [.. heads.Where(head => places.TryGetValue((head.Epoch, head.Lane), out var place) && place.Sequence <= (ulong)head.LastSequence)];
        // Nearly always it is the last, whose value is at hand.
        LaneHead[] looked = [.. compared.Where(head => places[(head.Epoch, head.Lane)].Sequence != (ulong)head.LastSequence)];
        var chains = await store.Records.ReadChainsAsync(
            [.. looked.Select(head => new RecordKey(applianceId, head.Epoch, head.Lane, (long)places[(head.Epoch, head.Lane)].Sequence))], cancellationToken);
        var known = compared.ToDictionary(static head => (head.Epoch, head.Lane), static head => (byte[]?)head.Chain);
        foreach (var (head, chain) in looked.Zip(chains))
            known[(head.Epoch, head.Lane)] = chain;
        return heads.Select(head => ToWire(head, Match(places.GetValueOrDefault((head.Epoch, head.Lane)), known.GetValueOrDefault((head.Epoch, head.Lane)))));
    }

    private static LaneMatch Match(JournalPlace? place, byte[]? chain) =>
        place is null || chain is null ? LaneMatch.Unspecified
        : place.ChainSha256.Span.SequenceEqual(chain) ? LaneMatch.Same
        : LaneMatch.Other;

    private static bool IsPlace(JournalPlace place) =>
        place.Epoch.Length == EpochLength && place.Lane <= (uint)Lane.Health && place.ChainSha256.Length == RecordChain.ValueLength
        && place.Sequence is > 0 and <= long.MaxValue;

    private static Guid EpochOf(ByteString epoch) => new(epoch.Span, bigEndian: true);

    private static LaneStanding ToWire(LaneHead head, LaneMatch match) => new()
    {
        Epoch = ByteString.CopyFrom(head.Epoch.ToByteArray(bigEndian: true)),
        Lane = (uint)head.Lane,
        DurableThrough = (ulong)head.LastSequence,
        BackedUpThrough = (ulong)head.BackedUpThrough,
        Chain = ByteString.CopyFrom(head.Chain),
        Match = match,
    };

    /// <summary>What it has in use of kinds that this site knows, each once; a root of the wrong length is none.</summary>
    private static ConfirmedRelease[] Confirmed(ReportHealthRequest request) =>
    [
        .. request.Releases
            .Where(static release => release.Kind is > 0 and <= (uint)Releases.ReleaseKind.Suppression && release.StateRootSha256.Length == RootLength
                && release.ReleaseId.Length is 0 or EpochLength)
            .DistinctBy(static release => release.Kind)
            .Select(static release => new ConfirmedRelease(
                (Releases.ReleaseKind)release.Kind, Clamp(release.Version), release.ReleaseId.ToByteArray(), release.StateRootSha256.ToByteArray())),
    ];

    private AuditEvent SplitView(string applianceId, ConfirmedRelease release) =>
        auditor.Event(
            "central", AuditAction.SplitView, applianceId,
            $"it has {release.Kind} {release.Version} with a state root that this site never published under that version");

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
