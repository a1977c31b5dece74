using System.Text;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>The bytes a reader sends for the lines of a document.</summary>
public static class ReaderMessage
{
    /// <summary>Dresses lines of ASCII characters.</summary>
    public static byte[] Compose(IReadOnlyList<string> lines, ReaderDressing dressing) =>
        Encoding.Latin1.GetBytes(dressing switch
        {
            ReaderDressing.Cr => Ended(lines, "\r"),
            ReaderDressing.Lf => Ended(lines, "\n"),
            ReaderDressing.CrLf => Ended(lines, "\r\n"),
            ReaderDressing.StxEtx => $"\u0002{Ended(lines, "\r")}\u0003",
            ReaderDressing.Joined => string.Concat(lines) + "\r",
            ReaderDressing.Bare => string.Join('\r', lines),
            _ => throw new ArgumentOutOfRangeException(nameof(dressing), dressing, "No such dressing."),
        });

    private static string Ended(IReadOnlyList<string> lines, string end) => string.Join(end, lines) + end;
}
