using System.Security.Cryptography;
using System.Threading.Channels;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using ReleaseKind = EdgeCheckpoint.Releases.ReleaseKind;
using WireKind = EdgeCheckpoint.Protos.V1.ReleaseKind;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Keeps accounts and list up to date: (1) follow the site's roots, (2) urgent delistings, (3) the accounts, (4) the list. For each: ask for the
/// newest release, verify its metadata, download the sealed segment, going on where it stopped, keep its content key, install
/// and switch. A list that comes while the keys are closed waits on the card, downloaded whole. Work goes on on what is
/// installed until the switch; a release that is refused changes nothing and is journalled.
/// </summary>
internal sealed class ReleaseSyncService(
    IReleaseSource central,
    BundleIntake bundles,
    RootSync roots,
    NewestSync newest,
    ReleaseInstaller lists,
    PeopleInstaller accounts,
    SuppressionInstaller suppressions,
    IContentKeyStore keys,
    InstalledList list,
    PostPeople people,
    SignInDesk desk,
    LeaseHold hold,
    JournalStore journal,
    TimeProvider time,
    IOptions<SyncOptions> options,
    ILogger<ReleaseSyncService> logger) : BackgroundService
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>How long a list that cannot be read here is not fetched again; by elapsed time, since clocks jump.</summary>
    private static readonly TimeSpan UnreadablePatience = TimeSpan.FromHours(6);

    /// <summary>A segment that was not what was signed is fetched once more, since the card or the way may have spoilt it.</summary>
    private const int SpoiltTriesMax = 2;

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private string _lastRootRefusal = "";
    private string _lastListRefusal = "";
    private string _lastPeopleRefusal = "";
    private string _lastSuppressionRefusal = "";
    private string _lastParting = "";
    private (Guid ReleaseId, long Since, int Tries)? _unreadable;

    /// <summary>A release that central offers, and its content key for this appliance.</summary>
    private sealed record Offered(SignedMetadata Release, ReleaseMetadata Metadata, LeasedContentKey Key);

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
                await TakeBundleAsync(stoppingToken);

                var isLinkUp = await UpdateAsync(central, stoppingToken);
                delay = TimeSpan.FromSeconds(isLinkUp
                    ? options.Value.ReleaseCheckSeconds
                    : Math.Min(options.Value.ReleaseCheckSeconds, Math.Max(1, options.Value.BackoffSecondsMin * 5)));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>A card that is full keeps the stick's file for later; what is in use stays in use.</summary>
    internal async Task TakeBundleAsync(CancellationToken cancellationToken)
    {
        try
        {
            // What a stick brings waits with it: used up now, its list would be missing afterwards.
            if (hold.IsHeld)
            {
                bundles.Wait();
                return;
            }

            using var bundle = bundles.TryOpen();
            if (bundle is not null)
                bundles.Done(bundle, await UpdateAsync(bundle, cancellationToken));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            bundles.Wait();
            logger.SyncHeldUp(nameof(BundleIntake), fault.Message);
        }
    }

    /// <summary>One look at central.</summary>
    internal Task<bool> LookAsync(CancellationToken cancellationToken) => UpdateAsync(central, cancellationToken);

    /// <summary>One look for everything, by what matters first.</summary>
    /// <returns>False for trouble with the link, or with the stick.</returns>
    private async Task<bool> UpdateAsync(IReleaseSource source, CancellationToken cancellationToken) =>
        RefuseRoot(await TryAsync(UpdateRootsAsync, source, cancellationToken))
        && (hold.IsHeld || RefuseSuppression(await TryAsync(UpdateSuppressionAsync, source, cancellationToken)))
        && RefusePeople(await TryAsync(UpdatePeopleAsync, source, cancellationToken))
        && (hold.IsHeld || RefuseList(await TryAsync(UpdateListAsync, source, cancellationToken)));

    /// <summary>A card that is full or cannot be written refuses the release; what is in use stays in use.</summary>
    private static async Task<ReleaseFailure?> TryAsync(
        Func<IReleaseSource, CancellationToken, Task<ReleaseFailure?>> update, IReleaseSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await update(source, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException)
        {
            return new ReleaseFailure(ReleaseStage.Content, $"the release cannot be stored or opened here: {fault.Message}");
        }
    }

    /// <summary>One look for newer roots: what comes after may be signed with their keys.</summary>
    private async Task<ReleaseFailure?> UpdateRootsAsync(IReleaseSource source, CancellationToken cancellationToken) =>
        (await roots.UpdateAsync(source, cancellationToken)).TryGet(out _, out var trouble) ? null : trouble.Failure ?? LinkTrouble(trouble.Detail);

    /// <summary>One look for urgent delistings, before anything larger.</summary>
    private async Task<ReleaseFailure?> UpdateSuppressionAsync(IReleaseSource source, CancellationToken cancellationToken)
    {
        var known = list.Suppression?.Metadata.Version ?? (lists.CanOpen ? 0 : suppressions.Store.HighestEver());
        var (offered, failure) = await AskAsync(source, WireKind.Suppression, known, suppressions.HighestVersion, suppressions.Verify, cancellationToken);
        if (offered is null)
            return failure;
        var (_, segment) = offered.Metadata.Find(ReleaseMetadata.RemovalsSegment)!.Value; // The verifier takes no other.
        if (await DownloadAsync(source, suppressions.Store, segment, cancellationToken) is { } incomplete)
            return incomplete;
        if (!hold.TryKeep(() => keys.Keep(offered.Metadata.ReleaseId, offered.Key)))
            return null;
        if (!lists.CanOpen)
        {
            suppressions.Store.Await(offered.Release);
            return null;
        }

        var staged = suppressions.Store.StagingPath(segment);
        if (!suppressions.Install(offered.Release, offered.Metadata, staged).TryGet(out var suppression, out failure))
        {
            File.Delete(staged);
            return failure;
        }

        list.Suppress(suppression);
        _lastSuppressionRefusal = "";
        logger.SuppressionInstalled(offered.Metadata.Version, suppression.Removals.Items.Length);
        journal.Note(new RecordDraft(Lane.Audit, RecordKind.SuppressionInstalled, RecordDraft.Appliance) { ListVersion = offered.Metadata.Version }, logger);
        return null;
    }

    /// <summary>One look for newer accounts.</summary>
    private async Task<ReleaseFailure?> UpdatePeopleAsync(IReleaseSource source, CancellationToken cancellationToken)
    {
        var (offered, failure) = await AskAsync(
            source, WireKind.People, people.Current?.Version ?? 0, accounts.HighestVersion, accounts.Verify, cancellationToken);
        if (offered is null)
            return failure;
        if (offered.Metadata.Segments is not [var segment])
            return new ReleaseFailure(ReleaseStage.Metadata, $"{offered.Metadata.Segments.Length} segments; a people release has one");
        if (await DownloadAsync(source, accounts.Store, segment, cancellationToken) is { } incomplete)
            return incomplete;
        keys.Keep(offered.Metadata.ReleaseId, offered.Key);
        var staged = accounts.Store.StagingPath(segment);
        if (!accounts.Install(offered.Release, offered.Metadata, staged).TryGet(out var installed, out failure))
        {
            File.Delete(staged);
            return failure;
        }

        people.Switch(installed);
        desk.TakeAccounts(installed);
        _lastPeopleRefusal = "";
        logger.PeopleInstalled(installed.Version, installed.Accounts.Length);
        journal.Note(new RecordDraft(Lane.Audit, RecordKind.PeopleInstalled, RecordDraft.Appliance), logger);
        return null;
    }

    /// <summary>One look for a newer list.</summary>
    private async Task<ReleaseFailure?> UpdateListAsync(IReleaseSource source, CancellationToken cancellationToken)
    {
        // A list that cannot be opened although the keys are open is fetched again; so are documents that cannot be read.
        var known = list.Current is { } current ? (current.Documents.Problem.Length == 0 ? current.Metadata.Version : 0)
            : lists.CanOpen ? 0 : lists.Store.HighestEver();
        var (offered, failure) = await AskAsync(source, WireKind.Watchlist, known, lists.HighestVersion, lists.Verify, cancellationToken);
        if (offered is null)
            return failure;
        var isInUse = list.Current?.Metadata.ReleaseId == offered.Metadata.ReleaseId;
        if (isInUse)
            hold.TryKeep(() => lists.RenewLease(offered.Metadata.Version, null, offered.Key.Wrapped, offered.Key.LeaseExpiresAt));
        // What central's copy could not be may still come by a stick.
        if (ReferenceEquals(source, central) && IsUnreadable(offered.Metadata.ReleaseId))
            return null;
        failure = isInUse ? await RepairDocumentsAsync(source, offered, cancellationToken) : await TakeListAsync(source, offered, cancellationToken);
        if (failure is not null && !IsLinkTrouble(failure))
            lists.DiscardDamaged(offered.Metadata);
        NoteUnreadable(offered.Metadata.ReleaseId, failure);
        return failure;
    }

    /// <summary>What cannot be read here will not be readable in five minutes, and the link may be a poor one.</summary>
    private bool IsUnreadable(Guid releaseId) =>
        _unreadable is var (known, since, tries) && known == releaseId && tries >= SpoiltTriesMax && time.GetElapsedTime(since) < UnreadablePatience;

    private void NoteUnreadable(Guid releaseId, ReleaseFailure? failure)
    {
        if (failure is null)
        {
            _unreadable = null;
        }
        else if (!IsLinkTrouble(failure))
        {
            var before = _unreadable is var (known, since, tried) && known == releaseId && time.GetElapsedTime(since) < UnreadablePatience ? tried : 0;
            var tries = failure.Stage switch
            {
                ReleaseStage.Content => SpoiltTriesMax,
                ReleaseStage.Segment => before + 1,
                _ => 0,
            };
            _unreadable = (releaseId, time.GetTimestamp(), tries);
        }
    }

    /// <summary>The list in use is whole, but its documents are not: they alone are fetched, and put in their place in one step.</summary>
    private async Task<ReleaseFailure?> RepairDocumentsAsync(IReleaseSource source, Offered offered, CancellationToken cancellationToken)
    {
        if (offered.Metadata.Find(ReleaseMetadata.DocumentsSegment) is not var (_, documents))
            return null;
        if (await DownloadAsync(source, lists.Store, documents, cancellationToken) is { } incomplete)
            return incomplete;
        lock (lists.Gate)
        {
            // A newer list, or dropped keys, may have come in between.
            if (list.Whole is not { } current || current.Metadata.ReleaseId != offered.Metadata.ReleaseId)
                return null;
            if (!lists.RepairDocuments(current).TryGet(out var repaired, out var failure))
                return failure;
            list.Switch(repaired);
            if (!lists.CanOpen)
                list.Close();
        }

        _lastListRefusal = "";
        logger.DocumentsRepaired(offered.Metadata.Version);
        return null;
    }

    private async Task<ReleaseFailure?> TakeListAsync(IReleaseSource source, Offered offered, CancellationToken cancellationToken)
    {
        if (lists.SegmentFor(offered.Metadata, list.Current) is not { } segment)
            return new ReleaseFailure(ReleaseStage.Metadata, "the release has no whole list");
        var documents = lists.DocumentsSegmentFor(offered.Metadata, list.Current);
        var failure = await TakeListAsync(source, offered, segment, documents, cancellationToken);
        if (failure is null || IsLinkTrouble(failure)
            || (segment.Name == ReleaseMetadata.BaseSegment && documents?.Name is null or ReleaseMetadata.DocumentsSegment))
        {
            return failure;
        }

        // A delta that does not lead to the signed root is told of, and the whole list taken.
        RefuseList(failure);
        lists.DiscardDamaged(offered.Metadata);
        return await TakeListAsync(
            source, offered, offered.Metadata.Find(ReleaseMetadata.BaseSegment)!.Value.Segment,
            offered.Metadata.Find(ReleaseMetadata.DocumentsSegment)?.Segment, cancellationToken);
    }

    private async Task<ReleaseFailure?> TakeListAsync(
        IReleaseSource source, Offered offered, ReleaseSegment segment, ReleaseSegment? documents, CancellationToken cancellationToken)
    {
        if (await DownloadAsync(source, lists.Store, segment, cancellationToken) is { } incomplete)
            return incomplete;
        if (documents is not null && await DownloadAsync(source, lists.Store, documents, cancellationToken) is { } incompleteDocuments)
            return incompleteDocuments;
        if (!hold.TryKeep(() => keys.Keep(offered.Metadata.ReleaseId, offered.Key)))
            return null;
        if (!lists.CanOpen)
        {
            lists.Store.Await(offered.Release);
            return null;
        }

        var staged = lists.Store.StagingPath(segment);
        ListGeneration? generation;
        lock (lists.Gate)
        {
            // A sign-in of this moment may have taken it already.
            if (list.Current is { Documents.Problem.Length: 0 } current && current.Metadata.Version >= offered.Metadata.Version
                && lists.HighestVersion() >= offered.Metadata.Version)
            {
                return null;
            }

            if (!lists.Install(offered.Release, offered.Metadata, segment.Name, staged, list.Current).TryGet(out generation, out var failure))
                return failure;

            list.Switch(generation);

            // The keys were dropped in this moment: what they opened goes too.
            if (!lists.CanOpen)
                list.Close();
        }

        _lastListRefusal = "";
        logger.ReleaseInstalled(offered.Metadata.Version, generation.Runs.EntryCount);
        journal.Note(new RecordDraft(Lane.Audit, RecordKind.ReleaseInstalled, RecordDraft.Appliance) { ListVersion = offered.Metadata.Version }, logger);
        return null;
    }

    /// <summary>
    /// Asks for the newest release and verifies its metadata. Where what is in use was signed by keys that a root has since taken away, its
    /// version may be one that thieves made up: a newest release below it is asked for too, and taken when today's keys signed it.
    /// </summary>
    /// <param name="binding">The version that nothing may go back behind.</param>
    /// <returns>
    /// The release, or why there is none; neither when the newest is in use. Link trouble has the stage
    /// <see cref="ReleaseStage.Segment"/> and no journal entry.
    /// </returns>
    private async Task<(Offered? Offered, ReleaseFailure? Failure)> AskAsync(
        IReleaseSource source,
        WireKind kind,
        ulong installed,
        Func<ulong> binding,
        Func<SignedMetadata, Result<ReleaseMetadata, ReleaseFailure>> verify,
        CancellationToken cancellationToken)
    {
        var (offered, failure) = await AskAsync(source, kind, installed, verify, cancellationToken);
        if (offered is not null || failure is not null || binding() is var bound && bound >= installed)
            return (offered, failure);
        (offered, failure) = await AskAsync(source, kind, bound, verify, cancellationToken);
        return (offered, failure is null || failure.Stage == ReleaseStage.Trust ? null : failure);
    }

    private async Task<(Offered? Offered, ReleaseFailure? Failure)> AskAsync(
        IReleaseSource source,
        WireKind kind,
        ulong installed,
        Func<SignedMetadata, Result<ReleaseMetadata, ReleaseFailure>> verify,
        CancellationToken cancellationToken)
    {
        var asked = await source.GetReleaseAsync(new GetReleaseRequest { Kind = kind, InstalledVersion = installed }, cancellationToken);
        if (!asked.TryGet(out var answer, out var linkTrouble))
            return (null, LinkTrouble(linkTrouble));
        NewestStatement? vouched = null;
        if (kind != WireKind.People)
        {
            (vouched, var doubt) = await newest.TakeAsync(source, answer, cancellationToken);
            if (doubt is { Failure: { Stage: ReleaseStage.Log } parted })
                TellParted(parted);
            else if (doubt is not null)
                return (null, doubt.Failure ?? LinkTrouble(doubt.Detail));
        }

        if (answer.IsCurrent || answer.Metadata.IsEmpty)
        {
            if (vouched?.Find((ReleaseKind)kind) is { } held && held.Version > installed)
                return (null, new ReleaseFailure(ReleaseStage.Timestamp, $"central says that {held.Kind} {held.Version} is newest, and does not offer it"));
            if (kind == WireKind.Watchlist && answer.WrappedContentKey.Length > 0)
            {
                hold.TryKeep(() => lists.RenewLease(
                    installed, vouched, answer.WrappedContentKey.ToByteArray(), ClockReading.FromUnixMicroseconds(answer.LeaseExpiresAtUnixMicroseconds)));
            }

            return (null, null);
        }

        var release = WireReleases.Signed(answer.Metadata, answer.Signatures);
        if (!verify(release).TryGet(out var metadata, out var failure))
            return (null, failure);
        if (vouched is not null && !vouched.Names(metadata.Kind, metadata.Version, SHA256.HashData(metadata.Bytes.Span)))
            return (null, new ReleaseFailure(ReleaseStage.Timestamp, $"central offers {metadata.Kind} {metadata.Version}, which is not what it says is newest"));
        if (metadata.Version == installed)
            return (null, null);
        return (new Offered(release, metadata, new LeasedContentKey(
            answer.WrappedContentKey.ToByteArray(), ClockReading.FromUnixMicroseconds(answer.LeaseExpiresAtUnixMicroseconds))), null);
    }

    /// <summary>Fills the staging file up to the signed length and not a byte further.</summary>
    private static async Task<ReleaseFailure?> DownloadAsync(
        IReleaseSource source, ReleaseStore store, ReleaseSegment segment, CancellationToken cancellationToken)
    {
        await using var staging = new FileStream(store.StagingPath(segment), FileMode.OpenOrCreate, FileAccess.Write);
        if (staging.Length > segment.SealedLength)
            staging.SetLength(0);
        staging.Position = staging.Length;
        DataFolder.Tell(FileStep.Write, staging.Name);
        while (staging.Position < segment.SealedLength)
        {
            var request = new ReadSegmentRequest
            {
                SegmentSha256 = ByteString.CopyFrom(segment.SealedSha256.Span),
                OffsetBytes = (ulong)staging.Position,
                LengthBytesMax = (uint)Math.Min(PieceBytes, segment.SealedLength - staging.Position),
            };
            var read = await source.ReadSegmentAsync(request, cancellationToken);
            if (!read.TryGet(out var piece, out var trouble))
                return LinkTrouble(trouble);
            if (piece.Content.Length == 0 || piece.Content.Length > request.LengthBytesMax)
                return new ReleaseFailure(ReleaseStage.Segment, "central sent a piece of the wrong length");
            await staging.WriteAsync(piece.Content.Memory, cancellationToken);
        }

        await staging.FlushAsync(cancellationToken);
        DataFolder.Tell(FileStep.Flush, staging.Name);
        staging.Flush(flushToDisk: true);
        return null;
    }

    /// <summary>A root that is refused stops nothing: releases of the keys that are trusted go on.</summary>
    private bool RefuseRoot(ReleaseFailure? failure) =>
        Refuse(failure, ref _lastRootRefusal, reason => list.Report($"the site's new keys were refused: {reason}"));

    private bool RefuseSuppression(ReleaseFailure? failure) =>
        Refuse(failure, ref _lastSuppressionRefusal, reason => list.Report($"the newest delistings were refused: {reason}"));

    private bool RefusePeople(ReleaseFailure? failure) =>
        Refuse(failure, ref _lastPeopleRefusal, reason => people.Report($"the newest accounts were refused: {reason}"), RecordKind.PeopleRefused);

    private bool RefuseList(ReleaseFailure? failure) =>
        Refuse(failure, ref _lastListRefusal, reason => list.Report($"the newest list was refused: {reason}"));

    /// <summary>This post has been shown another history of releases than before. An alert, and work goes on.</summary>
    private void TellParted(ReleaseFailure failure) =>
        Refuse(failure, ref _lastParting, reason => list.Report($"central's log of releases is another than before: {reason}"), lane: Lane.Alerts);

    /// <summary>Tells of a refusal once: on the page, in the log, in the journal.</summary>
    /// <returns>False for link trouble, which is none.</returns>
    private bool Refuse(
        ReleaseFailure? failure, ref string last, Action<string> report, RecordKind kind = RecordKind.ReleaseRefused, Lane lane = Lane.Audit)
    {
        if (failure is null || IsLinkTrouble(failure))
            return failure is null;
        if (failure.ToString() == last)
            return true;
        last = failure.ToString();
        report(last);
        logger.ReleaseRefused(last);
        journal.Note(new RecordDraft(lane, kind, RecordDraft.Appliance) { OutcomeCodes = [(ushort)Code(failure.Stage)] }, logger);
        return true;
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
        ReleaseStage.Timestamp => OutcomeCode.NewestRefused,
        ReleaseStage.Log => OutcomeCode.ReleaseLogParted,
        ReleaseStage.ContentKey => OutcomeCode.ReleaseKeyRefused,
        _ => OutcomeCode.ReleaseContentRefused,
    };
}
