using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>A release on the card. Its file is a sealed segment as it came, or, for a list that deltas brought here, an overlay sealed here.</summary>
internal sealed class StoredRelease
{
    public required SignedMetadata Release { get; init; }

    /// <summary>What the overlay lies over; null when the file is the release's own segment.</summary>
    public StoredBase? Base { get; init; }
}

/// <summary>The release whose base a later list lies on.</summary>
internal sealed class StoredBase
{
    public required SignedMetadata Release { get; init; }

    /// <summary>Bytes of the overlay, opened.</summary>
    public required int OverlayLength { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredRelease))]
[JsonSerializable(typeof(SignedMetadata))]
internal sealed partial class StoredReleaseJson : JsonSerializerContext;

/// <summary>
/// The releases of one kind on the card: sealed segments stay sealed, a pointer file names the one in use, and the highest
/// version ever seen is kept apart, so that a restored folder cannot bring an old release back. The generation before the one in use is kept.
/// </summary>
internal sealed class ReleaseStore
{
    private const string Current = "current";
    private const string Awaiting = "awaiting-keys.json";
    private const string Sealed = ".sealed";
    private const string Documents = ".documents";
    private const string Description = ".json";
    private const int GenerationsKept = 2;

    /// <summary>Digits of a version in a name.</summary>
    private const int NameLength = 20;

    private readonly string _folder;
    private readonly string _highestPath;

    private readonly Action<string>? _step;

    private ReleaseStore(string folder, string highestPath, Action<string>? step) => (_folder, _highestPath, _step) = (folder, highestPath, step);

    /// <param name="step">Told of each step of taking a list into use, before it is taken; tests end it there.</param>
    internal static ReleaseStore OfLists(DataFolder data, Action<string>? step = null) => new(data.Lists, Path.Combine(data.State, "highest-list-version"), step);

    internal static ReleaseStore OfPeople(DataFolder data) => new(data.People, Path.Combine(data.State, "highest-people-version"), null);

    internal static ReleaseStore OfSuppressions(DataFolder data) => new(data.Suppressions, Path.Combine(data.State, "highest-suppression-version"), null);

    /// <summary>
    /// Highest version ever installed; 0 for none. The file has a checksum: a flipped bit must not shut out every list to come. Where it is
    /// damaged, the newest that is described here counts.
    /// </summary>
    internal ulong HighestVersion()
    {
        try
        {
            if (File.Exists(_highestPath) && File.ReadAllText(_highestPath).Trim() is var text
                && text.Split(' ') is [var number, _] && ulong.TryParse(number, CultureInfo.InvariantCulture, out var version) && text == Checked(version))
            {
                return version;
            }
        }
        catch (IOException)
        {
            // As when it is damaged.
        }

        return Names().Select(name => Read(name, out _)).OfType<StoredRelease>()
            .Select(static stored => ReleaseMetadata.Parse(stored.Release.Metadata).TryGet(out var metadata, out _) ? metadata.Version : 0).DefaultIfEmpty().Max();
    }

    /// <summary>Where a download goes; it resumes there.</summary>
    internal string StagingPath(ReleaseSegment segment) =>
        Path.Combine(_folder, Convert.ToHexStringLower(segment.SealedSha256.Span) + ".part");

    /// <summary>The file of a release.</summary>
    internal string FilePath(ulong version) => Path.Combine(_folder, NameOf(version) + Sealed);

    /// <summary>The sealed documents of a release, whole, as they came or as a delta led to them.</summary>
    internal string DocumentsPath(ulong version) => Path.Combine(_folder, NameOf(version) + Documents);

    /// <summary>The release in use; null when none is. Damaged files come back as null with a reason.</summary>
    internal StoredRelease? FindCurrent(out string problem)
    {
        problem = "none has been installed yet";
        var pointer = Path.Combine(_folder, Current);
        try
        {
            return File.Exists(pointer) ? Read(File.ReadAllText(pointer).Trim(), out problem) : null;
        }
        catch (IOException fault)
        {
            problem = $"{pointer} cannot be read: {fault.Message}";
            return null;
        }
    }

