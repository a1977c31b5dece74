using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>A published release without its segments.</summary>
internal sealed record Release
{
    public required ReleaseKind Kind { get; init; }

    public required long Version { get; init; }

    public required Guid ReleaseId { get; init; }

    public required string Title { get; init; }

    public required int EntryCount { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    public required string PublishedBy { get; init; }

    public required byte[] StateRoot { get; init; }

    /// <summary>Canonical metadata as signed.</summary>
    public required byte[] Metadata { get; init; }

    public required IReadOnlyList<ReleaseSignature> Signatures { get; init; }

    /// <summary>The content key wrapped to central's record key.</summary>
    public required byte[] WrappedContentKey { get; init; }
}

/// <summary>A sealed segment and its hash.</summary>
internal sealed record SealedSegment(ReadOnlyMemory<byte> Sha256, ReadOnlyMemory<byte> Content);

/// <summary>Signed releases. Never changed once added; segments that nobody needs any more go.</summary>
internal interface IReleaseStore
{
    /// <summary>Adds a release and its line of the log; false when its version is already taken.</summary>
    Task<bool> AddAsync(
        Release release, IReadOnlyList<SealedSegment> segments, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>The newest release of a kind; null for none.</summary>
    Task<Release?> FindNewestAsync(ReleaseKind kind, CancellationToken cancellationToken);

    /// <summary>The newest releases of a kind, newest first.</summary>
    Task<IReadOnlyList<Release>> ReadNewestAsync(ReleaseKind kind, int countMax, CancellationToken cancellationToken);

    /// <summary>Version of the newest release of a kind; 0 for none.</summary>
    Task<long> ReadNewestVersionAsync(ReleaseKind kind, CancellationToken cancellationToken);

    /// <summary>A piece of a segment; empty at its end, null when there is no such segment.</summary>
    Task<byte[]?> ReadSegmentAsync(
        ReadOnlyMemory<byte> sha256, long offset, int lengthMax, CancellationToken cancellationToken);

    /// <summary>
    /// Version for the next release of a kind: above all that were published, and above what appliances have confirmed, which a database
    /// that was restored from a backup may have forgotten.
    /// </summary>
    Task<long> ReadNextVersionAsync(ReleaseKind kind, CancellationToken cancellationToken);

    /// <summary>How far the release log goes.</summary>
    Task<ReleaseLogHead> ReadLogHeadAsync(CancellationToken cancellationToken);

    /// <summary>Lines of the release log as they stand there, in order.</summary>
    /// <param name="after">Lines to pass over.</param>
    Task<IReadOnlyList<byte[]>> ReadLogAsync(long after, int countMax, CancellationToken cancellationToken);

    /// <summary>Removes segments by their hashes; those that are not there are passed over.</summary>
    Task RemoveSegmentsAsync(IReadOnlyCollection<ReadOnlyMemory<byte>> sha256, CancellationToken cancellationToken);
}
