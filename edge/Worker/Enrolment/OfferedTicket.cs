using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Syncing;
using Google.Protobuf;

namespace EdgeCheckpoint.Worker.Enrolment;

/// <summary>A join ticket as a technician gave it: a whole file, or a code that pins the root and must still learn it.</summary>
internal sealed class OfferedTicket
{
    private readonly JoinTicket? _file;
    private readonly JoinTicketCode? _code;
    private readonly string? _address;

    private OfferedTicket(JoinTicket? file, JoinTicketCode? code, string? address) => (_file, _code, _address) = (file, code, address);

    internal string TicketId => _file?.TicketId ?? _code!.TicketId;

    internal ReadOnlyMemory<byte> Secret => _file?.Secret ?? _code!.Secret;

    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static Result<OfferedTicket, string> FromFile(FileInfo file)
    {
        if (!file.Exists)
            return $"There is no ticket at {file.FullName}. Copy it from the technician's stick and try again.";
        if (file.Length > JoinTicket.BytesMax)
            return $"{file.FullName} is no ticket: it has {file.Length} bytes.";
        return JoinTicket.TryParse(File.ReadAllBytes(file.FullName), out var ticket, out var problem)
            ? new OfferedTicket(ticket, null, null)
            : $"{file.FullName}: {problem}.";
    }

    /// <param name="typed">A code, or the text of its QR code.</param>
    /// <param name="address">Central's address; null when the QR code has it.</param>
    internal static Result<OfferedTicket, string> FromCode(string typed, string? address)
    {
        if (!JoinTicketCode.Read(typed).TryGet(out var read, out var problem))
            return problem;
        var central = address ?? read.Address;
        if (central is null)
            return "A typed code does not say where central is: give --central https://HOST:PORT, as it stands on the ticket.";
        return Uri.TryCreate(central, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? new OfferedTicket(null, read.Code, central)
            : $"--central takes an https address such as https://central.example:7443, not {central}.";
    }

    /// <summary>
    /// The whole ticket under the site's newest root, which central is asked for: the authority may have changed in the days that a
    /// ticket travels.
    /// </summary>
    internal async Task<Result<JoinTicket, string>> CompleteAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new SiteRootsClient(time);
        if (_file is not { } file)
            return await client.CompleteAsync(_code!, _address!, cancellationToken);
        var fetched = await client.FetchAsync(JoinTicketCode.PinOf(file.RootMetadata), file.CentralAddress, cancellationToken);
        if (!fetched.TryGet(out var roots, out var problem))
            return problem;
        return Under(file, roots) is { } ticket ? ticket : NotOfThisSite(file.CentralAddress);
    }

    /// <summary>The whole ticket under the newest root of a bundle, whose roots must follow from the ticket's.</summary>
    internal Result<JoinTicket, string> Complete(EnrolmentBundle bundle)
    {
        var roots = bundle.Roots.Select(static step => WireReleases.Signed(step.Metadata, step.Signatures)).ToList();
        if (_code is { } code)
            return code.ToTicket(From(roots, root => code.Fits(root)), _address!);
        var file = _file!;
        return Under(file, From(roots, root => root.Pin.Span.SequenceEqual(file.RootMetadata.Pin.Span))) is { } ticket
            ? ticket
            : "The bundle is not of the site of this ticket. Take the bundle that central wrote for this appliance.";
    }

    /// <summary>The ticket of a file under the newest of some roots; null when they do not follow from the file's.</summary>
    private static JoinTicket? Under(JoinTicket file, IReadOnlyList<SignedMetadata> roots)
    {
        if (!RootChain.Verify(roots).TryGet(out var chain, out _) || !chain[0].Pin.Span.SequenceEqual(file.RootMetadata.Pin.Span))
            return null;
        return new JoinTicket
        {
            Form = file.Form,
            TicketId = file.TicketId,
            Secret = file.Secret,
            CentralAddress = file.CentralAddress,
            Root = roots[^1],
            PostName = file.PostName,
            HardwareSerial = file.HardwareSerial,
            IssuedAt = file.IssuedAt,
            ExpiresAt = file.ExpiresAt,
        };
    }

    private static string NotOfThisSite(string address) =>
        $"What answers at {address} is not the central of the ticket: its roots are others. Check the address, and ask who answers there.";

    /// <summary>Takes the message out of a bundle's file.</summary>
    internal static Result<EnrolmentBundle, string> ReadBundle(ReadOnlySpan<byte> file)
    {
        if (!EnrolmentFile.Read(EnrolmentFileKind.Bundle, file).TryGet(out var message, out var problem))
            return problem;
        try
        {
            var bundle = EnrolmentBundle.Parser.ParseFrom(message);
            return bundle.Answer is { State: JoinState.Admitted } ? bundle : "it admits nobody; ask central for another";
        }
        catch (InvalidProtocolBufferException)
        {
            return "its content cannot be read; ask central for another";
        }
    }

    private static List<SignedMetadata> From(List<SignedMetadata> roots, Predicate<RootMetadata> isFirst) =>
        [.. roots.SkipWhile(root => !(RootMetadata.Parse(root.Metadata).TryGet(out var parsed, out _) && isFirst(parsed)))];
}
