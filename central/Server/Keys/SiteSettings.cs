using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>What the site is called and where appliances find it.</summary>
internal sealed record SiteSettings
{
    public const string DefaultName = "Utopia";

    public const string DefaultAddress = "https://localhost:7443";

    /// <summary>Name for people, such as the authority's.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>Address of the gRPC port as appliances reach it; written into tickets and the server's certificate.</summary>
    public string Address { get; init; } = DefaultAddress;

    /// <summary>True between <c>init --for-ceremony</c> and <c>init --root</c>: central has its own keys, but nobody vouches for them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AwaitsRoot { get; init; }

    [JsonIgnore]
    public string Host => new Uri(Address).Host;

    public static SiteSettings Read(DataFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.SiteFile), SiteJson.Default.SiteSettings)
                ?? throw new JsonException("empty");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CentralFault(
                $"The site file {folder.SiteFile} cannot be read ({fault.Message.TrimEnd('.')}); restore it from the backup.",
                fault);
        }
    }

    public void Write(DataFolder folder) =>
        PrivateFiles.Create(folder.SiteFile, JsonSerializer.SerializeToUtf8Bytes(this, SiteJson.Default.SiteSettings));

    /// <summary>True for an address that a ticket may carry.</summary>
    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.Host.Length > 0;
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SiteSettings))]
internal sealed partial class SiteJson : JsonSerializerContext;
