using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using LaneMatch = EdgeCheckpoint.Worker.Journal.LaneMatch;
using LaneStanding = EdgeCheckpoint.Worker.Journal.LaneStanding;
using ReleaseKind = EdgeCheckpoint.Releases.ReleaseKind;
using WireQuality = EdgeCheckpoint.Protos.V1.ClockQuality;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>Tells central how the appliance does, and takes central's signed time.</summary>
internal sealed class HeartbeatService(
    CentralLink link,
    JournalStore journal,
    InstalledList list,
    PostPeople people,
    ClockKeeper clock,
    ApplianceHealth health,
    RefusedEpochs refused,
    ApplianceIdentity identity,
    SiteTrust trust,
    DataFolder data,
    TimeProvider time,
    IOptions<SyncOptions> options,
    ILogger<HeartbeatService> logger) : BackgroundService
{
    private const int NonceLength = 16;
    private const int EpochLength = 16;

    /// <summary>Central answers for so many at most (health.proto).</summary>
    private const int EpochsMax = 16;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.HeartbeatSeconds), time);
        try
        {
            do
                await TryBeatAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>A full or read-only card must not end the program: without it there is no counter page.</summary>
    private async Task TryBeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeatAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            logger.SyncHeldUp(nameof(HeartbeatService), fault.Message);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var asked = journal.Epochs(EpochsMax);
        var mark = journal.DurableMark;
        var request = Request(nonce, asked);
        var result = await link.CallAsync(
            async (channel, token) =>
                await new Protos.V1.HealthService.HealthServiceClient(channel).ReportHealthAsync(request, cancellationToken: token),
            cancellationToken);
        if (!result.TryGet(out var answer, out _))
            return;
        TakeTime(answer, nonce);
        if (answer.AnswersJournalEpochs)
            TakeStanding(journal.TakeStanding(asked, Standing(answer), mark));
    }

    private void TakeStanding(StandingTaken taken)
    {
        if (taken.Behind > 0)
            logger.CentralIsBehind(taken.Behind);
        foreach (var lane in taken.Unfillable)
        {
            refused.Closed(lane.Lane, lane.Epoch, lane.Reason);
            logger.CentralLacksWhatIsLost(lane.Lane, lane.Epoch, lane.Reason);
        }
    }

    private static ImmutableArray<LaneStanding> Standing(ReportHealthResponse answer) =>
    [
        .. answer.Lanes.Where(static lane => lane.Epoch.Length == EpochLength && lane.Lane <= (uint)Lane.Health).Select(static lane => new LaneStanding(
            new Guid(lane.Epoch.Span, bigEndian: true), (Lane)lane.Lane, lane.DurableThrough, lane.BackedUpThrough, lane.Chain.Memory,
            lane.Match switch
            {
                Protos.V1.LaneMatch.Same => LaneMatch.Same,
                Protos.V1.LaneMatch.Other => LaneMatch.Other,
                _ => LaneMatch.NotSaid,
            })),
    ];

    /// <summary>Only time that is signed for this appliance and answers this very question raises the floor.</summary>
    private void TakeTime(ReportHealthResponse answer, byte[] nonce)
    {
        var statement = new TimeStatement(identity.ApplianceId, answer.UnixMicroseconds, nonce);
        if (!trust.Current.Trust.IsSignedTime(statement, answer.TimeSignature.Span))
        {
            logger.SignedTimeRefused("the signature is not that of a timestamp key of the site");
            return;
        }

        clock.Confirm(ClockReading.FromUnixMicroseconds(answer.UnixMicroseconds));
    }

    private ReportHealthRequest Request(byte[] nonce, ImmutableArray<Guid> epochs)
    {
        var now = clock.Read();
        var depth = journal.Depth();
        var request = new ReportHealthRequest
        {
            SentAtUnixMicroseconds = now.WallUnixMicroseconds,
            ClockQuality = (WireQuality)(int)now.Quality,
            RecordsWaiting = (ulong)depth.RecordsWaiting,
            OldestWaitingSeconds = depth.OldestWrittenAt is { } oldest ? (ulong)Math.Max(0, (now.Wall - oldest).TotalSeconds) : 0,
            DiskFreeBytes = (ulong)new DriveInfo(data.Path).AvailableFreeSpace,
            SoftwareVersion = ApplianceHealth.SoftwareVersion,
            Nonce = ByteString.CopyFrom(nonce),
            RootVersion = trust.Current.Version,
            WalBytes = (ulong)journal.WalBytes,
        };
        request.JournalEpochs.AddRange(epochs.Select(static epoch => ByteString.CopyFrom(epoch.ToByteArray(bigEndian: true))));
        request.JournalPlaces.AddRange(journal.PlacesOf(epochs).Select(static place => new JournalPlace
        {
            Epoch = ByteString.CopyFrom(place.Epoch.ToByteArray(bigEndian: true)),
            Lane = (uint)place.Lane,
            Sequence = place.Sequence,
            ChainSha256 = ByteString.CopyFrom(place.Chain.Span),
        }));
        if (list.Current is { } generation)
        {
            request.Releases.Add(new InstalledRelease
            {
                Kind = (uint)ReleaseKind.Watchlist,
                Version = generation.Metadata.Version,
                StateRootSha256 = ByteString.CopyFrom(generation.Metadata.StateRoot.Span),
                ReleaseId = ByteString.CopyFrom(generation.Metadata.ReleaseId.ToByteArray(bigEndian: true)),
            });
        }

        if (list.Suppression is { } suppression)
        {
            request.Releases.Add(new InstalledRelease
            {
                Kind = (uint)ReleaseKind.Suppression,
                Version = suppression.Metadata.Version,
                StateRootSha256 = ByteString.CopyFrom(suppression.Metadata.StateRoot.Span),
                ReleaseId = ByteString.CopyFrom(suppression.Metadata.ReleaseId.ToByteArray(bigEndian: true)),
            });
        }

        if (people.Current is { } accounts)
        {
            request.Releases.Add(new InstalledRelease
            {
                Kind = (uint)ReleaseKind.People,
                Version = accounts.Version,
                StateRootSha256 = ByteString.CopyFrom(PeopleContent.RootOf(accounts.Encode())),
            });
        }

        request.Parts.AddRange(health.Parts().Select(static part => new PartHealth
        {
            Part = part.Name,
            Detail = part.Health.Detail,
            State = part.Health.State switch
            {
                Devices.DeviceState.Ok => PartState.Ok,
                Devices.DeviceState.Attention => PartState.Attention,
                Devices.DeviceState.Failed => PartState.Failed,
                _ => PartState.NotFitted,
            },
        }));
        return request;
    }
}
