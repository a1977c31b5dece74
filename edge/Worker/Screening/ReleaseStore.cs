using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Worker.Screening;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SignedMetadata))]
internal sealed partial class StoredReleaseJson : JsonSerializerContext;

/// <summary>
/// The releases of one kind on the card: sealed segments stay sealed, a pointer file names the one in use, and the highest
/// version ever seen is kept apart, so that a restored folder cannot bring an old release back.
/// </summary>
internal sealed class ReleaseStore
{
    private const string Current = "current";
    private const string Awaiting = "awaiting-keys.json";
    private const int GenerationsKept = 2;

    private readonly string _folder;
    private readonly string _highestPath;

    private ReleaseStore(string folder, string highestPath) => (_folder, _highestPath) = (folder, highestPath);

    internal static ReleaseStore OfLists(DataFolder data) => new(data.Lists, Path.Combine(data.State, "highest-list-version"));

    internal static ReleaseStore OfPeople(DataFolder data) => new(data.People, Path.Combine(data.State, "highest-people-version"));

    /// <summary>Highest version ever installed; 0 for none.</summary>
    internal ulong HighestVersion() =>
        File.Exists(_highestPath) && ulong.TryParse(File.ReadAllText(_highestPath).Trim(), CultureInfo.InvariantCulture, out var version) ? version : 0;

    /// <summary>Where a download goes; it resumes there.</summary>
    internal string StagingPath(ReleaseSegment segment) =>
        Path.Combine(_folder, Convert.ToHexStringLower(segment.SealedSha256.Span) + ".part");

    /// <summary>The release in use; null when none is. Damaged files come back as null with a reason.</summary>
    internal (SignedMetadata Release, string SegmentPath)? FindCurrent(out string problem)
    {
        problem = "none has been installed yet";
        var pointer = Path.Combine(_folder, Current);
        if (!File.Exists(pointer))
            return null;
        try
        {
            var name = File.ReadAllText(pointer).Trim();
            var stored = JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(_folder, name + ".json")), StoredReleaseJson.Default.SignedMetadata);
            if (stored is not null)
                return (stored, Path.Combine(_folder, name + ".sealed"));
            problem = $"{name}.json is empty";
        }
        catch (Exception fault) when (fault is IOException or JsonException or ArgumentException)
        {
            problem = $"the installed release in {_folder} cannot be read: {fault.Message}";
        }

        return null;
    }

    /// <summary>Keeps the metadata of a release that is downloaded whole and waits for the keys.</summary>
    internal void Await(SignedMetadata release) =>
        DataFolder.Write(
            Path.Combine(_folder, Awaiting), JsonSerializer.SerializeToUtf8Bytes(release, StoredReleaseJson.Default.SignedMetadata));

    /// <summary>The release that waits for the keys; null when none does, or what is there cannot be read.</summary>
    internal SignedMetadata? FindAwaiting()
    {
        try
        {
            var path = Path.Combine(_folder, Awaiting);
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), StoredReleaseJson.Default.SignedMetadata) : null;
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Takes a verified release into use, atomically: files first, then the highest version, then the pointer. A power cut
    /// leaves the old list or the new one, whole.
    /// </summary>
    internal void Commit(SignedMetadata release, ReleaseMetadata metadata, string stagedSegment)
    {
        var name = metadata.Version.ToString("D20", CultureInfo.InvariantCulture);
        File.Move(stagedSegment, Path.Combine(_folder, name + ".sealed"), overwrite: true);
        DataFolder.Write(
            Path.Combine(_folder, name + ".json"),
            JsonSerializer.SerializeToUtf8Bytes(release, StoredReleaseJson.Default.SignedMetadata));
        DataFolder.Write(_highestPath, Encoding.ASCII.GetBytes(metadata.Version.ToString(CultureInfo.InvariantCulture)));
        DataFolder.Write(Path.Combine(_folder, Current), Encoding.ASCII.GetBytes(name));
        RemoveOld();
    }

    private void RemoveOld()
    {
        foreach (var part in Directory.GetFiles(_folder, "*.part"))
            File.Delete(part);
        File.Delete(Path.Combine(_folder, Awaiting));
        foreach (var extension in new[] { "*.sealed", "*.json" })
        {
            foreach (var path in Directory.GetFiles(_folder, extension).OrderDescending(StringComparer.Ordinal).Skip(GenerationsKept))
                File.Delete(path);
        }
    }
}
