using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>What enrolment left on the appliance: who it is, where central is. Whom it trusts is kept beside it (<see cref="SiteTrust"/>).</summary>
public sealed class ApplianceIdentity
{
    private const string FileName = "appliance.json";

    public required string ApplianceId { get; init; }

    public required string PostName { get; init; }

    /// <summary>Address of central's gRPC port.</summary>
    public required string CentralAddress { get; init; }

    /// <summary>The appliance's own certificate as it was when this was read, DER; the one in use is the <see cref="CredentialBook"/>'s.</summary>
    public required byte[] CertificateDer { get; init; }

    /// <summary>Journal epoch of this enrolment.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>Central's clock when the ticket was issued; the first time floor.</summary>
    public required DateTimeOffset TicketIssuedAt { get; init; }

    /// <summary>The appliance whose place it took; empty for none.</summary>
    public string Replaces { get; init; } = "";

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

    /// <summary>The same appliance with its next certificate.</summary>
    internal ApplianceIdentity WithCertificate(byte[] certificateDer) => new()
    {
        ApplianceId = ApplianceId,
        PostName = PostName,
        CentralAddress = CentralAddress,
        CertificateDer = certificateDer,
        Epoch = Epoch,
        TicketIssuedAt = TicketIssuedAt,
        Replaces = Replaces,
    };

    private static string PathIn(DataFolder data) => Path.Combine(data.Identity, FileName);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApplianceIdentity))]
internal sealed partial class IdentityJson : JsonSerializerContext;
