using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>One sealed file of a release.</summary>
/// <param name="Name">Name within the release, such as "base".</param>
/// <param name="PlainLength">Bytes after opening.</param>
/// <param name="SealedLength">Bytes as they travel; a download never takes more.</param>
/// <param name="SealedSha256">Hash of the bytes as they travel, 32 bytes.</param>
public sealed record ReleaseSegment(string Name, long PlainLength, long SealedLength, ReadOnlyMemory<byte> SealedSha256)
{
    public bool Equals(ReleaseSegment? other) =>
        other is not null && Name == other.Name && PlainLength == other.PlainLength
        && SealedLength == other.SealedLength && SealedSha256.Span.SequenceEqual(other.SealedSha256.Span);

    public override int GetHashCode() => HashCode.Combine(Name, PlainLength, SealedLength);
}

/// <summary>
/// What is signed about a release: kind, version, validity, segments, state root (format mark "ECM" 1). The bytes are
/// signed and kept as they are.
/// </summary>
public sealed class ReleaseMetadata
{
    /// <summary>Largest metadata that is read, in bytes (against endless data).</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>Most segments in a release.</summary>
    public const int SegmentsMax = 64;

    /// <summary>Largest sealed segment that is read, in bytes: 1 GiB.</summary>
    public const long SegmentBytesMax = 1L << 30;

    /// <summary>Name of the segment that holds a whole watchlist.</summary>
    public const string BaseSegment = "base";

    /// <summary>Name of the segment of a watchlist that holds its stolen, lost and invalidated documents; a site without such lists has none.</summary>
    public const string DocumentsSegment = "documents";

    /// <summary>Name of the one segment of a suppression: identifiers of entries that go. It has no room for an entry.</summary>
    public const string RemovalsSegment = "removals";

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'M', 1];
    private static readonly byte[] SegmentMark = [(byte)'E', (byte)'C', (byte)'S', 1];

    private ReadOnlyMemory<byte>? _bytes;

    public required ReleaseKind Kind { get; init; }

    public required Guid ReleaseId { get; init; }

    /// <summary>Rises strictly within a kind; never goes back on a device.</summary>
    public required ulong Version { get; init; }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    public required long IssuedAtUnixMicroseconds { get; init; }

    /// <summary>After this the metadata must be renewed. An installed list goes on being used (guardrail 12).</summary>
    public required long ExpiresAtUnixMicroseconds { get; init; }

    /// <summary>Root over the records of the content (<c>Watchlists/StateRoot</c>), 32 bytes.</summary>
    public required ReadOnlyMemory<byte> StateRoot { get; init; }

    public required ImmutableArray<ReleaseSegment> Segments { get; init; }

    /// <summary>The canonical bytes: as they were read, or as they are written.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= Encode();

    /// <summary>Name of the segment that turns an older version of a watchlist into this one.</summary>
    /// <param name="version">The older version.</param>
    public static string DeltaSegment(ulong version) => string.Create(CultureInfo.InvariantCulture, $"delta-{version}");

    /// <summary>Name of the segment that turns the documents of an older version into those of this one.</summary>
    /// <param name="version">The older version.</param>
    public static string DocumentsDeltaSegment(ulong version) => string.Create(CultureInfo.InvariantCulture, $"documents-delta-{version}");

    /// <summary>The segment of this name; null when there is none. Its place is part of how it is sealed (<see cref="SegmentSeal"/>).</summary>
    public (int Place, ReleaseSegment Segment)? Find(string name)
    {
        for (var place = 0; place < Segments.Length; place++)
        {
            if (Segments[place].Name == name)
                return (place, Segments[place]);
        }

        return null;
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Mark)
            .Byte(1, (byte)Kind)
            .Guid(2, ReleaseId)
            .UInt64(3, Version)
            .Int64(4, IssuedAtUnixMicroseconds)
            .Int64(5, ExpiresAtUnixMicroseconds)
            .Bytes(6, StateRoot.Span);
        for (var i = 0; i < Segments.Length; i++)
        {
            var segment = Segments[i];
            writer.Bytes(
                checked((ushort)(FirstSegmentTag + i)),
                new CanonicalWriter(SegmentMark)
                    .Text(1, segment.Name)
                    .Int64(2, segment.PlainLength)
                    .Int64(3, segment.SealedLength)
                    .Bytes(4, segment.SealedSha256.Span)
                    .Byte(5, (byte)SegmentSealAlgorithm.Aes256GcmChunks)
                    .ToArray());
        }

        return writer.ToArray();
    }

    /// <summary>Segments stand at rising tags from here on; fields added later stay below.</summary>
    private const ushort FirstSegmentTag = 1000;

    /// <summary>Reads untrusted bytes. Says nothing about trust: see <see cref="ReleaseTrust"/>.</summary>
    public static Result<ReleaseMetadata, ReleaseFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            return new ReleaseFailure(ReleaseStage.Metadata, $"{bytes.Length} bytes are more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return new ReleaseFailure(ReleaseStage.Metadata, problem);
        if (!(reader.TryByte(1, out var kind) & reader.TryGuid(2, out var id) & reader.TryUInt64(3, out var version)
            & reader.TryInt64(4, out var issued) & reader.TryInt64(5, out var expires) & reader.TryBytes(6, 32, out var root)))
        {
            return new ReleaseFailure(ReleaseStage.Metadata, "a compulsory field is missing or has the wrong length");
        }

        if (version == 0)
            return new ReleaseFailure(ReleaseStage.Metadata, "version 0 is no version");
        var segments = ImmutableArray.CreateBuilder<ReleaseSegment>();
        for (var i = 0; reader.TryBytes((ushort)(FirstSegmentTag + i), out var bytesOfSegment); i++)
        {
            if (i == SegmentsMax)
                return new ReleaseFailure(ReleaseStage.Metadata, $"more than {SegmentsMax} segments");
            if (!CanonicalReader.TryOpen(bytesOfSegment, SegmentMark, out var part, out problem))
                return new ReleaseFailure(ReleaseStage.Metadata, $"segment {i}: {problem}");
            if (!(part.Has(1) & part.TryInt64(2, out var plain) & part.TryInt64(3, out var sealedLength)
                & part.TryBytes(4, 32, out var hash)))
            {
                return new ReleaseFailure(ReleaseStage.Metadata, $"segment {i}: a field is missing or has the wrong length");
            }

            if (plain < 0 || sealedLength is < 0 or > SegmentBytesMax || plain > sealedLength)
                return new ReleaseFailure(ReleaseStage.Metadata, $"segment {i}: impossible lengths");
            if (!part.TryByte(5, out var algorithm) || algorithm != (byte)SegmentSealAlgorithm.Aes256GcmChunks)
                return new ReleaseFailure(ReleaseStage.Metadata, $"segment {i}: this program does not know how it is sealed");
            segments.Add(new ReleaseSegment(part.Text(1), plain, sealedLength, hash));
        }

        if (segments.Count != reader.CountFrom(FirstSegmentTag))
            return new ReleaseFailure(ReleaseStage.Metadata, $"segment {segments.Count} is missing, and others follow");

        return new ReleaseMetadata
        {
            Kind = (ReleaseKind)kind,
            ReleaseId = id,
            Version = version,
            IssuedAtUnixMicroseconds = issued,
            ExpiresAtUnixMicroseconds = expires,
            StateRoot = root,
            Segments = segments.ToImmutable(),
            _bytes = bytes,
        };
    }
}
