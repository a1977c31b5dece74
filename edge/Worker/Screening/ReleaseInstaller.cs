using System.Security.Cryptography;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// Opens a sealed list: (1) trust and version, (2) hash of the sealed segment, (3) content key, by the device key and by
/// what a person's sign-in opened, (4) decryption into locked memory, (5) strict reading, (6) state root against the signed one. The same steps after a download and at every
/// start; nothing is believed because it lies on the card.
/// </summary>
internal sealed class ReleaseInstaller(
    ReleaseStore store, IContentKeyStore keys, IDeviceKey deviceKey, PostKeyring keyring, SiteTrust trust, ClockKeeper clock)
{
    /// <summary>Said while nobody has signed in since the start.</summary>
    internal const string Closed = "the list is closed until somebody signs in";

    internal ReleaseStore Store => store;

    /// <summary>Said once the lease of the content key has ended.</summary>
    internal const string LeaseEnded = "the lease of the list's key has ended: the list opens again after the next contact with central";

    /// <summary>A lease that is this much longer is written down; the card is spared the rest.</summary>
    private static readonly TimeSpan LeaseStep = TimeSpan.FromHours(12);

    /// <summary>True once the keys are open, so that an installed list can be opened.</summary>
    internal bool CanOpen => keyring.IsOpen;

    /// <summary>Opens what is installed.</summary>
    /// <returns>The generation, or why there is no readable list.</returns>
    internal Result<ListGeneration, ReleaseFailure> OpenInstalled()
    {
        if (store.FindCurrent(out var problem) is not var (release, segmentPath))
            return new ReleaseFailure(ReleaseStage.Content, problem);
        if (!trust.VerifyInstalled(release, ReleaseKind.Watchlist).TryGet(out var metadata, out var failure))
            return failure;
        return Open(metadata, segmentPath);
    }

    /// <summary>Takes a renewed lease of the installed list's key.</summary>
    /// <exception cref="IOException">The card cannot be written; the old lease stays.</exception>
    internal void RenewLease(ReadOnlyMemory<byte> wrapped, DateTimeOffset expiresAt)
    {
        if (store.FindCurrent(out _) is not var (release, _) || !ReleaseMetadata.Parse(release.Metadata).TryGet(out var metadata, out _))
            return;
        if (keys.Find(metadata.ReleaseId) is not { } leased || leased.LeaseExpiresAt + LeaseStep <= expiresAt)
            keys.Keep(metadata.ReleaseId, new LeasedContentKey(wrapped, expiresAt));
    }

    /// <summary>
    /// Destroys the content key of a release whose lease has ended, by a clock that is trusted: a clock that is set back later
    /// does not bring it back. A doubtful clock ends nothing.
    /// </summary>
    /// <returns>True when it has ended.</returns>
    internal bool EndLease(Guid releaseId)
    {
        if (LeaseLeft(releaseId) is not { } left || left > TimeSpan.Zero)
            return false;
        keys.Destroy(releaseId);
        return true;
    }

    /// <summary>How long the key of a release may still be used; null when there is none, or the clock does not tell.</summary>
    internal TimeSpan? LeaseLeft(Guid releaseId) =>
        clock.Read().Trusted is { } now && keys.Find(releaseId) is { } leased ? leased.LeaseExpiresAt - now : null;

    /// <summary>Verifies metadata as central sent it.</summary>
    internal Result<ReleaseMetadata, ReleaseFailure> Verify(SignedMetadata release) =>
        trust.VerifyOffered(release, ReleaseKind.Watchlist, store.HighestVersion(), clock.Read().TrustedUnixMicroseconds);

    /// <summary>Checks a downloaded segment, then takes the release into use.</summary>
    internal Result<ListGeneration, ReleaseFailure> Install(SignedMetadata release, ReleaseMetadata metadata, string stagedSegment)
    {
        var opened = Open(metadata, stagedSegment);
        if (opened.IsSuccess)
            store.Commit(release, metadata, stagedSegment);
        return opened;
    }

    private Result<ListGeneration, ReleaseFailure> Open(ReleaseMetadata metadata, string segmentPath)
    {
        if (metadata.Segments is not [var segment])
            return new ReleaseFailure(ReleaseStage.Metadata, $"{metadata.Segments.Length} segments; this program installs one");
        byte[] sealedBytes;
        try
        {
            sealedBytes = File.ReadAllBytes(segmentPath);
        }
        catch (IOException fault)
        {
            return new ReleaseFailure(ReleaseStage.Segment, $"{segmentPath} cannot be read: {fault.Message}");
        }

        if (!SHA256.HashData(sealedBytes).AsSpan().SequenceEqual(segment.SealedSha256.Span))
            return new ReleaseFailure(ReleaseStage.Segment, $"{segmentPath} is not the file that was signed");
        if (keys.Find(metadata.ReleaseId) is not { } leased)
            return new ReleaseFailure(ReleaseStage.ContentKey, "the content key of the list is not on this appliance");
        if (EndLease(metadata.ReleaseId))
            return new ReleaseFailure(ReleaseStage.ContentKey, LeaseEnded);
        if (!KeyWrap.Unwrap(deviceKey, leased.Wrapped.Span, SegmentSeal.KeyContext(metadata.ReleaseId)).TryGet(out var key, out var wrapFailure))
            return new ReleaseFailure(ReleaseStage.ContentKey, wrapFailure.Reason);
        try
        {
            if (!keyring.TryUncover(metadata.ReleaseId, key))
                return new ReleaseFailure(ReleaseStage.ContentKey, Closed);
            return Decrypt(metadata, key, sealedBytes, checked((int)segment.PlainLength));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static Result<ListGeneration, ReleaseFailure> Decrypt(
        ReleaseMetadata metadata, byte[] key, byte[] sealedBytes, int plainLength)
    {
        var memory = new LockedMemory(plainLength);
        if (!SegmentSeal.Open(key, metadata.ReleaseId, segment: 0, sealedBytes, memory.Bytes).TryGet(out _, out var failure))
            return Discard(memory, failure);
        if (!WatchlistPackage.Open(memory).TryGet(out var package, out var packageFailure))
            return Discard(memory, new ReleaseFailure(ReleaseStage.Content, packageFailure.ToString()));
        if (!package.Info.StateRoot.Span.SequenceEqual(metadata.StateRoot.Span) || package.Info.Version != metadata.Version)
            return Discard(memory, new ReleaseFailure(ReleaseStage.Content, "the package is not the one the metadata signs for"));
        return new ListGeneration(metadata, package, new WatchlistMatcher(package, MatchThresholds.Current), memory);
    }

    private static ReleaseFailure Discard(LockedMemory memory, ReleaseFailure failure)
    {
        memory.Dispose();
        return failure;
    }
}
