using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// What a technician carries to the post (DESIGN §10): where central is, whom to trust, and a secret that admits one
/// appliance once. A JSON file, so that it can be read before it is used; on paper it is a <see cref="JoinTicketCode"/>.
/// </summary>
public sealed class JoinTicket
{
    /// <summary>Largest ticket file that is read, in bytes.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>Longest term of a ticket.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(72);

    /// <summary>The form this program writes and reads: 2, which carries root metadata.</summary>
    public const int CurrentForm = 2;

    private RootMetadata? _rootMetadata;

    /// <summary>Version of this form.</summary>
    public required int Form { get; init; }

    public required string TicketId { get; init; }

    /// <summary>At least 16 random bytes. Central keeps only a hash.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>Address of central's gRPC port, such as https://central.example:7443.</summary>
    public required string CentralAddress { get; init; }

    /// <summary>The newest root of the site with its signatures: whom the appliance trusts from now on.</summary>
    public required SignedMetadata Root { get; init; }

    /// <summary>The root, read. Its own root keys have signed it; that it is the right site's, its pin tells.</summary>
    [JsonIgnore]
    public RootMetadata RootMetadata => _rootMetadata ??= RootChain.VerifyFirst(Root).Value;

    public required string PostName { get; init; }

    /// <summary>Serial number of the board this ticket is for; empty when an operator approves by fingerprint instead.</summary>
    public required string HardwareSerial { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>At most 72 hours after <see cref="IssuedAt"/>.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

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

        if (FormOf(json) is { } form && form != CurrentForm)
        {
            problem = FormProblem(form);
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
        { Secret.Length: < 16 } => "the secret is too short",
        _ when !RootChain.VerifyFirst(ticket.Root).TryGet(out _, out var failure) => $"the root on it cannot be trusted: {failure.Reason}",
        _ when ticket.ExpiresAt <= ticket.IssuedAt || ticket.ExpiresAt - ticket.IssuedAt > LifeMax => "the ticket's term is not 0 to 72 hours",
        _ => Uri.TryCreate(ticket.CentralAddress, UriKind.Absolute, out var address) && address.Scheme == "https"
            ? ""
            : "central's address is not an https address",
    };

    private static string FormProblem(int form) =>
        form < CurrentForm
            ? $"form {form} is no longer taken, since it carries no root metadata; issue a new ticket with: central-checkpoint appliances ticket"
            : $"form {form} is not known; this program reads form {CurrentForm}";

    /// <summary>The form alone, so that an old ticket is named as one and not as damage.</summary>
    private static int? FormOf(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JoinTicketJson.Default.TicketForm)?.Form;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The one field that every form of ticket has.</summary>
internal sealed class TicketForm
{
    public required int Form { get; init; }
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JoinTicket))]
[JsonSerializable(typeof(TicketForm))]
internal sealed partial class JoinTicketJson : JsonSerializerContext;
