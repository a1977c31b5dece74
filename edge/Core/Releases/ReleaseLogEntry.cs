using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// One line of the append-only log of what a site has released (format mark "ECZ" 1). Each names the hash of the one before, so whoever
/// has seen a head can tell a log that goes on from one that was written anew: two posts cannot be given two histories for long.
/// </summary>
/// <param name="Sequence">1 for the first, without a gap.</param>
/// <param name="Previous">Hash of the line before, 32 bytes; zeros for the first.</param>
/// <param name="MetadataSha256">Hash of the release's metadata as signed, 32 bytes.</param>
/// <param name="PublishedAtUnixMicroseconds">Microseconds since 1970-01-01T00:00:00Z.</param>
public sealed record ReleaseLogEntry(
    ulong Sequence,
    ReadOnlyMemory<byte> Previous,
    ReleaseKind Kind,
    Guid ReleaseId,
    ulong Version,
    ReadOnlyMemory<byte> MetadataSha256,
    long PublishedAtUnixMicroseconds)
{
    /// <summary>Largest line that is read, in bytes.</summary>
    public const int BytesMax = 1024;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'Z', 1];

    /// <summary>The head of a log without lines: 32 zeros.</summary>
    public static ReadOnlyMemory<byte> NoHead { get; } = new byte[SHA256.HashSizeInBytes];

    public byte[] Encode() =>
        new CanonicalWriter(Mark)
            .UInt64(1, Sequence)
            .Bytes(2, Previous.Span)
            .Byte(3, (byte)Kind)
            .Guid(4, ReleaseId)
            .UInt64(5, Version)
            .Bytes(6, MetadataSha256.Span)
            .Int64(7, PublishedAtUnixMicroseconds)
            .ToArray();

    /// <summary>The hash of a line, as the next one names it.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes);

    /// <summary>Reads untrusted bytes.</summary>
    public static Result<ReleaseLogEntry, ReleaseFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            return Bad($"{bytes.Length} bytes are more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Bad(problem);
        return reader.TryUInt64(1, out var sequence) & reader.TryBytes(2, 32, out var previous) & reader.TryByte(3, out var kind)
            & reader.TryGuid(4, out var id) & reader.TryUInt64(5, out var version) & reader.TryBytes(6, 32, out var metadata) & reader.TryInt64(7, out var at)
            ? new ReleaseLogEntry(sequence, previous, (ReleaseKind)kind, id, version, metadata, at)
            : Bad("a compulsory field is missing or has the wrong length");
    }

    private static ReleaseFailure Bad(string reason) => new(ReleaseStage.Log, reason);
}

/// <summary>How far a log has been seen.</summary>
/// <param name="Size">Lines.</param>
/// <param name="Hash">Of the last of them, 32 bytes; zeros for none.</param>
public sealed record ReleaseLogHead(ulong Size, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Before the first line.</summary>
    public static ReleaseLogHead None { get; } = new(0, ReleaseLogEntry.NoHead);

    public bool Equals(ReleaseLogHead? other) => other is not null && Size == other.Size && Hash.Span.SequenceEqual(other.Hash.Span);

    public override int GetHashCode() => Size.GetHashCode();

    /// <summary>Takes the next line.</summary>
    /// <param name="bytes">As it stands in the log.</param>
    /// <returns>The head with it, or why it does not follow.</returns>
    public Result<ReleaseLogHead, ReleaseFailure> Take(ReadOnlyMemory<byte> bytes)
    {
        if (!ReleaseLogEntry.Parse(bytes).TryGet(out var entry, out var failure))
            return failure;
        if (entry.Sequence != Size + 1)
            return new ReleaseFailure(ReleaseStage.Log, $"line {entry.Sequence} stands where line {Size + 1} is due");
        return entry.Previous.Span.SequenceEqual(Hash.Span)
            ? new ReleaseLogHead(entry.Sequence, ReleaseLogEntry.HashOf(bytes.Span))
            : new ReleaseFailure(ReleaseStage.Log, $"line {entry.Sequence} does not follow the line {Size} that was seen before");
    }
}
