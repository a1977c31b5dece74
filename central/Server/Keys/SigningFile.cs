using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>
/// What travels between central and the people who hold signing keys: bytes to sign, the signatures so far, and the root
/// whose keys count. It is enough to sign on a machine that is never connected to anything.
/// </summary>
internal sealed record SigningFile
{
    /// <summary>One thing to sign.</summary>
    public const int CurrentForm = 1;

    /// <summary>Several things to sign at once; a program that knows only one would sign the first alone, so it must refuse.</summary>
    public const int ManyForm = 2;

    /// <summary>Accounts for a thousand posts, signed by two.</summary>
    private const int BytesMax = 4 * 1024 * 1024;

    public required int Form { get; init; }

    /// <summary>Metadata of a root or of a release, or a command, and its signatures so far.</summary>
    public required SignedMetadata ToSign { get; init; }

    /// <summary>More of the same kind, signed together: the accounts of each further post. Null or empty for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SignedMetadata>? More { get; init; }

    /// <summary>
    /// What a suppression takes away, in the clear, so that whoever signs it reads it: its hash is the state root in what is signed. Null for
    /// everything else.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Content { get; init; }

    /// <summary>Everything that is signed.</summary>
    [JsonIgnore]
    public IReadOnlyList<SignedMetadata> All => [ToSign, .. More ?? []];

    /// <summary>The root in force when the file was made; null for the first root of a site.</summary>
    public required SignedMetadata? Root { get; init; }

    /// <summary>A file to sign, without signatures.</summary>
    public static SigningFile Of(byte[] metadata, SignedMetadata? root) =>
        new() { Form = CurrentForm, ToSign = SignedMetadata.From(metadata, []), Root = root };

    /// <summary>A file to sign several releases of one kind together.</summary>
    /// <param name="items">At least one: metadata, and signatures so far.</param>
    public static SigningFile OfMany(IReadOnlyList<SignedMetadata> items, SignedMetadata root) =>
        new() { Form = ManyForm, ToSign = items[0], More = [.. items.Skip(1)], Root = root };

    /// <exception cref="CentralFault">It is missing or not such a file.</exception>
    public static SigningFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
                throw new CentralFault($"{path} is too large for a file to sign.");
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), SigningFileJson.Default.SigningFile);
            if (read is { Form: CurrentForm, More: null } or { Form: ManyForm } && read.All.All(static item => !item.Signatures.IsDefault))
                return read;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CentralFault($"{path} cannot be read as a file to sign ({fault.Message.TrimEnd('.')}).", fault);
        }

        throw new CentralFault($"{path} is not a file to sign of form {CurrentForm} or {ManyForm}.");
    }

    /// <summary>Several copies of one file, each signed by somebody else, as one.</summary>
    /// <exception cref="CentralFault">They are not copies of one file.</exception>
    public static SigningFile Merge(IReadOnlyList<string> paths)
    {
        var files = paths.Select(static path => (Path: path, File: Read(path))).ToArray();
        var first = files[0].File;
        if (files.FirstOrDefault(file => !file.File.AsksTheSameAs(first)) is { Path: { } stranger })
            throw new CentralFault($"{paths[0]} and {stranger} are not copies of one file: what they ask to sign differs.");
        return files.Skip(1).Aggregate(first, static (merged, next) => merged.With([.. next.File.All.Select(static item => item.ReleaseSignatures)]));
    }

    /// <summary>True when both ask to sign the same bytes in the same order.</summary>
    public bool AsksTheSameAs(SigningFile other) =>
        All.Count == other.All.Count
        && All.Zip(other.All).All(static pair => pair.First.Metadata.AsSpan().SequenceEqual(pair.Second.Metadata));

    /// <summary>The file with the signatures of some keys under everything in it.</summary>
    public SigningFile SignedBy(params IReadOnlyCollection<SigningKey> keys) =>
        With([.. All.Select(item => keys.Select(key => key.SignRelease(item.Metadata)))]);

    /// <summary>The file with more signatures for each thing in it, in order; one key signs each once.</summary>
    public SigningFile With(IReadOnlyList<IEnumerable<ReleaseSignature>> more)
    {
        var all = All.Zip(more).Select(static pair => SignedMetadata.From(
            pair.First.Metadata, pair.First.ReleaseSignatures.Concat(pair.Second).DistinctBy(static signature => signature.KeyId))).ToArray();
        return this with { ToSign = all[0], More = More is null ? null : all[1..] };
    }

    /// <summary>The file with more signatures of the one thing in it.</summary>
    public SigningFile With(IEnumerable<ReleaseSignature> more) => With([more]);

    public void Write(string path)
    {
        try
        {
            PrivateFiles.Create(path, JsonSerializer.SerializeToUtf8Bytes(this, SigningFileJson.Default.SigningFile));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{path} cannot be written ({fault.Message.TrimEnd('.')}); give another --out.", fault);
        }
    }

    /// <summary>
    /// The role in which a key signs this; null when its signature would count for nothing. A root is signed by root keys
    /// of the root before it and by its own, a release by the keys of its kind, a command by policy keys.
    /// </summary>
    public SigningRole? RoleOf(KeyId key)
    {
        var inForce = RootInForce();
        if (More is { Count: > 0 })
            return RoleOfMany(key, inForce);
        if (RootMetadata.Parse(ToSign.Metadata).TryGet(out var draft, out _))
            return draft.RoleOf(key) == SigningRole.Root || inForce?.RoleOf(key) == SigningRole.Root ? SigningRole.Root : null;
        if (CommandStatement.Parse(ToSign.Metadata).IsSuccess)
            return inForce?.RoleOf(key) == SigningRole.Policy ? SigningRole.Policy : null;
        if (!ReleaseMetadata.Parse(ToSign.Metadata).TryGet(out var release, out _) || !Enum.IsDefined(release.Kind))
            return null;

        // Who goes is sealed in the release; nobody signs that without seeing it.
        if (release.Kind == ReleaseKind.Suppression && RemovalsOf(release) is null)
            return null;
        var role = SigningRoles.Of(release.Kind);
        return inForce?.RoleOf(key) == role ? role : null;
    }

    /// <summary>What a suppression takes away; null when the file does not show it, or shows something else.</summary>
    public Removals? RemovalsOf(ReleaseMetadata release) =>
        Content is { } content && Removals.StateRootOf(content).AsSpan().SequenceEqual(release.StateRoot.Span)
        && Removals.Parse(content).TryGet(out var removals, out _)
            ? removals
            : null;

    /// <summary>Several together are people releases and nothing else: nobody signs a list by reading about accounts.</summary>
    private SigningRole? RoleOfMany(KeyId key, RootMetadata? inForce) =>
        All.All(static item => ReleaseMetadata.Parse(item.Metadata).TryGet(out var release, out _) && release.Kind == ReleaseKind.People)
        && inForce?.RoleOf(key) == SigningRole.People
            ? SigningRole.People
            : null;

    /// <summary>The root in force as the file tells it: the signer compares its pin.</summary>
    public RootMetadata? RootInForce() =>
        Root is { } signed && RootChain.VerifyFirst(signed).TryGet(out var root, out _) ? root : null;
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SigningFile))]
internal sealed partial class SigningFileJson : JsonSerializerContext;
