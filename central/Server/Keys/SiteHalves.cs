using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>The public halves of central's own keys, which the first root of a site vouches for: carried to the ceremony.</summary>
internal sealed record SiteHalves
{
    public required string Name { get; init; }

    /// <summary>The site's authority, DER.</summary>
    public required byte[] Authority { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] RecordKey { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] TimestampKey { get; init; }

    /// <exception cref="CentralFault">Not such a file.</exception>
    public static SiteHalves Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), SiteHalvesJson.Default.SiteHalves) ?? throw new JsonException("empty");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{path} is not a file of init --for-ceremony ({fault.Message.TrimEnd('.')}).", fault);
        }
    }

    public void Write(string path) =>
        PrivateFiles.Create(path, JsonSerializer.SerializeToUtf8Bytes(this, SiteHalvesJson.Default.SiteHalves));
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SiteHalves))]
internal sealed partial class SiteHalvesJson : JsonSerializerContext;
