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
/// The releases on the card: sealed segments stay sealed, a pointer file names the one in use, and the highest version
/// ever seen is kept apart, so that a restored folder cannot bring an old list back.
/// </summary>
internal sealed class ReleaseStore(DataFolder data)
{
    private const string Current = "current";
    private const int GenerationsKept = 2;

    /// <summary>Highest version ever installed; 0 for none.</summary>
    internal ulong HighestVersion()
    {
        var path = HighestPath;
        return File.Exists(path) && ulong.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    /// <summary>Where a download goes; it resumes there.</summary>
    internal string StagingPath(ReleaseSegment segment) =>
        Path.Combine(data.Lists, Convert.ToHexStringLower(segment.SealedSha256.Span) + ".part");

    /// <summary>The release in use; null when none is. Damaged files come back as null with a reason.</summary>
    internal (SignedMetadata Release, string SegmentPath)? FindCurrent(out string problem)
    {
        problem = "no list has been installed yet";
        var pointer = Path.Combine(data.Lists, Current);
        if (!File.Exists(pointer))
            return null;
        try
        {
            var name = File.ReadAllText(pointer).Trim();
            var stored = JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(data.Lists, name + ".json")), StoredReleaseJson.Default.SignedMetadata);
            if (stored is not null)
                return (stored, Path.Combine(data.Lists, name + ".sealed"));
            problem = $"{name}.json is empty";
        }
        catch (Exception fault) when (fault is IOException or JsonException or ArgumentException)
        {
            problem = $"the installed list in {data.Lists} cannot be read: {fault.Message}";
        }

        return null;
    }

    /// <summary>
    /// Takes a verified release into use, atomically: files first, then the highest version, then the pointer. A power cut
    /// leaves the old list or the new one, whole.
    /// </summary>
    internal void Commit(SignedMetadata release, ReleaseMetadata metadata, string stagedSegment)
    {
        var name = metadata.Version.ToString("D20", CultureInfo.InvariantCulture);
        File.Move(stagedSegment, Path.Combine(data.Lists, name + ".sealed"), overwrite: true);
        DataFolder.Write(
            Path.Combine(data.Lists, name + ".json"),
            JsonSerializer.SerializeToUtf8Bytes(release, StoredReleaseJson.Default.SignedMetadata));
        DataFolder.Write(HighestPath, Encoding.ASCII.GetBytes(metadata.Version.ToString(CultureInfo.InvariantCulture)));
        DataFolder.Write(Path.Combine(data.Lists, Current), Encoding.ASCII.GetBytes(name));
        RemoveOld();
    }

    private string HighestPath => Path.Combine(data.State, "highest-list-version");

    private void RemoveOld()
    {
        foreach (var part in Directory.GetFiles(data.Lists, "*.part"))
            File.Delete(part);
        foreach (var extension in new[] { "*.sealed", "*.json" })
        {
            foreach (var path in Directory.GetFiles(data.Lists, extension).OrderDescending(StringComparer.Ordinal).Skip(GenerationsKept))
                File.Delete(path);
        }
    }
}
