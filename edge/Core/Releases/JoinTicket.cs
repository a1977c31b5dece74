using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// What a technician carries to the post (DESIGN §10): where central is, whom to trust, and a secret that admits one
/// appliance once. A JSON file, so that it can be read before it is used; as a QR code the same text.
/// </summary>
public sealed class JoinTicket
{
    /// <summary>Largest ticket file that is read, in bytes.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>Longest term of a ticket.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(72);

    /// <summary>Version of this form.</summary>
    public required int Form { get; init; }

    public required string TicketId { get; init; }

    /// <summary>At least 16 random bytes. Central keeps only a hash.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>Address of central's gRPC port, such as https://central.example:7443.</summary>
    public required string CentralAddress { get; init; }

    /// <summary>The certification authority of the site, DER. The appliance trusts no other for central.</summary>
    public required byte[] CaCertificateDer { get; init; }

    /// <summary>Central's record key: personal parts are sealed to it. SubjectPublicKeyInfo.</summary>
    public required byte[] CentralRecordKeySpki { get; init; }

    /// <summary>Central's timestamp key. SubjectPublicKeyInfo.</summary>
    public required byte[] TimestampKeySpki { get; init; }

    /// <summary>Trusted release keys by kind.</summary>
    public required ImmutableArray<TicketRole> Roles { get; init; }

    public required string PostName { get; init; }

    /// <summary>Serial number of the board this ticket is for; empty when an operator approves by fingerprint instead.</summary>
    public required string HardwareSerial { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>At most 72 hours after <see cref="IssuedAt"/>.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The roles in the form the verifier takes.</summary>
    public ReleaseTrust ToTrust() =>
        new([.. Roles.Select(role =>
            new TrustedRole(role.Kind, role.Threshold, [.. role.PublicKeysSpki.Select(key => new ReadOnlyMemory<byte>(key))]))]);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JoinTicketJson.Default.JoinTicket);

    /// <summary>Reads a ticket file.</summary>
    /// <param name="json">Untrusted bytes.</param>
    /// <param name="ticket">The ticket; null when the method returns false.</param>
    /// <param name="problem">What is wrong, for a technician; empty when nothing is.</param>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JoinTicket? ticket, out string problem)
    {
        ticket = null;
        if (json.Length > BytesMax)
        {
            problem = $"a ticket has at most {BytesMax} bytes, this file has {json.Length}";
            return false;
        }

        JoinTicket? read;
        try
        {
            read = JsonSerializer.Deserialize(json, JoinTicketJson.Default.JoinTicket);
        }
        catch (JsonException fault)
        {
            problem = $"not a ticket file (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1})";
            return false;
        }

        problem = read is null ? "not a ticket file" : Problem(read);
        if (problem.Length != 0)
            return false;
        ticket = read!;
        return true;
    }

    private static string Problem(JoinTicket ticket) => ticket switch
    {
        { Form: not 1 } => $"form {ticket.Form} is not known; this program reads form 1",
        { Secret.Length: < 16 } => "the secret is too short",
        { CaCertificateDer.Length: 0 } => "the certification authority is missing",
        { CentralRecordKeySpki.Length: 0 } or { TimestampKeySpki.Length: 0 } => "a key of central is missing",
        { Roles.IsDefaultOrEmpty: true } => "the ticket names no release keys",
        _ when ticket.Roles.Any(static role => !IsUsable(role)) => "a release role asks for no signature or for more than it has keys",
        _ when ticket.ExpiresAt <= ticket.IssuedAt || ticket.ExpiresAt - ticket.IssuedAt > LifeMax => "the ticket's term is not 0 to 72 hours",
        _ => Uri.TryCreate(ticket.CentralAddress, UriKind.Absolute, out var address) && address.Scheme == "https"
            ? ""
            : "central's address is not an https address",
    };

    private static bool IsUsable(TicketRole? role) =>
        role is { PublicKeysSpki.IsDefaultOrEmpty: false, Threshold: >= 1 }
        && role.PublicKeysSpki.All(static key => key is not null)
        && role.Threshold <= role.PublicKeysSpki.Select(static key => KeyId.Of(key)).Distinct().Count();
}

/// <summary>Keys that may sign one kind of release, as a ticket carries them.</summary>
public sealed class TicketRole
{
    public required ReleaseKind Kind { get; init; }

    /// <summary>How many of the keys must sign.</summary>
    public required int Threshold { get; init; }

    /// <summary>SubjectPublicKeyInfo in DER, P-256.</summary>
    public required ImmutableArray<byte[]> PublicKeysSpki { get; init; }
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JoinTicket))]
internal sealed partial class JoinTicketJson : JsonSerializerContext;
