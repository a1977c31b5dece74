using System.Threading.Channels;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using WireKind = EdgeCheckpoint.Protos.V1.ReleaseKind;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Keeps the list up to date: (1) follow the site's roots, (2) ask for the newest release, (3) verify its metadata,
/// (4) download the sealed segment, going on where it stopped, (5) keep its content key, (6) install and switch. Screening goes on on the old list until
/// the switch; a release that is refused changes nothing and is journalled.
/// </summary>
internal sealed class ReleaseSyncService(
    CentralLink link,
    RootSync roots,
    ReleaseInstaller installer,
    ReleaseStore store,
    IContentKeyStore keys,
    InstalledList list,
    JournalStore journal,
    TimeProvider time,
    IOptions<SyncOptions> options,
    ILogger<ReleaseSyncService> logger) : BackgroundService
{
    private const int PieceBytes = 64 * 1024;

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private string _lastRefusal = "";

    /// <summary>Somebody knows of a new release.</summary>
    internal void Ring() => _bell.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            try
            {
                await Task.WhenAny(Task.Delay(delay, time, ending.Token), _bell.Reader.ReadAsync(ending.Token).AsTask());
                await ending.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
                var failure = await TryUpdateAsync(stoppingToken);
                delay = failure is null || !IsLinkTrouble(failure)
                    ? TimeSpan.FromSeconds(options.Value.ReleaseCheckSeconds)
                    : TimeSpan.FromSeconds(Math.Min(options.Value.ReleaseCheckSeconds, Math.Max(1, options.Value.BackoffSecondsMin * 5)));
                if (failure is not null && !IsLinkTrouble(failure))
                    Refuse(failure);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>A card that is full or cannot be written refuses the release; the list in use stays in use.</summary>
    private async Task<ReleaseFailure?> TryUpdateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await UpdateAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException)
        {
            return new ReleaseFailure(ReleaseStage.Content, $"the list cannot be stored or opened here: {fault.Message}");
        }
    }

    /// <summary>One look for a newer release.</summary>
    /// <returns>Null when the newest is in use; otherwise why not. Link trouble has the stage <see cref="ReleaseStage.Segment"/> and no journal entry.</returns>
    private async Task<ReleaseFailure?> UpdateAsync(CancellationToken cancellationToken)
    {
        if (!(await roots.UpdateAsync(cancellationToken)).TryGet(out _, out var rootTrouble))
            return rootTrouble.Failure ?? LinkTrouble(rootTrouble.Detail);
        var installed = list.Current?.Metadata.Version ?? 0;
        var asked = await link.CallAsync(
            async (channel, token) => await new ReleaseService.ReleaseServiceClient(channel).GetReleaseAsync(
                new GetReleaseRequest { Kind = WireKind.Watchlist, InstalledVersion = installed }, cancellationToken: token),
            cancellationToken);
        if (!asked.TryGet(out var answer, out var linkTrouble))
            return LinkTrouble(linkTrouble);
        if (answer.IsCurrent || answer.Metadata.IsEmpty)
            return null;
        var release = WireReleases.Signed(answer.Metadata, answer.Signatures);
        if (!installer.Verify(release).TryGet(out var metadata, out var failure))
            return failure;
        if (metadata.Version == installed)
            return null;
        if (metadata.Segments is not [var segment])
            return new ReleaseFailure(ReleaseStage.Metadata, $"{metadata.Segments.Length} segments; this program installs one");
        if (await DownloadAsync(segment, cancellationToken) is { } incomplete)
            return incomplete;
        keys.Keep(metadata.ReleaseId, new LeasedContentKey(
            answer.WrappedContentKey.ToByteArray(), ClockReading.FromUnixMicroseconds(answer.LeaseExpiresAtUnixMicroseconds)));
        var staged = store.StagingPath(segment);
        if (!installer.Install(release, metadata, staged).TryGet(out var generation, out failure))
        {
            File.Delete(staged);
            return failure;
        }

        list.Switch(generation);
        _lastRefusal = "";
        logger.ReleaseInstalled(metadata.Version, generation.Package.EntryCount);
        Note(new RecordDraft(Lane.Audit, RecordKind.ReleaseInstalled, RecordDraft.Appliance) { ListVersion = metadata.Version });
        return null;
    }

    /// <summary>Fills the staging file up to the signed length and not a byte further.</summary>
    private async Task<ReleaseFailure?> DownloadAsync(ReleaseSegment segment, CancellationToken cancellationToken)
    {
        await using var staging = new FileStream(store.StagingPath(segment), FileMode.OpenOrCreate, FileAccess.Write);
        if (staging.Length > segment.SealedLength)
            staging.SetLength(0);
        staging.Position = staging.Length;
        while (staging.Position < segment.SealedLength)
        {
            var request = new ReadSegmentRequest
            {
                SegmentSha256 = ByteString.CopyFrom(segment.SealedSha256.Span),
                OffsetBytes = (ulong)staging.Position,
                LengthBytesMax = (uint)Math.Min(PieceBytes, segment.SealedLength - staging.Position),
            };
            var read = await link.CallAsync(
                async (channel, token) =>
                    await new ReleaseService.ReleaseServiceClient(channel).ReadSegmentAsync(request, cancellationToken: token),
                cancellationToken);
            if (!read.TryGet(out var piece, out var trouble))
                return LinkTrouble(trouble);
            if (piece.Content.Length == 0 || piece.Content.Length > request.LengthBytesMax)
                return new ReleaseFailure(ReleaseStage.Segment, "central sent a piece of the wrong length");
            await staging.WriteAsync(piece.Content.Memory, cancellationToken);
        }

        staging.Flush(flushToDisk: true);
        return null;
    }

    private void Refuse(ReleaseFailure failure)
    {
        var reason = failure.ToString();
        if (reason == _lastRefusal)
            return;
        _lastRefusal = reason;
        list.Report($"the newest list was refused: {reason}");
        logger.ReleaseRefused(reason);
        Note(new RecordDraft(Lane.Audit, RecordKind.ReleaseRefused, RecordDraft.Appliance) { OutcomeCodes = [(ushort)Code(failure.Stage)] });
    }

    private void Note(RecordDraft draft)
    {
        try
        {
            journal.Append(draft);
        }
        catch (SqliteException fault)
        {
            logger.SyncHeldUp(nameof(ReleaseSyncService), fault.Message);
        }
    }

    private const string LinkPrefix = "link: ";

    private static ReleaseFailure LinkTrouble(string detail) => new(ReleaseStage.Segment, LinkPrefix + detail);

    private static bool IsLinkTrouble(ReleaseFailure failure) => failure.Reason.StartsWith(LinkPrefix, StringComparison.Ordinal);

    private static OutcomeCode Code(ReleaseStage stage) => stage switch
    {
        ReleaseStage.Metadata => OutcomeCode.ReleaseMetadataRefused,
        ReleaseStage.Trust or ReleaseStage.Root => OutcomeCode.ReleaseNotTrusted,
        ReleaseStage.Version => OutcomeCode.ReleaseVersionRefused,
        ReleaseStage.Expiry => OutcomeCode.ReleaseExpired,
        ReleaseStage.Segment => OutcomeCode.ReleaseSegmentRefused,
        ReleaseStage.ContentKey => OutcomeCode.ReleaseKeyRefused,
        _ => OutcomeCode.ReleaseContentRefused,
    };
}
