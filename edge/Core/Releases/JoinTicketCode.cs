using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeCheckpoint.Codes;

namespace EdgeCheckpoint.Releases;

/// <summary>
/// A join ticket that a person can type or a reader can read from a QR code: twelve groups of seven symbols, each with a check
/// symbol (<see cref="TypedCode"/>). It names the ticket, carries its secret, and pins the site's root by half of its SHA-256:
/// the root itself is asked of central and believed only when it fits, before the secret is told to anybody.
/// </summary>
/// <param name="TicketId">As central names it: "t-" and 16 hexadecimal digits.</param>
/// <param name="Secret">16 bytes.</param>
/// <param name="RootPin">The first 16 bytes of <see cref="RootMetadata.Pin"/>.</param>
/// <param name="IssuedAt">Whole minutes, before the year 9999; the appliance's first time floor.</param>
public sealed record JoinTicketCode(string TicketId, ReadOnlyMemory<byte> Secret, ReadOnlyMemory<byte> RootPin, DateTimeOffset IssuedAt)
{
    /// <summary>Bytes of a pin.</summary>
    public const int PinLength = 16;

    /// <summary>The last minute of the year 9998.</summary>
    private const uint MinutesMax = 4_222_846_079;

    private const byte CurrentForm = 1;
    private const string IdPrefix = "t-";
    private const int IdLength = 8;
    private const int SecretLength = 16;
    private const int TimeLength = 4;
    private const int Length = 1 + IdLength + SecretLength + PinLength + TimeLength;

    /// <summary>What a QR code begins with. All of it is in the alphanumeric set of QR codes (ISO/IEC 18004), which makes it small.</summary>
    private const string Prefix = "ECJ1:";
    private const char AddressMark = '+';

    /// <summary>The code of a ticket.</summary>
    /// <exception cref="ArgumentException">Its secret or identifier has another length: it was issued by an older program.</exception>
    public static JoinTicketCode Of(JoinTicket ticket)
    {
        if (ticket.Secret.Length != SecretLength || ticket.TicketId.Length != IdPrefix.Length + (2 * IdLength))
            throw new ArgumentException("A ticket of this form has no code; issue a new one.", nameof(ticket));
        return new JoinTicketCode(ticket.TicketId, ticket.Secret, PinOf(ticket.RootMetadata), ticket.IssuedAt);
    }

    /// <summary>The code as it is printed, in groups.</summary>
    public string Encode()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = CurrentForm;
        var rest = bytes[1..];
        Convert.FromHexString(TicketId.AsSpan(IdPrefix.Length), rest, out _, out _);
        Secret.Span.CopyTo(rest[IdLength..]);
        RootPin.Span.CopyTo(rest[(IdLength + SecretLength)..]);
        BinaryPrimitives.WriteUInt32BigEndian(rest[^TimeLength..], checked((uint)(IssuedAt.ToUnixTimeSeconds() / 60)));
        return TypedCode.Encode(bytes);
    }

    /// <summary>What stands in the QR code: the code and central's address.</summary>
    public string ToQrText(string address) => $"{Prefix}{Encode()}{AddressMark}{address.ToUpperInvariant()}";

    /// <summary>Reads what was typed or scanned.</summary>
    /// <param name="typed">The code alone, or the text of a QR code.</param>
    /// <returns>The ticket's code and the address in it, null when there is none; or what is wrong, as a sentence that names the group.</returns>
    public static Result<(JoinTicketCode Code, string? Address), string> Read(string typed)
    {
        var text = typed.Trim();
        string? address = null;
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            var mark = text.IndexOf(AddressMark, StringComparison.Ordinal);
            if (mark < 0 || !Uri.TryCreate(text[(mark + 1)..], UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
                return "The QR code holds no https address of central; type the code and give --central.";
            address = uri.GetLeftPart(UriPartial.Authority);
            text = text[Prefix.Length..mark];
        }

        if (!TypedCode.Decode(text, Length).TryGet(out var bytes, out var problem))
            return problem;
        if (bytes[0] != CurrentForm)
            return $"The code has form {bytes[0]}; this program reads form {CurrentForm}. Ask central for a ticket of its own program's version.";
        var rest = bytes.AsMemory(1);
        var minutes = BinaryPrimitives.ReadUInt32BigEndian(rest.Span[^TimeLength..]);
        if (minutes > MinutesMax)
            return "The code names a time that cannot be; ask central for a new ticket.";
        return (new JoinTicketCode(
            IdPrefix + Convert.ToHexStringLower(rest.Span[..IdLength]),
            rest.Slice(IdLength, SecretLength),
            rest.Slice(IdLength + SecretLength, PinLength),
            DateTimeOffset.FromUnixTimeSeconds(60L * minutes)), address);
    }

    /// <summary>The pin of a root, as a ticket's code carries it.</summary>
    public static ReadOnlyMemory<byte> PinOf(RootMetadata root) => root.Pin[..PinLength];

    /// <summary>True for the root that the ticket was issued under.</summary>
    public bool Fits(RootMetadata root) => CryptographicOperations.FixedTimeEquals(root.Pin.Span[..PinLength], RootPin.Span);

    /// <summary>The whole ticket, once its root is known.</summary>
    /// <param name="roots">The root that was pinned and those after it, as they were signed.</param>
    /// <param name="address">https address of central's gRPC port.</param>
    /// <returns>The ticket under the newest root; or why these are not the roots of the site.</returns>
    public Result<JoinTicket, string> ToTicket(IReadOnlyList<SignedMetadata> roots, string address)
    {
        if (!RootChain.Verify(roots).TryGet(out var chain, out var failure))
            return $"The site's root cannot be trusted: {failure.Reason}.";
        if (!Fits(chain[0]))
            return "This is not the central of the ticket: its root is another one. Check the address, and ask who answers there.";
        return new JoinTicket
        {
            Form = JoinTicket.CurrentForm,
            TicketId = TicketId,
            Secret = Secret.ToArray(),
            CentralAddress = address,
            Root = roots[^1],
            // Central knows them and tells; the code has no room.
            PostName = "",
            HardwareSerial = "",
            IssuedAt = IssuedAt,
            ExpiresAt = IssuedAt + JoinTicket.LifeMax,
        };
    }
}
