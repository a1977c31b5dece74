using System.Security.Cryptography;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// Opens a sealed list: (1) trust and version, (2) hash of the sealed segment, (3) content key, by the device key and by
/// what a person's sign-in opened, (4) decryption into locked memory, (5) strict reading, (6) state root against the signed one. The same
/// steps after a download and at every start, and for a delta those of <see cref="InstallDelta"/>; nothing is believed because it lies on the card.
/// </summary>
internal sealed class ReleaseInstaller(
    ReleaseStore store, IContentKeyStore keys, IDeviceKey deviceKey, PostKeyring keyring, SiteTrust trust, ClockKeeper clock)
{
    private readonly LeasedKeys _keys = new(keys, deviceKey, keyring, clock);
    private readonly DocumentInstaller _documents = new(store);

    internal ReleaseStore Store => store;

    /// <summary>Held while a list is opened or taken into use: a sign-in and the link may come at the same moment.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>True once the keys are open, so that an installed list can be opened.</summary>
    internal bool CanOpen => _keys.CanOpen;

    /// <summary>Opens what is installed.</summary>
    /// <returns>The generation, or why there is no readable list.</returns>
    internal Result<ListGeneration, ReleaseFailure> OpenInstalled() =>
        store.FindCurrent(out var problem) is { } stored ? Open(stored) : new ReleaseFailure(ReleaseStage.Content, problem);

    /// <summary>
    /// Opens the generation before the one that is installed, for when that one is damaged on the card: an older list is better than
    /// none, and its age shows.
    /// </summary>
    internal Result<ListGeneration, ReleaseFailure> OpenFormer() =>
        store.FindFormer() is { } stored ? Open(stored) : new ReleaseFailure(ReleaseStage.Content, "there is no older list on the card");

    /// <summary>Takes a renewed lease of the installed list's key.</summary>
    /// <param name="version">The list that central was asked about: its key is no other's.</param>
    /// <param name="vouched">What central says is newest; null when it does not say.</param>
    /// <exception cref="IOException">The card cannot be written; the old lease stays.</exception>
    internal void RenewLease(ulong version, NewestStatement? vouched, ReadOnlyMemory<byte> wrapped, DateTimeOffset expiresAt)
    {
        if (store.FindCurrent(out _) is { Release: var release } && ReleaseMetadata.Parse(release.Metadata).TryGet(out var metadata, out _)
            && metadata.Version == version
            && vouched?.Names(metadata.Kind, version, SHA256.HashData(metadata.Bytes.Span)) != false)
        {
            _keys.Renew(metadata.ReleaseId, wrapped, expiresAt);
        }
    }

    /// <inheritdoc cref="LeasedKeys.End"/>
    internal bool EndLease(Guid releaseId) => _keys.End(releaseId);

    /// <summary>The same for the generation that is kept on the card beside the one in use.</summary>
    internal void EndFormerLease()
    {
        if (store.FindFormer() is { } former && ReleaseMetadata.Parse(former.Release.Metadata).TryGet(out var metadata, out _))
            _keys.End(metadata.ReleaseId);
    }

    /// <inheritdoc cref="LeasedKeys.Left"/>
    internal TimeSpan? LeaseLeft(Guid releaseId) => _keys.Left(releaseId);

    /// <inheritdoc cref="ReleaseStore.HighestVersion"/>
    internal ulong HighestVersion() => store.HighestVersion(trust.Current.Trust);

    /// <summary>Verifies metadata as central sent it.</summary>
    internal Result<ReleaseMetadata, ReleaseFailure> Verify(SignedMetadata release) =>
        trust.VerifyOffered(release, ReleaseKind.Watchlist, HighestVersion(), clock.Read().TrustedUnixMicroseconds);

    /// <summary>
    /// The segment that brings this appliance to a release: the delta from the installed version where there is one, else the whole
    /// list. So too when so much lies over the base that searching it costs; and when the keys are closed, for the version on the card.
    /// </summary>
    /// <param name="current">The list in use; null while none is open.</param>
    internal ReleaseSegment? SegmentFor(ReleaseMetadata metadata, ListGeneration? current)
    {
        if ((current?.Metadata.Version ?? (CanOpen ? null : InstalledVersion())) is { } installed
            && metadata.Find(ReleaseMetadata.DeltaSegment(installed)) is var (_, delta)
            && !(current?.IsOverlayLarge ?? false))
        {
            return delta;
        }

        return metadata.Find(ReleaseMetadata.BaseSegment)?.Segment;
    }

    /// <summary>The segment that brings this appliance to the documents of a release; null when the release has none.</summary>
    /// <param name="current">The list in use; null while none is open.</param>
    internal ReleaseSegment? DocumentsSegmentFor(ReleaseMetadata metadata, ListGeneration? current) =>
        DocumentInstaller.SegmentFor(metadata, current is { Documents.Register: not null } ? current.Metadata.Version : CanOpen ? null : InstalledVersion());

    /// <summary>
    /// The segment of a release that waited for the keys and lies on the card whole: what was fetched then, whichever would be fetched now.
    /// </summary>
    /// <param name="current">The list on the card; null when it cannot be opened.</param>
    internal ReleaseSegment? FindStaged(ReleaseMetadata metadata, ListGeneration? current)
    {
        ReleaseSegment?[] fetched =
        [
            current is null ? null : metadata.Find(ReleaseMetadata.DeltaSegment(current.Metadata.Version))?.Segment,
            metadata.Find(ReleaseMetadata.BaseSegment)?.Segment,
        ];
        if (!_documents.IsStaged(metadata, current?.Metadata.Version))
            return null;
        return fetched.OfType<ReleaseSegment>().FirstOrDefault(segment =>
            new FileInfo(store.StagingPath(segment)) is { Exists: true } file && file.Length == segment.SealedLength);
    }

    /// <summary>
    /// Takes the documents of the release in use anew, downloaded whole, where those on the card could not be read. The list itself stays as it is.
    /// </summary>
    internal Result<ListGeneration, ReleaseFailure> RepairDocuments(ListGeneration current) =>
        _keys.Use(current.Metadata.ReleaseId, key =>
        {
            if (!_documents.Prepare(current.Metadata, null, key).TryGet(out var documents, out var failure))
                return failure;
            store.ReplaceDocuments(current.Metadata, documents.StagedPath);
            return (Result<ListGeneration, ReleaseFailure>)(current with { Documents = documents.Documents });
        });

    /// <summary>Deletes what was downloaded of a release and is not what was signed; the rest need not come again.</summary>
    internal void DiscardDamaged(ReleaseMetadata metadata)
    {
        foreach (var segment in metadata.Segments)
        {
            var path = store.StagingPath(segment);
            if (new FileInfo(path) is { Exists: true } file && file.Length >= segment.SealedLength && !ReleaseStore.ReadSegment(path, segment).IsSuccess)
                File.Delete(path);
        }
    }

    /// <summary>Checks a downloaded segment and that of the documents, then takes the release into use.</summary>
    /// <param name="segmentName">Which segment of the release was staged.</param>
    /// <param name="current">The list that a delta is for; null for a whole list and whole documents.</param>
    internal Result<ListGeneration, ReleaseFailure> Install(
        SignedMetadata release, ReleaseMetadata metadata, string segmentName, string staged, ListGeneration? current) =>
        _keys.Use(metadata.ReleaseId, key => segmentName == ReleaseMetadata.BaseSegment
            ? InstallBase(release, metadata, staged, current, key)
            : InstallDelta(release, metadata, segmentName, staged, current, key));

    private Result<ListGeneration, ReleaseFailure> InstallBase(
        SignedMetadata release, ReleaseMetadata metadata, string staged, ListGeneration? current, byte[] key)
    {
        if (!OpenBase(release, metadata, staged, key).TryGet(out var lowest, out var failure)
            || !_documents.Prepare(metadata, current, key).TryGet(out var documents, out failure)
            || !Generation(metadata, lowest, null).TryGet(out var generation, out failure))
        {
            return failure;
        }

        _keys.Destroy(store.Commit(release, metadata, staged, trust.Current.Trust, documents.StagedPath));
        return generation with { Documents = documents.Documents };
    }

    /// <summary>
    /// 1. Opens the delta and reads it. 2. It must be for the list in use. 3. Compiles the new overlay. 4. The root over base and overlay
    /// must be the signed one, and so must the documents. 5. Seals the overlay and takes it into use. The list in use is searched all the while.
    /// </summary>
    private Result<ListGeneration, ReleaseFailure> InstallDelta(
        SignedMetadata release, ReleaseMetadata metadata, string segmentName, string staged, ListGeneration? current, byte[] key)
    {
        // 1
        if (current is null || metadata.Find(segmentName) is not var (place, segment))
            return new ReleaseFailure(ReleaseStage.Content, "there is no list here that the delta could change");
        if (!ReleaseStore.ReadSegment(staged, segment).TryGet(out var sealedBytes, out var failure))
            return failure;
        var plain = new byte[segment.PlainLength];
        if (!SegmentSeal.Open(key, metadata.ReleaseId, place, sealedBytes, plain).TryGet(out _, out failure))
            return failure;
        var decoded = EntryDelta.Decode(plain, DeltaFrame.TryUnpack);
        CryptographicOperations.ZeroMemory(plain);
        if (!decoded.TryGet(out var delta, out var unreadable))
            return new ReleaseFailure(ReleaseStage.Content, unreadable.ToString());

        // 2
        if (delta.FromVersion != current.Metadata.Version || !delta.FromStateRoot.Span.SequenceEqual(current.Metadata.StateRoot.Span))
            return new ReleaseFailure(ReleaseStage.Content, $"the delta is for another list of version {delta.FromVersion} than the one in use, of version {current.Metadata.Version}");

        // 3
        var written = ListOverlay.Write(
            current.Base.Package, current.Overlay?.Package, delta, metadata.Version, metadata.IssuedAtUnixMicroseconds);
        var memory = new LockedMemory(written.Length);
        written.CopyTo(memory.Bytes);

        // 4
        if (!OpenOverlay(memory).TryGet(out var overlay, out failure) || !Generation(metadata, current.Base, overlay).TryGet(out var generation, out failure)
            || !_documents.Prepare(metadata, current, key).TryGet(out var documents, out failure))
        {
            return Discard(memory, failure);
        }

        // 5
        if (!UseBaseKey(current, baseKey => (Result<byte[], ReleaseFailure>)OverlayFile.Seal(key, metadata.ReleaseId, baseKey, written))
            .TryGet(out var file, out failure))
        {
            return Discard(memory, failure);
        }

        CryptographicOperations.ZeroMemory(written);
        _keys.Destroy(store.Commit(
            release, metadata, new StoredBase { Release = current.Base.Release, OverlayLength = written.Length }, file, trust.Current.Trust, documents.StagedPath));
        return generation with { Documents = documents.Documents };
    }

    /// <summary>Opens a generation on the card: its base, and the overlay where deltas brought it here.</summary>
    private Result<ListGeneration, ReleaseFailure> Open(StoredRelease stored)
    {
        if (!trust.VerifyInstalled(stored.Release, ReleaseKind.Watchlist).TryGet(out var metadata, out var failure))
            return failure;
        return _keys.Use(metadata.ReleaseId, key => OpenList(stored, metadata, key).TryGet(out var generation, out var damage)
            ? generation with { Documents = _documents.OpenInstalled(metadata, key) }
            : (Result<ListGeneration, ReleaseFailure>)damage);
    }

    private Result<ListGeneration, ReleaseFailure> OpenList(StoredRelease stored, ReleaseMetadata metadata, byte[] key)
    {
        if (stored.Base is { } lowest)
            return OpenWithOverlay(metadata, lowest, key);
        return OpenBase(stored.Release, metadata, store.FilePath(metadata.Version), key).TryGet(out var opened, out var failure)
            ? Generation(metadata, opened, null)
            : failure;
    }

    private Result<ListGeneration, ReleaseFailure> OpenWithOverlay(ReleaseMetadata metadata, StoredBase stored, byte[] key)
    {
        if (!trust.VerifyInstalled(stored.Release, ReleaseKind.Watchlist).TryGet(out var baseMetadata, out var failure)
            || !ReleaseStore.ReadFile(store.FilePath(metadata.Version)).TryGet(out var file, out failure)
            || !OverlayFile.Open(key, metadata.ReleaseId, file, stored.OverlayLength).TryGet(out var opened, out failure))
        {
            return failure;
        }

        var (baseKey, memory) = opened;
        var lowest = OpenBase(stored.Release, baseMetadata, store.FilePath(baseMetadata.Version), baseKey);
        CryptographicOperations.ZeroMemory(baseKey);
        return lowest.TryGet(out var foundBase, out failure) && OpenOverlay(memory).TryGet(out var overlay, out failure)
            && Generation(metadata, foundBase, overlay).TryGet(out var generation, out failure)
            ? generation
            : Discard(memory, failure);
    }

    /// <summary>Opens a base from its sealed segment and checks it against the metadata it was signed with.</summary>
    private static Result<ListBase, ReleaseFailure> OpenBase(SignedMetadata release, ReleaseMetadata metadata, string segmentPath, byte[] key)
    {
        if (metadata.Find(ReleaseMetadata.BaseSegment) is not var (place, segment))
            return new ReleaseFailure(ReleaseStage.Metadata, "the release has no whole list");
        if (!ReleaseStore.ReadSegment(segmentPath, segment).TryGet(out var sealedBytes, out var failure))
            return failure;
        var memory = new LockedMemory(checked((int)segment.PlainLength));
        if (!SegmentSeal.Open(key, metadata.ReleaseId, place, sealedBytes, memory.Bytes).TryGet(out _, out failure))
            return Discard(memory, failure);
        if (!WatchlistPackage.Open(memory).TryGet(out var package, out var damage))
            return Discard(memory, new ReleaseFailure(ReleaseStage.Content, damage.ToString()));
        if (!package.Info.StateRoot.Span.SequenceEqual(metadata.StateRoot.Span) || package.Info.Version != metadata.Version)
            return Discard(memory, new ReleaseFailure(ReleaseStage.Content, "the package is not the one the metadata signs for"));
        return new ListBase(release, metadata, package, memory);
    }

    private static Result<ListOverlayRun, ReleaseFailure> OpenOverlay(LockedMemory memory) =>
        WatchlistPackage.Open(memory).TryGet(out var package, out var damage)
            ? new ListOverlayRun(package, memory)
            : new ReleaseFailure(ReleaseStage.Content, damage.ToString());

    /// <summary>Puts base and overlay together, and compares their root with the signed one.</summary>
    private static Result<ListGeneration, ReleaseFailure> Generation(ReleaseMetadata metadata, ListBase lowest, ListOverlayRun? overlay)
    {
        var runs = overlay is null ? WatchlistRuns.Of(lowest.Package) : WatchlistRuns.Of(lowest.Package, [overlay.Package]);

        // A base alone was compared when it was opened.
        if (overlay is not null && !StateRoot.Of(runs).AsSpan().SequenceEqual(metadata.StateRoot.Span))
            return new ReleaseFailure(ReleaseStage.Content, "what the delta makes of the list is not what the metadata signs for");
        return new ListGeneration(metadata, lowest, overlay, runs, new WatchlistMatcher(runs, MatchThresholds.Current));
    }

    /// <summary>Hands the content key of the base of a list in use to those who seal it anew.</summary>
    private Result<T, ReleaseFailure> UseBaseKey<T>(ListGeneration current, Func<byte[], Result<T, ReleaseFailure>> use)
        where T : notnull =>
        _keys.Use(current.Metadata.ReleaseId, key =>
        {
            if (current.Overlay is not { } overlay)
                return use(key);
            if (!ReleaseStore.ReadFile(store.FilePath(current.Metadata.Version)).TryGet(out var file, out var failure)
                || !OverlayFile.Open(key, current.Metadata.ReleaseId, file, checked((int)overlay.Memory.Length)).TryGet(out var opened, out failure))
            {
                return failure;
            }

            opened.Overlay.Dispose();
            var used = use(opened.BaseKey);
            CryptographicOperations.ZeroMemory(opened.BaseKey);
            return used;
        });

    private ulong? InstalledVersion() =>
        store.FindCurrent(out _) is { } stored && ReleaseMetadata.Parse(stored.Release.Metadata).TryGet(out var metadata, out _) ? metadata.Version : null;

    private static ReleaseFailure Discard(LockedMemory memory, ReleaseFailure failure)
    {
        memory.Dispose();
        return failure;
    }
}
