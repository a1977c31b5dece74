using System.Security.Cryptography;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>The documents of a release that is about to be installed.</summary>
/// <param name="StagedPath">Their sealed segment, whole, to be moved to its place; null when the release has none.</param>
internal sealed record PreparedDocuments(ReportedDocuments Documents, string? StagedPath);

/// <summary>
/// The documents of a release: sealed segment, whole, beside the list. A delta is applied to the register in use, and what comes of it is sealed
/// anew: the bytes must be the ones that the metadata signs for, as if the whole had been downloaded.
/// </summary>
internal sealed class DocumentInstaller(ReleaseStore store)
{
    /// <summary>The segment that brings this appliance to the documents of a release; null when the release has none.</summary>
    /// <param name="version">The version whose documents lie here; null for none.</param>
    internal static ReleaseSegment? SegmentFor(ReleaseMetadata metadata, ulong? version) =>
        (version is { } known ? metadata.Find(ReleaseMetadata.DocumentsDeltaSegment(known)) : null)?.Segment
        ?? metadata.Find(ReleaseMetadata.DocumentsSegment)?.Segment;

    /// <summary>Opens the documents of a release that is installed. What cannot be read is told of, and costs nobody the rest of the list.</summary>
    internal ReportedDocuments OpenInstalled(ReleaseMetadata metadata, byte[] key)
    {
        if (metadata.Find(ReleaseMetadata.DocumentsSegment) is null)
            return ReportedDocuments.None;
        try
        {
            return Open(metadata, store.DocumentsPath(metadata.Version), key).TryGet(out var register, out var failure)
                ? new ReportedDocuments(register, "")
                : new ReportedDocuments(null, failure.Reason);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return new ReportedDocuments(null, fault.Message);
        }
    }

    /// <summary>Opens what was downloaded: the whole, or a delta for the register in use.</summary>
    internal Result<PreparedDocuments, ReleaseFailure> Prepare(ReleaseMetadata metadata, ListGeneration? current, byte[] key)
    {
        if (metadata.Find(ReleaseMetadata.DocumentsSegment) is not var (place, whole))
            return new PreparedDocuments(ReportedDocuments.None, null);
        var path = store.StagingPath(whole);
        if (!IsWhole(path, whole) && current?.Documents.Register is { } register
            && metadata.Find(ReleaseMetadata.DocumentsDeltaSegment(current.Metadata.Version)) is var (deltaPlace, delta))
        {
            if (!Apply(metadata, register, deltaPlace, delta, key).TryGet(out var content, out var refused))
                return refused;
            var sealedBytes = SegmentSeal.Seal(key, metadata.ReleaseId, place, content);
            CryptographicOperations.ZeroMemory(content);
            if (!SHA256.HashData(sealedBytes).AsSpan().SequenceEqual(whole.SealedSha256.Span))
                return new ReleaseFailure(ReleaseStage.Content, "what the delta makes of the documents is not what the metadata signs for");
            DataFolder.Write(path, sealedBytes);
        }

        return Open(metadata, path, key).TryGet(out var opened, out var failure)
            ? new PreparedDocuments(new ReportedDocuments(opened, ""), path)
            : failure;
    }

    /// <summary>The segment that was fetched for a release which waited for the keys; null when none lies here whole.</summary>
    internal bool IsStaged(ReleaseMetadata metadata, ulong? version) =>
        metadata.Find(ReleaseMetadata.DocumentsSegment) is not var (_, whole)
        || IsWhole(store.StagingPath(whole), whole)
        || (version is { } known && metadata.Find(ReleaseMetadata.DocumentsDeltaSegment(known)) is var (_, delta) && IsWhole(store.StagingPath(delta), delta));

    private Result<byte[], ReleaseFailure> Apply(ReleaseMetadata metadata, DocumentRegister register, int place, ReleaseSegment delta, byte[] key)
    {
        if (!ReleaseStore.ReadSegment(store.StagingPath(delta), delta).TryGet(out var sealedBytes, out var failure))
            return failure;
        var plain = new byte[delta.PlainLength];
        if (!SegmentSeal.Open(key, metadata.ReleaseId, place, sealedBytes, plain).TryGet(out _, out failure))
            return failure;
        var decoded = DocumentRegisterRun.Decode(plain, DeltaFrame.TryUnpack);
        CryptographicOperations.ZeroMemory(plain);
        if (!decoded.TryGet(out var run, out var unreadable))
            return new ReleaseFailure(ReleaseStage.Content, $"the delta of the documents: {unreadable}");
        try
        {
            return register.Apply(run);
        }
        catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException)
        {
            // A run can be made so that the table of both cannot be built; what is signed must not end the service.
            return new ReleaseFailure(ReleaseStage.Content, $"the delta of the documents: {fault.Message}");
        }
    }

    private static Result<DocumentRegister, ReleaseFailure> Open(ReleaseMetadata metadata, string path, byte[] key)
    {
        var (place, segment) = metadata.Find(ReleaseMetadata.DocumentsSegment)!.Value;
        if (!ReleaseStore.ReadSegment(path, segment).TryGet(out var sealedBytes, out var failure))
            return failure;
        var memory = new LockedMemory(checked((int)segment.PlainLength));
        if (!SegmentSeal.Open(key, metadata.ReleaseId, place, sealedBytes, memory.Bytes).TryGet(out _, out failure))
            return Discard(memory, failure);
        if (!DocumentRegister.Open(memory).TryGet(out var register, out var damage))
            return Discard(memory, new ReleaseFailure(ReleaseStage.Content, $"the documents: {damage}"));
        return register.Version == metadata.Version
            ? register
            : Discard(memory, new ReleaseFailure(ReleaseStage.Content, $"the documents are of version {register.Version}"));
    }

    private static bool IsWhole(string path, ReleaseSegment segment) => new FileInfo(path) is { Exists: true } file && file.Length == segment.SealedLength;

    private static ReleaseFailure Discard(LockedMemory memory, ReleaseFailure failure)
    {
        memory.Dispose();
        return failure;
    }
}
