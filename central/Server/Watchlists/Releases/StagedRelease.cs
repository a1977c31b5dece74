using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// A compiled watchlist that waits for signatures from elsewhere, in the data folder: sealed already, offered to nobody.
/// There is one at most; publishing anew replaces it.
/// </summary>
internal sealed class StagedRelease
{
    private const string Name = "watchlist";

    public required long Version { get; init; }

    public required Guid ReleaseId { get; init; }

    public required string Title { get; init; }

    public required int EntryCount { get; init; }

    public required byte[] StateRoot { get; init; }

    public required byte[] Metadata { get; init; }

    public required byte[] WrappedContentKey { get; init; }

    /// <summary>Where the file to sign goes when nobody says otherwise.</summary>
    public static string ToSignPath(DataFolder folder, long version) =>
        Path.Combine(folder.StagedFolder, $"{Name}-{version}.to-sign.json");

    /// <summary>What waits; null when nothing does.</summary>
    /// <exception cref="CentralFault">It cannot be read.</exception>
    public static (StagedRelease Release, IReadOnlyList<SealedSegment> Segments)? Find(DataFolder folder)
    {
        var path = PathOf(folder, "json");
        if (!File.Exists(path))
            return null;
        try
        {
            var staged = JsonSerializer.Deserialize(PrivateFiles.Read(path), StagedReleaseJson.Default.StagedRelease) ?? throw new JsonException("empty");
            return (staged, Segments(staged.Metadata, PrivateFiles.Read(PathOf(folder, "sealed"))));
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"The staged release in {folder.StagedFolder} cannot be read ({fault.Message.TrimEnd('.')}); run watchlists publish again.", fault);
        }
    }

    /// <summary>The segments first, one after another: without the other file there is nothing staged.</summary>
    public void Write(DataFolder folder, IReadOnlyList<SealedSegment> segments)
    {
        Remove(folder);
        PrivateFiles.Create(PathOf(folder, "sealed"), [.. segments.SelectMany(static segment => segment.Content.ToArray())]);
        PrivateFiles.Create(PathOf(folder, "json"), JsonSerializer.SerializeToUtf8Bytes(this, StagedReleaseJson.Default.StagedRelease));
    }

    public static void Remove(DataFolder folder)
    {
        File.Delete(PathOf(folder, "json"));
        File.Delete(PathOf(folder, "sealed"));
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

    private static string PathOf(DataFolder folder, string extension) => Path.Combine(folder.StagedFolder, $"{Name}.{extension}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StagedRelease))]
internal sealed partial class StagedReleaseJson : JsonSerializerContext;
