using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>Urgent delistings in force, as two people of the suppress-only role signed them.</summary>
internal sealed record Suppression(ReleaseMetadata Metadata, Removals Removals)
{
    /// <summary>Entries that do not match now; by a doubtful clock all of them, since it lets nothing lapse.</summary>
    internal HashSet<string> InForce(ClockReading now) =>
        [.. Removals.Items.Select(static item => item.EntryId).Where(id => Removals.Suppresses(id, now.TrustedUnixMicroseconds))];
}

/// <summary>
/// Opens a suppression: (1) trust and version, (2) hash of the sealed segment, (3) content key, (4) decryption, (5) the state root, (6)
/// strict reading. It can take entries out of the list and do nothing else.
/// </summary>
internal sealed class SuppressionInstaller(
    ReleaseStore store, IContentKeyStore keys, IDeviceKey deviceKey, PostKeyring keyring, SiteTrust trust, ClockKeeper clock)
{
    private readonly LeasedKeys _keys = new(keys, deviceKey, keyring, clock);

    internal ReleaseStore Store => store;

    /// <summary>False in the ordinary case: nobody was delisted urgently.</summary>
    internal bool IsInstalled => store.HighestEver() > 0;

    /// <summary>Opens what is installed.</summary>
    internal Result<Suppression, ReleaseFailure> OpenInstalled()
    {
        if (store.FindCurrent(out var problem) is not { Release: var release })
            return new ReleaseFailure(ReleaseStage.Content, problem);
        return trust.VerifyInstalled(release, ReleaseKind.Suppression).TryGet(out var metadata, out var failure)
            ? Open(metadata, store.FilePath(metadata.Version))
            : failure;
    }

    /// <inheritdoc cref="ReleaseStore.HighestVersion"/>
    internal ulong HighestVersion() => store.HighestVersion(trust.Current.Trust);

    /// <summary>Verifies metadata as central sent it.</summary>
    internal Result<ReleaseMetadata, ReleaseFailure> Verify(SignedMetadata release) =>
        trust.VerifyOffered(release, ReleaseKind.Suppression, HighestVersion(), clock.Read().TrustedUnixMicroseconds);

    /// <summary>Checks a downloaded segment, then takes the suppression into use.</summary>
    internal Result<Suppression, ReleaseFailure> Install(SignedMetadata release, ReleaseMetadata metadata, string staged)
    {
        var opened = Open(metadata, staged);
        if (opened.IsSuccess)
            _keys.Destroy(store.Commit(release, metadata, staged, trust.Current.Trust));
        return opened;
    }

    private Result<Suppression, ReleaseFailure> Open(ReleaseMetadata metadata, string path)
    {
        if (metadata.Find(ReleaseMetadata.RemovalsSegment) is not var (place, segment) || segment.PlainLength > Removals.BytesMax)
            return new ReleaseFailure(ReleaseStage.Metadata, $"a suppression has one segment of at most {Removals.BytesMax} bytes");
        if (!ReleaseStore.ReadSegment(path, segment).TryGet(out var sealedBytes, out var failure))
            return failure;
        return _keys.Use<Suppression>(metadata.ReleaseId, key =>
        {
            var plain = new byte[segment.PlainLength];
            if (!SegmentSeal.Open(key, metadata.ReleaseId, place, sealedBytes, plain).TryGet(out _, out var damage))
                return damage;
            if (!Removals.StateRootOf(plain).AsSpan().SequenceEqual(metadata.StateRoot.Span))
                return new ReleaseFailure(ReleaseStage.Content, "the removals are not the ones the metadata signs for");
            return Removals.Parse(plain).TryGet(out var removals, out damage) ? new Suppression(metadata, removals) : damage;
        });
    }
}
