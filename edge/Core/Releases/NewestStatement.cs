using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>The newest release of a kind, as central vouches for it.</summary>
/// <param name="MetadataSha256">Hash of its metadata as signed, 32 bytes.</param>
public sealed record NewestRelease(ReleaseKind Kind, ulong Version, ReadOnlyMemory<byte> MetadataSha256);

/// <summary>
/// What is newest at a site, signed by its timestamp key for hours (format mark "ECC" 1): the timestamp of TUF. It can bring nothing in: what it
/// names must be signed by the keys of its kind. Without a fresh one a list ages, however often its old release is offered.
/// </summary>
public sealed class NewestStatement
{
    /// <summary>Largest statement that is read, in bytes.</summary>
    public const int BytesMax = 4096;

    /// <summary>Kinds at most.</summary>
    public const int KindsMax = 16;

    private const ushort FirstKindTag = 100;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'C', 1];
    private static readonly byte[] ItemMark = [(byte)'E', (byte)'C', (byte)'I', 1];

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    public required long IssuedAtUnixMicroseconds { get; init; }

    /// <summary>After this it vouches for nothing new.</summary>
    public required long ExpiresAtUnixMicroseconds { get; init; }

    /// <summary>The release log it stands on.</summary>
    public required ReleaseLogHead Log { get; init; }

    /// <summary>Each kind once, by its number; a kind of which nothing was released is not there.</summary>
    public required ImmutableArray<NewestRelease> Releases { get; init; }

    /// <summary>What is newest of a kind; null when nothing was released.</summary>
    public NewestRelease? Find(ReleaseKind kind) => Releases.FirstOrDefault(release => release.Kind == kind);

    /// <summary>True when this release is the newest of its kind.</summary>
    public bool Names(ReleaseKind kind, ulong version, ReadOnlySpan<byte> metadataSha256) =>
        Find(kind) is { } newest && newest.Version == version && newest.MetadataSha256.Span.SequenceEqual(metadataSha256);

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Mark)
            .Int64(1, IssuedAtUnixMicroseconds)
            .Int64(2, ExpiresAtUnixMicroseconds)
            .UInt64(3, Log.Size)
            .Bytes(4, Log.Hash.Span);
        foreach (var release in Releases.OrderBy(static release => release.Kind))
        {
            writer.Bytes(
                (ushort)(FirstKindTag + (byte)release.Kind),
                new CanonicalWriter(ItemMark).UInt64(1, release.Version).Bytes(2, release.MetadataSha256.Span).ToArray());
        }

        return writer.ToArray();
    }

    /// <summary>Reads untrusted bytes. Says nothing about who signed them: see <see cref="ReleaseTrust.IsTimestamped"/>.</summary>
    public static Result<NewestStatement, ReleaseFailure> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            return Bad($"{bytes.Length} bytes are more than {BytesMax}");
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Bad(problem);
        if (!(reader.TryInt64(1, out var issued) & reader.TryInt64(2, out var expires) & reader.TryUInt64(3, out var size) & reader.TryBytes(4, 32, out var head)))
            return Bad("a compulsory field is missing or has the wrong length");
        if (expires <= issued)
            return Bad("it ends before it begins");
        var releases = ImmutableArray.CreateBuilder<NewestRelease>();
        for (byte kind = 1; kind <= KindsMax; kind++)
        {
            if (!reader.TryBytes((ushort)(FirstKindTag + kind), out var part))
                continue;
            if (!CanonicalReader.TryOpen(part, ItemMark, out var item, out problem))
                return Bad($"kind {kind}: {problem}");
            if (!(item.TryUInt64(1, out var version) & item.TryBytes(2, 32, out var hash)))
                return Bad($"kind {kind}: a field is missing or has the wrong length");
            releases.Add(new NewestRelease((ReleaseKind)kind, version, hash));
        }

        return new NewestStatement
        {
            IssuedAtUnixMicroseconds = issued,
            ExpiresAtUnixMicroseconds = expires,
            Log = new ReleaseLogHead(size, head),
            Releases = releases.ToImmutable(),
        };
    }

    private static ReleaseFailure Bad(string reason) => new(ReleaseStage.Timestamp, reason);
}