    /// <summary>The generation before the one in use; null when there is none that can be read.</summary>
    internal StoredRelease? FindFormer()
    {
        var pointer = Path.Combine(_folder, Current);
        if (!File.Exists(pointer))
            return null;
        var current = File.ReadAllText(pointer).Trim();
        return Names().Where(name => string.CompareOrdinal(name, current) < 0).Select(name => Read(name, out _)).OfType<StoredRelease>().FirstOrDefault();
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
    /// <returns>Identifiers of the releases that are no longer on the card.</returns>
    /// <param name="stagedDocuments">The sealed documents of the release, whole; null when it has none.</param>
    internal ImmutableArray<Guid> Commit(SignedMetadata release, ReleaseMetadata metadata, string stagedSegment, string? stagedDocuments = null)
    {
        PlaceDocuments(metadata, stagedDocuments);
        _step?.Invoke("segment");
        File.Move(stagedSegment, FilePath(metadata.Version), overwrite: true);
        return Commit(new StoredRelease { Release = release }, metadata.Version);
    }

    /// <summary>The same of a list that a delta made: an overlay over a base that lies here already.</summary>
    internal ImmutableArray<Guid> Commit(
        SignedMetadata release, ReleaseMetadata metadata, StoredBase lowest, ReadOnlySpan<byte> overlayFile, string? stagedDocuments = null)
    {
        PlaceDocuments(metadata, stagedDocuments);
        _step?.Invoke("overlay");
        DataFolder.Write(FilePath(metadata.Version), overlayFile);
        return Commit(new StoredRelease { Release = release, Base = lowest }, metadata.Version);
    }

    /// <summary>Reads a sealed segment that must be the one the metadata names.</summary>
    internal static Result<byte[], ReleaseFailure> ReadSegment(string path, ReleaseSegment segment)
    {
        if (!ReadFile(path).TryGet(out var bytes, out var failure))
            return failure;
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(segment.SealedSha256.Span)
            ? bytes
            : new ReleaseFailure(ReleaseStage.Segment, $"{path} is not the file that was signed");
    }

    internal static Result<byte[], ReleaseFailure> ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException fault)
        {
            return new ReleaseFailure(ReleaseStage.Segment, $"{path} cannot be read: {fault.Message}");
        }
    }

    /// <summary>Before the list itself, and before anything points to either.</summary>
    private void PlaceDocuments(ReleaseMetadata metadata, string? staged)
    {
        if (staged is null)
            return;
        _step?.Invoke("documents");
        File.Move(staged, DocumentsPath(metadata.Version), overwrite: true);
    }

    private ImmutableArray<Guid> Commit(StoredRelease stored, ulong version)
    {
        var name = NameOf(version);
        _step?.Invoke("description");
        DataFolder.Write(Path.Combine(_folder, name + Description), JsonSerializer.SerializeToUtf8Bytes(stored, StoredReleaseJson.Default.StoredRelease));
        _step?.Invoke("highest version");
        DataFolder.Write(_highestPath, Encoding.ASCII.GetBytes(Checked(version)));
        _step?.Invoke("pointer");
        DataFolder.Write(Path.Combine(_folder, Current), Encoding.ASCII.GetBytes(name));
        _step?.Invoke("removal");
        return RemoveOld();
    }

    private ImmutableArray<Guid> RemoveOld()
    {
        foreach (var part in Directory.GetFiles(_folder, "*.part"))
            File.Delete(part);
        File.Delete(Path.Combine(_folder, Awaiting));
        var names = Names().ToArray();
        var removed = names.Skip(GenerationsKept).Select(name => Read(name, out _)).OfType<StoredRelease>().Select(static stored => IdOf(stored.Release)).OfType<Guid>().ToImmutableArray();
        foreach (var name in names.Skip(GenerationsKept))
            File.Delete(Path.Combine(_folder, name + Description));

        var kept = names.Take(GenerationsKept).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(_folder, "*" + Documents).Where(path => !kept.Contains(Path.GetFileNameWithoutExtension(path))))
            File.Delete(path);

        // A base stays as long as an overlay lies on it.
        var needed = kept.ToHashSet(StringComparer.Ordinal);
        foreach (var name in names.Take(GenerationsKept))
        {
            if (Read(name, out _)?.Base is { } lowest && ReleaseMetadata.Parse(lowest.Release.Metadata).TryGet(out var metadata, out _))
                needed.Add(NameOf(metadata.Version));
        }

        foreach (var path in Directory.GetFiles(_folder, "*" + Sealed).Where(path => !needed.Contains(Path.GetFileNameWithoutExtension(path))))
            File.Delete(path);
        return removed;
    }

    /// <summary>Names of the releases that are described here, newest first.</summary>
    private IEnumerable<string> Names() =>
        Directory.GetFiles(_folder, "*" + Description).Select(static path => Path.GetFileNameWithoutExtension(path))
            .Where(static name => name.Length == NameLength && name.All(char.IsAsciiDigit)).OrderDescending(StringComparer.Ordinal);

    private StoredRelease? Read(string name, out string problem)
    {
        problem = $"{name}{Description} is empty";
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(_folder, name + Description)), StoredReleaseJson.Default.StoredRelease);
        }
        catch (Exception fault) when (fault is IOException or JsonException or ArgumentException)
        {
            problem = $"the installed release in {_folder} cannot be read: {fault.Message}";
            return null;
        }
    }

    private static Guid? IdOf(SignedMetadata release) => ReleaseMetadata.Parse(release.Metadata).TryGet(out var metadata, out _) ? metadata.ReleaseId : null;

    /// <summary>The version, and eight letters of its hash.</summary>
    private static string Checked(ulong version)
    {
        var number = version.ToString(CultureInfo.InvariantCulture);
        return $"{number} {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(number)))[..8]}";
    }

    private static string NameOf(ulong version) => version.ToString("D20", CultureInfo.InvariantCulture);
}
