using System.Globalization;
using System.Net;
using System.Text;
using EdgeCheckpoint.Releases;
using QRCoder;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// Join tickets on paper: a page of HTML that needs nothing else, two tickets a printed page, each with what a technician must
/// know, a QR code and the same as a code to type. Whoever holds the paper can admit an appliance: it is treated as a key.
/// </summary>
internal static class TicketSheet
{
    /// <summary>Groups of a code in one line.</summary>
    private const int GroupsPerLine = 4;

    /// <summary>Light modules around a QR code (ISO/IEC 18004 asks for four); the generator's matrix has them.</summary>
    private const string Style =
        """
        body { font: 11pt/1.4 sans-serif; margin: 0; color: #000; background: #fff }
        article { border: 1pt dashed #000; padding: 8mm; margin: 6mm; break-inside: avoid; display: grid; grid-template-columns: 1fr 52mm; gap: 6mm }
        h2 { margin: 0 0 2mm; font-size: 15pt }
        dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 1mm 4mm }
        dt { font-weight: bold } dd { margin: 0; overflow-wrap: anywhere }
        code { font: bold 12pt/1.6 monospace; white-space: pre } p { margin: 3mm 0 0 }
        svg { inline-size: 52mm; block-size: 52mm }
        @page { size: A4; margin: 10mm }
        """;

    public static string Write(string siteName, IReadOnlyList<JoinTicket> tickets)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Join tickets of {Safe(siteName)}</title><style>\n{Style}\n</style></head><body>\n");
        foreach (var ticket in tickets)
            Append(page, siteName, ticket);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Append(StringBuilder page, string siteName, JoinTicket ticket)
    {
        var code = JoinTicketCode.Of(ticket);
        var board = ticket.HardwareSerial.Length == 0 ? "any; an operator compares the fingerprint" : ticket.HardwareSerial;
        page.Append(CultureInfo.InvariantCulture,
            $"""
            <article><div><h2>{Safe(ticket.PostName)}</h2>
            <dl><dt>Site</dt><dd>{Safe(siteName)}</dd><dt>Board</dt><dd>{Safe(board)}</dd><dt>Central</dt><dd>{Safe(ticket.CentralAddress)}</dd>
            <dt>Good until</dt><dd>{ticket.ExpiresAt:yyyy-MM-dd HH:mm} UTC, once</dd><dt>Ticket</dt><dd>{ticket.TicketId}</dd></dl>
            <p>On the appliance, then scan the code or type it:<br><code>edge-checkpoint enrol --code - \
              --central {Safe(ticket.CentralAddress)}</code></p>
            <p><code>{Lines(code.Encode())}</code></p>
            <p>This paper admits one appliance. Carry it as you would a key; destroy it when it has been used.</p></div>
            {Svg(code.ToQrText(ticket.CentralAddress))}</article>

            """);
    }

    private static string Lines(string code) =>
        string.Join('\n', code.Split('-').Chunk(GroupsPerLine).Select(static groups => string.Join('-', groups)));

    /// <summary>A QR code as one path: a square a dark module.</summary>
    internal static string Svg(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var size = code.ModuleMatrix.Count;
        var path = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                if (code.ModuleMatrix[y][x])
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }

        return $"<svg viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"QR code of this ticket\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>";
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
