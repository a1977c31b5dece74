using System.Security.Cryptography;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.People;

/// <summary>
/// Opens a people release: (1) trust and version, (2) hash of the sealed segment, (3) content key by the device key alone,
/// since nobody has signed in yet, (4) decryption, (5) root, (6) strict reading. The same steps after a download and at
/// every start.
/// </summary>
internal sealed class PeopleInstaller(
    ReleaseStore store, IContentKeyStore keys, IDeviceKey deviceKey, ApplianceIdentity identity, SiteTrust trust, ClockKeeper clock)
{
    internal ReleaseStore Store => store;

    /// <summary>Opens what is installed. Old accounts go on being used: an expired release locks nobody out (guardrail 12).</summary>
    internal Result<PeopleContent, ReleaseFailure> OpenInstalled()
    {
        if (store.FindCurrent(out var problem) is not { Release: var release })
            return new ReleaseFailure(ReleaseStage.Content, problem);
        return trust.VerifyInstalled(release, ReleaseKind.People).TryGet(out var metadata, out var failure)
            ? Open(metadata, store.FilePath(metadata.Version))
            : failure;
    }

    /// <inheritdoc cref="ReleaseStore.HighestVersion"/>
    internal ulong HighestVersion() => store.HighestVersion(trust.Current.Trust);

    /// <summary>Verifies metadata as central sent it.</summary>
    internal Result<ReleaseMetadata, ReleaseFailure> Verify(SignedMetadata release) =>
        trust.VerifyOffered(release, ReleaseKind.People, HighestVersion(), clock.Read().TrustedUnixMicroseconds);

    /// <summary>Checks a downloaded segment, then takes the accounts into use.</summary>
    internal Result<PeopleContent, ReleaseFailure> Install(SignedMetadata release, ReleaseMetadata metadata, string stagedSegment)
    {
        var opened = Open(metadata, stagedSegment);
        if (!opened.IsSuccess)
            return opened;
        foreach (var removed in store.Commit(release, metadata, stagedSegment, trust.Current.Trust))
            keys.Destroy(removed);
        return opened;
    }

    private Result<PeopleContent, ReleaseFailure> Open(ReleaseMetadata metadata, string segmentPath)
    {
        if (metadata.Segments is not [var segment] || segment.PlainLength > PeopleContent.BytesMax)
            return new ReleaseFailure(ReleaseStage.Metadata, "a people release has one segment of at most 4 MiB");
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
            return new ReleaseFailure(ReleaseStage.ContentKey, "the content key of the accounts is not on this appliance");
        if (!KeyWrap.Unwrap(deviceKey, leased.Wrapped.Span, SegmentSeal.KeyContext(metadata.ReleaseId)).TryGet(out var key, out var wrapFailure))
            return new ReleaseFailure(ReleaseStage.ContentKey, wrapFailure.Reason);
        var plain = new byte[segment.PlainLength];
        var opened = SegmentSeal.Open(key, metadata.ReleaseId, segment: 0, sealedBytes, plain);
        CryptographicOperations.ZeroMemory(key);
        if (!opened.TryGet(out _, out var failure))
            return failure;
        if (!PeopleContent.RootOf(plain).AsSpan().SequenceEqual(metadata.StateRoot.Span))
            return new ReleaseFailure(ReleaseStage.Content, "the accounts are not the ones the metadata signs for");
        if (!PeopleContent.Parse(plain, identity.ApplianceId).TryGet(out var people, out failure))
            return failure;
        return people.Version == metadata.Version
            ? people
            : new ReleaseFailure(ReleaseStage.Content, "the accounts and their metadata have different versions");
    }
}
