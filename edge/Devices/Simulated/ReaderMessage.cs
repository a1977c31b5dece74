using System.Text;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>The bytes a reader sends for the lines of a document.</summary>
public static class ReaderMessage
{
    /// <summary>Text before the lines in <see cref="ReaderDressing.PrefixSuffix"/>, for <c>Scanner:Prefix</c>.</summary>
    public const string Prefix = "MRZ:";

    /// <summary>Text behind them, for <c>Scanner:Suffix</c>.</summary>
    public const string Suffix = "~";

    private const char Soh = '\u0001';
    private const char Stx = '\u0002';
    private const char Etx = '\u0003';

    /// <summary>What the 3M reader puts before the text; its meaning is that of the firmware.</summary>
    private const char Flag = '\u0000';

    /// <summary>Length and check together, in the bytes they count.</summary>
    private const int LengthWordBytes = 2;

    /// <summary>Dresses lines of ASCII characters.</summary>
    public static byte[] Compose(IReadOnlyList<string> lines, ReaderDressing dressing) =>
        Encoding.Latin1.GetBytes(dressing switch
        {
            ReaderDressing.Cr => Ended(lines, "\r"),
            ReaderDressing.Lf => Ended(lines, "\n"),
            ReaderDressing.CrLf => Ended(lines, "\r\n"),
            ReaderDressing.StxEtx => $"{Stx}{Ended(lines, "\r")}{Etx}",
            ReaderDressing.Joined => string.Concat(lines) + "\r",
            ReaderDressing.Bare => string.Join('\r', lines),
            ReaderDressing.JoinedBare => string.Concat(lines),
            ReaderDressing.ThreeM => Block(lines),
            ReaderDressing.Desko => $"!{Stx}{Ended(lines, "\r")}{Etx}!",
            ReaderDressing.Rows => string.Concat(lines.Select(static line => $"]o0{line}\r\n")),
            ReaderDressing.PrefixSuffix => Prefix + string.Concat(lines) + Suffix,
            _ => throw new ArgumentOutOfRangeException(nameof(dressing), dressing, "No such dressing."),
        });

    private static string Ended(IReadOnlyList<string> lines, string end) => string.Join(end, lines) + end;

    /// <summary>The bottom line is always the third; lines that are missing send their CR all the same.</summary>
    private static string Block(IReadOnlyList<string> lines)
    {
        var width = lines.Count == 3 ? 30 : 44;
        var padded = lines.Select(line => line.Length > width ? line[..width] : line.PadRight(width, '_'));
        var missing = new string('\r', Math.Max(0, 3 - lines.Count));
        var counted = $"OU{Stx}{Flag}{missing}{Ended([.. padded], "\r")}{Etx}";
        var length = LengthWordBytes + counted.Length + 1;
        var covered = $"{(char)(length & 0xFF)}{(char)(length >> 8)}{counted}";
        var check = '\0';
        foreach (var character in covered)
            check ^= character;
        return $"{Soh}{covered}{check}";
    }
}
