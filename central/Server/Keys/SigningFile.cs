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
    public const int CurrentForm = 1;

    private const int BytesMax = 256 * 1024;

    public required int Form { get; init; }

    /// <summary>Metadata of a root or of a release, or a command, and its signatures so far.</summary>
    public required SignedMetadata ToSign { get; init; }

    /// <summary>The root in force when the file was made; null for the first root of a site.</summary>
    public required SignedMetadata? Root { get; init; }

    /// <summary>A file to sign, without signatures.</summary>
    public static SigningFile Of(byte[] metadata, SignedMetadata? root) =>
        new() { Form = CurrentForm, ToSign = SignedMetadata.From(metadata, []), Root = root };

    /// <exception cref="CentralFault">It is missing or not such a file.</exception>
    public static SigningFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
                throw new CentralFault($"{path} is too large for a file to sign.");
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), SigningFileJson.Default.SigningFile);
            if (read is { Form: CurrentForm, ToSign.Signatures.IsDefault: false })
                return read;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CentralFault($"{path} cannot be read as a file to sign ({fault.Message.TrimEnd('.')}).", fault);
        }

        throw new CentralFault($"{path} is not a file to sign of form {CurrentForm}.");
    }

    /// <summary>Several copies of one file, each signed by somebody else, as one.</summary>
    /// <exception cref="CentralFault">They are not copies of one file.</exception>
    public static SigningFile Merge(IReadOnlyList<string> paths)
    {
        var files = paths.Select(static path => (Path: path, File: Read(path))).ToArray();
        var first = files[0].File;
        if (files.FirstOrDefault(file => !file.File.ToSign.Metadata.AsSpan().SequenceEqual(first.ToSign.Metadata)) is { Path: { } stranger })
            throw new CentralFault($"{paths[0]} and {stranger} are not copies of one file: what they ask to sign differs.");
        return files.Skip(1).Aggregate(first, static (merged, next) => merged.With(next.File.ToSign.ReleaseSignatures));
    }

    /// <summary>The file with more signatures; one key signs once.</summary>
    public SigningFile With(IEnumerable<ReleaseSignature> more)
    {
        var all = ToSign.ReleaseSignatures.Concat(more).DistinctBy(static signature => signature.KeyId);
        return this with { ToSign = SignedMetadata.From(ToSign.Metadata, all) };
    }

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
        if (RootMetadata.Parse(ToSign.Metadata).TryGet(out var draft, out _))
            return draft.RoleOf(key) == SigningRole.Root || inForce?.RoleOf(key) == SigningRole.Root ? SigningRole.Root : null;
        if (CommandStatement.Parse(ToSign.Metadata).IsSuccess)
            return inForce?.RoleOf(key) == SigningRole.Policy ? SigningRole.Policy : null;
        if (!ReleaseMetadata.Parse(ToSign.Metadata).TryGet(out var release, out _) || !Enum.IsDefined(release.Kind))
            return null;
        var role = SigningRoles.Of(release.Kind);
        return inForce?.RoleOf(key) == role ? role : null;
    }

    /// <summary>The root in force as the file tells it: the signer compares its pin.</summary>
    public RootMetadata? RootInForce() =>
        Root is { } signed && RootChain.VerifyFirst(signed).TryGet(out var root, out _) ? root : null;
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SigningFile))]
internal sealed partial class SigningFileJson : JsonSerializerContext;
