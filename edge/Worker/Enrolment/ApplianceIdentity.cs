using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>What enrolment left on the appliance: who it is, where central is, whom it trusts.</summary>
public sealed class ApplianceIdentity
{
    private const string FileName = "appliance.json";

    public required string ApplianceId { get; init; }

    public required string PostName { get; init; }

    /// <summary>Address of central's gRPC port.</summary>
    public required string CentralAddress { get; init; }

    /// <summary>The site's certification authority, DER; the only one trusted for central.</summary>
    public required byte[] CaCertificateDer { get; init; }

    /// <summary>The appliance's own certificate, DER.</summary>
    public required byte[] CertificateDer { get; init; }

    /// <summary>Central's record key.</summary>
    public required byte[] CentralRecordKeySpki { get; init; }

    /// <summary>Central's timestamp key.</summary>
    public required byte[] TimestampKeySpki { get; init; }

    public required ImmutableArray<TicketRole> Roles { get; init; }

    /// <summary>Journal epoch of this enrolment.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>Central's clock when the ticket was issued; the first time floor.</summary>
    public required DateTimeOffset TicketIssuedAt { get; init; }

    [JsonIgnore]
    public ReleaseTrust Trust =>
        new([.. Roles.Select(role =>
            new TrustedRole(role.Kind, role.Threshold, [.. role.PublicKeysSpki.Select(key => new ReadOnlyMemory<byte>(key))]))]);

    internal static bool Exists(DataFolder data) => File.Exists(PathIn(data));

    /// <summary>Reads the identity.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or can be read by others.</exception>
    internal static ApplianceIdentity Load(DataFolder data)
    {
        try
        {
            return JsonSerializer.Deserialize(DataFolder.ReadPrivate(PathIn(data)), IdentityJson.Default.ApplianceIdentity)
                ?? throw new InvalidDataException($"{PathIn(data)} is empty; enrol the appliance again");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{PathIn(data)} is damaged at line {fault.LineNumber + 1}; enrol the appliance again", fault);
        }
    }

    internal void Save(DataFolder data) =>
        DataFolder.Write(PathIn(data), JsonSerializer.SerializeToUtf8Bytes(this, IdentityJson.Default.ApplianceIdentity));

    /// <summary>The certificate with its private key, for mutual TLS.</summary>
    internal X509Certificate2 CertificateWithKey(IDeviceKey key)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(CertificateDer);
        return certificate.CopyWithPrivateKey(key.SigningKey);
    }

    /// <summary>Name of the signing key in batches.</summary>
    internal static KeyId SigningKeyId(IDeviceKey key) => KeyId.Of(key.SigningKeySpki.Span);

    private static string PathIn(DataFolder data) => Path.Combine(data.Identity, FileName);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApplianceIdentity))]
internal sealed partial class IdentityJson : JsonSerializerContext;
