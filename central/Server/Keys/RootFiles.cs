using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>The site's roots on disk, one file each, as they were signed: appliances that slept walk through all of them.</summary>
internal static class RootFiles
{
    private const string Extension = ".json";

    /// <summary>Version of the newest root; 0 for none. Reads names only, so that it can be asked often.</summary>
    public static ulong NewestVersion(DataFolder folder) =>
        Names(folder) is [.., var newest] && ulong.TryParse(Path.GetFileNameWithoutExtension(newest), CultureInfo.InvariantCulture, out var version)
            ? version
            : 0;

    /// <summary>Every root, verified step by step.</summary>
    /// <exception cref="CentralFault">A file is damaged, missing between others, or does not verify.</exception>
    public static (ImmutableArray<SignedMetadata> Signed, RootMetadata Newest) Read(DataFolder folder)
    {
        try
        {
            ImmutableArray<SignedMetadata> signed =
            [
                .. Names(folder).Select(static path =>
                    JsonSerializer.Deserialize(PrivateFiles.Read(path), RootFileJson.Default.SignedMetadata) ?? throw new JsonException($"{path} is empty")),
            ];
            return RootChain.Verify(signed).TryGet(out var roots, out var failure)
                ? (signed, roots[^1])
                : throw new CentralFault($"The roots in {folder.RootsFolder} do not follow one another ({failure.Reason}); restore the folder from the backup.");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault(
                $"The roots in {folder.RootsFolder} cannot be read ({fault.Message.TrimEnd('.')}); restore the folder from the backup.", fault);
        }
    }

    /// <summary>Adds a root that has been verified.</summary>
    public static void Add(DataFolder folder, SignedMetadata root, ulong version) =>
        PrivateFiles.Create(
            Path.Combine(folder.RootsFolder, version.ToString("D10", CultureInfo.InvariantCulture) + Extension),
            JsonSerializer.SerializeToUtf8Bytes(root, RootFileJson.Default.SignedMetadata));

    private static string[] Names(DataFolder folder) =>
        Directory.Exists(folder.RootsFolder)
            ? [.. Directory.GetFiles(folder.RootsFolder, "*" + Extension).Order(StringComparer.Ordinal)]
            : [];
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SignedMetadata))]
internal sealed partial class RootFileJson : JsonSerializerContext;
