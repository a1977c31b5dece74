using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Records;
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

    /// <summary>Sets of signers of which the highest version is kept.</summary>
    private const int HighestMax = 32;

    /// <summary>Digits of a version in a name.</summary>
    private const int NameLength = 20;

    private readonly string _folder;
    private readonly string _highestPath;
    private readonly ReleaseKind _kind;
    private readonly Action<string>? _step;

    private ReleaseStore(string folder, string highestPath, ReleaseKind kind, Action<string>? step) =>
        (_folder, _highestPath, _kind, _step) = (folder, highestPath, kind, step);

    /// <param name="step">Told of each step of taking a list into use, before it is taken; tests end it there.</param>
    internal static ReleaseStore OfLists(DataFolder data, Action<string>? step = null) =>
        new(data.Lists, Path.Combine(data.State, "highest-list-version"), ReleaseKind.Watchlist, step);

    internal static ReleaseStore OfPeople(DataFolder data) =>
        new(data.People, Path.Combine(data.State, "highest-people-version"), ReleaseKind.People, step: null);

    /// <param name="step">As for <see cref="OfLists"/>.</param>
    internal static ReleaseStore OfSuppressions(DataFolder data, Action<string>? step = null) =>
        new(data.Suppressions, Path.Combine(data.State, "highest-suppression-version"), ReleaseKind.Suppression, step);

    /// <summary>Highest version ever installed, whoever signed it; 0 for none. What is asked for begins there.</summary>
    internal ulong HighestEver() => ReadHighest() is [.., var newest] ? newest.Version : Described().Select(static metadata => metadata.Version).DefaultIfEmpty().Max();

    /// <summary>
    /// The version that nothing may go back behind: the highest whose signers would be enough today, 0 for none. Of each set of signers the
    /// highest is kept, so that a key which is taken away leaves those that the others signed. One that thieves of keys
    /// signed binds nobody once a root has taken the keys away, however high it is (recovery from fast-forward, TUF 1.0.34 §5.3). The file has
    /// a checksum: a flipped bit must not shut out every list to come. Where it is damaged, the newest that is described here counts.
    /// </summary>
    internal ulong HighestVersion(ReleaseTrust trust)
    {
        var role = SigningRoles.Of(_kind);
        var binding = ReadHighest().Where(highest => trust.AreEnough(role, highest.Signers)).Select(static highest => highest.Version).ToArray();
        return binding.Length > 0 ? binding.Max() : Described(trust).Select(static metadata => metadata.Version).DefaultIfEmpty().Max();
    }

    /// <summary>Where a download goes; it resumes there.</summary>
    internal string StagingPath(ReleaseSegment segment) =>
        Path.Combine(_folder, Convert.ToHexStringLower(segment.SealedSha256.Span) + ".part");

    /// <summary>The file of a release.</summary>
    internal string FilePath(ulong version) => Path.Combine(_folder, NameOf(version) + Sealed);

    /// <summary>The sealed documents of a release, whole, as they came or as a delta led to them.</summary>
    internal string DocumentsPath(ulong version) => Path.Combine(_folder, NameOf(version) + Documents);

    /// <summary>Whether the whole list of a release lies here as it was signed, read piece by piece. Needs no key.</summary>
    /// <exception cref="IOException">The card cannot be read.</exception>
    internal Result<ReleaseSegment, ReleaseFailure> CheckBase(ReleaseMetadata metadata)
    {
        if (metadata.Find(ReleaseMetadata.BaseSegment) is not var (_, segment))
            return new ReleaseFailure(ReleaseStage.Metadata, "the release has no whole list");
        return IsAsSigned(FilePath(metadata.Version), segment)
            ? segment
            : new ReleaseFailure(ReleaseStage.Segment, "the list on the card is not the one that was signed");
    }

    /// <summary>The same of its documents.</summary>
    /// <returns>Null when they are as they were signed, or it has none.</returns>
    internal ReleaseFailure? CheckDocuments(ReleaseMetadata metadata) =>
        metadata.Find(ReleaseMetadata.DocumentsSegment) is not var (_, segment) || (File.Exists(DocumentsPath(metadata.Version)) && IsAsSigned(DocumentsPath(metadata.Version), segment))
            ? null
            : new ReleaseFailure(ReleaseStage.Segment, "the documents on the card are not the ones that were signed");

    private static bool IsAsSigned(string path, ReleaseSegment segment)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.Length == segment.SealedLength && SHA256.HashData(file).AsSpan().SequenceEqual(segment.SealedSha256.Span);
    }

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
    internal ImmutableArray<Guid> Commit(
        SignedMetadata release, ReleaseMetadata metadata, string stagedSegment, ReleaseTrust trust, string? stagedDocuments = null)
    {
        PlaceDocuments(metadata, stagedDocuments);
        _step?.Invoke("segment");
        DataFolder.Tell(FileStep.Rename, FilePath(metadata.Version));
        File.Move(stagedSegment, FilePath(metadata.Version), overwrite: true);
        return Commit(new StoredRelease { Release = release }, metadata.Version, trust);
    }

    /// <summary>The same of a list that a delta made: an overlay over a base that lies here already.</summary>
    internal ImmutableArray<Guid> Commit(
        SignedMetadata release, ReleaseMetadata metadata, StoredBase lowest, ReadOnlySpan<byte> overlayFile, ReleaseTrust trust, string? stagedDocuments = null)
    {
        PlaceDocuments(metadata, stagedDocuments);
        _step?.Invoke("overlay");
        DataFolder.Write(FilePath(metadata.Version), overlayFile);
        return Commit(new StoredRelease { Release = release, Base = lowest }, metadata.Version, trust);
    }

    /// <summary>Puts the documents of the release in use in the place of those that cannot be read.</summary>
    internal void ReplaceDocuments(ReleaseMetadata metadata, string? staged) => PlaceDocuments(metadata, staged);

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
        DataFolder.Tell(FileStep.Rename, DocumentsPath(metadata.Version));
        File.Move(staged, DocumentsPath(metadata.Version), overwrite: true);
    }

    private ImmutableArray<Guid> Commit(StoredRelease stored, ulong version, ReleaseTrust trust)
    {
        var name = NameOf(version);
        _step?.Invoke("description");
        DataFolder.Write(Path.Combine(_folder, name + Description), JsonSerializer.SerializeToUtf8Bytes(stored, StoredReleaseJson.Default.StoredRelease));
        _step?.Invoke("highest version");
        var signers = trust.FindSigners(SigningRoles.Of(_kind), stored.Release.Metadata, stored.Release.ReleaseSignatures);
        DataFolder.Write(_highestPath, Encoding.ASCII.GetBytes(Checked(string.Join(' ', WithHighest(new HighestOf(version, [.. signers]))))));
        _step?.Invoke("pointer");
        DataFolder.Write(Path.Combine(_folder, Current), Encoding.ASCII.GetBytes(name));
        _step?.Invoke("removal");
        return RemoveOld(name);
    }

    private ImmutableArray<Guid> RemoveOld(string current)
    {
        foreach (var part in Directory.GetFiles(_folder, "*.part"))
            Delete(part);
        Delete(Path.Combine(_folder, Awaiting));
        // What stands above the newest was signed by keys that are trusted no more.
        var names = Names().ToLookup(name => string.CompareOrdinal(name, current) <= 0);
        var kept = names[true].Take(GenerationsKept).ToArray();
        string[] old = [.. names[false], .. names[true].Skip(GenerationsKept)];
        var removed = old.Select(name => Read(name, out _)).OfType<StoredRelease>().Select(static stored => IdOf(stored.Release)).OfType<Guid>().ToImmutableArray();
        foreach (var name in old)
            Delete(Path.Combine(_folder, name + Description));

        foreach (var path in Directory.GetFiles(_folder, "*" + Documents).Where(path => !kept.Contains(Path.GetFileNameWithoutExtension(path))))
            Delete(path);

        // A base stays as long as an overlay lies on it.
        var needed = kept.ToHashSet(StringComparer.Ordinal);
        foreach (var name in kept)
        {
            if (Read(name, out _)?.Base is { } lowest && ReleaseMetadata.Parse(lowest.Release.Metadata).TryGet(out var metadata, out _))
                needed.Add(NameOf(metadata.Version));
        }

        foreach (var path in Directory.GetFiles(_folder, "*" + Sealed).Where(path => !needed.Contains(Path.GetFileNameWithoutExtension(path))))
            Delete(path);
        return removed;
    }

    private static void Delete(string path)
    {
        DataFolder.Tell(FileStep.Delete, path);
        File.Delete(path);
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

    /// <summary>
    /// What was written down, and a version that is taken into use now, last. What another with at least the same signers has outdone is left
    /// out: it binds no longer than that.
    /// </summary>
    private IEnumerable<HighestOf> WithHighest(HighestOf now) =>
        ReadHighest().Where(before => before.Version > now.Version || !before.Signers.IsSubsetOf(now.Signers)).TakeLast(HighestMax - 1).Append(now);

    /// <summary>
    /// The file: version and signers by turns, then a checksum. Empty when it is not there, or damaged.
    /// </summary>
    private IReadOnlyList<HighestOf> ReadHighest()
    {
        try
        {
            if (!File.Exists(_highestPath))
                return [];
            var text = File.ReadAllText(_highestPath).Trim();
            var parts = text.Split(' ');
            if (parts.Length < 3 || parts.Length % 2 == 0 || text != Checked(text[..text.LastIndexOf(' ')]))
                return [];
            return [.. parts[..^1].Chunk(2).Select(static pair => new HighestOf(
                ulong.Parse(pair[0], CultureInfo.InvariantCulture),
                [.. pair[1].Split(',').Select(static id => new KeyId(ulong.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))]))];
        }
        catch (Exception fault) when (fault is IOException or FormatException or OverflowException)
        {
            // As when it is damaged.
            return [];
        }
    }

    /// <summary>The highest version that these have signed together.</summary>
    private sealed record HighestOf(ulong Version, ImmutableHashSet<KeyId> Signers)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Version} {string.Join(',', Signers.Select(static id => id.ToString()).Order(StringComparer.Ordinal))}");
    }

    /// <summary>Metadata of the releases that are described here and can be read.</summary>
    /// <param name="trust">Leaves out those it does not trust.</param>
    private IEnumerable<ReleaseMetadata> Described(ReleaseTrust? trust = null)
    {
        foreach (var stored in Names().Select(name => Read(name, out _)).OfType<StoredRelease>())
        {
            var read = trust is null
                ? ReleaseMetadata.Parse(stored.Release.Metadata)
                : trust.Verify(stored.Release.Metadata, stored.Release.ReleaseSignatures, _kind, 0, null);
            if (read.TryGet(out var metadata, out _))
                yield return metadata;
        }
    }

    /// <summary>A text, and eight letters of its hash.</summary>
    private static string Checked(string text) => $"{text} {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..8]}";

    private static string NameOf(ulong version) => version.ToString("D20", CultureInfo.InvariantCulture);
}
