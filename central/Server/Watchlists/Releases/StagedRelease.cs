using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// A watchlist or a suppression that waits for signatures from elsewhere, in the data folder: sealed already, offered to nobody.
/// There is one of each kind at most; making another replaces it.
/// </summary>
internal sealed class StagedRelease
{
    /// <summary>Files from before there were suppressions do not say.</summary>
    public ReleaseKind Kind { get; init; } = ReleaseKind.Watchlist;

    public required long Version { get; init; }

    public required Guid ReleaseId { get; init; }

    public required string Title { get; init; }

    public required int EntryCount { get; init; }

    /// <summary>Entries of a watchlist that were left out, expired or unreviewed.</summary>
    public int SuspendedCount { get; init; }

    /// <summary>A line for each list of documents in a watchlist, for those who approve it; none in files from before there were such.</summary>
    public IReadOnlyList<string> DocumentLines { get; init; } = [];

    public required byte[] StateRoot { get; init; }

    public required byte[] Metadata { get; init; }

    public required byte[] WrappedContentKey { get; init; }

    public static StagedRelease Of(Release release, int suspendedCount = 0, IReadOnlyList<string>? documentLines = null) => new()
    {
        Kind = release.Kind,
        Version = release.Version,
        ReleaseId = release.ReleaseId,
        Title = release.Title,
        EntryCount = release.EntryCount,
        SuspendedCount = suspendedCount,
        DocumentLines = documentLines ?? [],
        StateRoot = release.StateRoot,
        Metadata = release.Metadata,
        WrappedContentKey = release.WrappedContentKey,
    };

    /// <summary>The release it becomes with the signatures of others.</summary>
    public Release ToRelease(IReadOnlyList<ReleaseSignature> signatures, DateTimeOffset publishedAt, string publishedBy) => new()
    {
        Kind = Kind,
        Version = Version,
        ReleaseId = ReleaseId,
        Title = Title,
        EntryCount = EntryCount,
        PublishedAt = publishedAt,
        PublishedBy = publishedBy,
        StateRoot = StateRoot,
        Metadata = Metadata,
        Signatures = signatures,
        WrappedContentKey = WrappedContentKey,
    };

    /// <summary>Where the file to sign goes when nobody says otherwise.</summary>
    public static string ToSignPath(DataFolder folder, ReleaseKind kind, long version) =>
        Path.Combine(folder.StagedFolder, $"{NameOf(kind)}-{version}.to-sign.json");

    /// <summary>What waits; null when nothing does.</summary>
    /// <exception cref="CentralFault">It cannot be read.</exception>
    public static (StagedRelease Release, IReadOnlyList<SealedSegment> Segments)? Find(DataFolder folder, ReleaseKind kind)
    {
        var path = PathOf(folder, kind, "json");
        if (!File.Exists(path))
            return null;
        try
        {
            var staged = JsonSerializer.Deserialize(PrivateFiles.Read(path), StagedReleaseJson.Default.StagedRelease) ?? throw new JsonException("empty");
            return (staged, Segments(staged.Metadata, PrivateFiles.Read(PathOf(folder, kind, "sealed"))));
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"The staged release in {folder.StagedFolder} cannot be read ({fault.Message.TrimEnd('.')}); {Remedy(kind)}.", fault);
        }
    }

    /// <summary>The segments first, one after another: without the other file there is nothing staged.</summary>
    public void Write(DataFolder folder, IReadOnlyList<SealedSegment> segments)
    {
        Remove(folder, Kind);
        var sealedBytes = new byte[segments.Sum(static segment => segment.Content.Length)];
        var written = 0;
        foreach (var segment in segments)
        {
            segment.Content.Span.CopyTo(sealedBytes.AsSpan(written));
            written += segment.Content.Length;
        }

        PrivateFiles.Create(PathOf(folder, Kind, "sealed"), sealedBytes);
        PrivateFiles.Create(PathOf(folder, Kind, "json"), JsonSerializer.SerializeToUtf8Bytes(this, StagedReleaseJson.Default.StagedRelease));
    }

    public static void Remove(DataFolder folder, ReleaseKind kind)
    {
        File.Delete(PathOf(folder, kind, "json"));
        File.Delete(PathOf(folder, kind, "sealed"));
    }

    /// <exception cref="JsonException">The segments are not those that the metadata names.</exception>
    private static List<SealedSegment> Segments(byte[] metadata, ReadOnlyMemory<byte> sealedBytes)
    {
        if (!ReleaseMetadata.Parse(metadata).TryGet(out var parsed, out var failure))
            throw new JsonException(failure.Reason);
        var segments = new List<SealedSegment>();
        foreach (var segment in parsed.Segments)
        {
            if (segment.SealedLength > sealedBytes.Length)
                throw new JsonException("a segment is cut off");
            segments.Add(new SealedSegment(segment.SealedSha256, sealedBytes[..(int)segment.SealedLength]));
            sealedBytes = sealedBytes[(int)segment.SealedLength..];
        }

        return segments;
    }

    private static string PathOf(DataFolder folder, ReleaseKind kind, string extension) =>
        Path.Combine(folder.StagedFolder, $"{NameOf(kind)}.{extension}");

    private static string NameOf(ReleaseKind kind) => kind switch
    {
        ReleaseKind.Watchlist => "watchlist",
        ReleaseKind.Suppression => "suppression",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Nothing of this kind is staged here."),
    };

    private static string Remedy(ReleaseKind kind) =>
        kind == ReleaseKind.Watchlist ? "run watchlists publish again" : "run watchlists delist --at-once again";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StagedRelease))]
internal sealed partial class StagedReleaseJson : JsonSerializerContext;
