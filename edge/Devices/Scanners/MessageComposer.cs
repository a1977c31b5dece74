namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>What the framer knows of the block a message came in.</summary>
/// <param name="IsFramed">Between STX and ETX.</param>
/// <param name="HasHeading">SOH, length and code came before STX.</param>
/// <param name="HasEnd">ETX ended it; false also while it goes on.</param>
/// <param name="Length">The length in the heading.</param>
/// <param name="Fault">Why the block cannot be trusted; null or empty when it can.</param>
internal readonly record struct BlockFacts(bool IsFramed, bool HasHeading, bool HasEnd, int Length, string? Fault);

/// <summary>
/// Makes a scan of the bytes of one message: (1) letters, (2) the flag byte, (3) joined lines, (4) lines that a reader
/// filled up to the width of a passport, (5) the verdict on the shape.
/// </summary>
internal sealed class MessageComposer(ReaderProfile profile)
{
    /// <summary>A passport's line is that much longer than a line of 36.</summary>
    private const int PassportSurplus = 44 - 36;

    private readonly LetterMap _letters = new(profile.Padding, profile.UnknownMarks);

    public DocumentScan Compose(LineBuffer buffer, in BlockFacts block, long timestamp, bool isOverflow = false)
    {
        buffer.EndLine();
        var raw = RawLines(buffer);
        DropFlag(raw, block);
        if (raw is [var joined] && MrzShape.JoinedLineLength(joined.Length) is > 0 and var length)
            raw = [.. joined.Chunk(length)];
        CutFilledLines(raw);
        var lines = raw.ConvertAll(Letters);
        var (problem, message) = isOverflow
            ? (ScanProblem.Overflow, "More came than any document holds.")
            : Judge(lines, block);
        return new DocumentScan { Lines = [.. lines.Select(static line => line.Text)], Problem = problem, ProblemMessage = message, LastByteTimestamp = timestamp };
    }

    private static List<byte[]> RawLines(LineBuffer buffer)
    {
        var lines = new List<byte[]>(buffer.Count);
        for (var index = 0; index < buffer.Count; index++)
            lines.Add(buffer.Line(index).ToArray());
        return lines;
    }

    private void DropFlag(List<byte[]> lines, in BlockFacts block)
    {
        if (profile.Flag != FlagByte.Tolerated || !block.IsFramed || lines.Count == 0)
            return;
        // Only a flag makes the first line too long: readers with flags cut at the right what is longer.
        var first = lines[0];
        var isSurplus = lines.Count == 1
            ? MrzShape.LineCount(first.Length - 1) > 0 || MrzShape.JoinedLineLength(first.Length - 1) > 0
            : MrzShape.LineCount(first.Length - 1) > 0 && lines[1].Length == first.Length - 1;
        // Without a heading the first character goes only when no document begins with it.
        var isForeign = !char.IsAsciiLetter((char)first[0]);
        if (isSurplus && (block.HasHeading || isForeign))
            lines[0] = first[1..];
        else if (first.Length == 1 && (block.HasHeading || lines.Count > 1))
            lines.RemoveAt(0);
    }

    /// <summary>
    /// Readers that know only cards of three lines and passports fill the 36 characters of other documents up to 44. Told
    /// by padding that is not the filler they read elsewhere; a passport's second line ends with a digit, not with padding.
    /// </summary>
    private static void CutFilledLines(List<byte[]> lines)
    {
        if (lines is not [{ Length: 44 } first, { Length: 44 } second])
            return;
        var hasFiller = first.AsSpan().Contains((byte)LetterMap.Filler);
        if (!hasFiller || first.AsSpan(36).ContainsAnyExcept((byte)'_') || second.AsSpan(36).ContainsAnyExcept((byte)'_'))
            return;
        lines[0] = first[..^PassportSurplus];
        lines[1] = second[..^PassportSurplus];
    }

    private (string Text, bool IsGarbled) Letters(byte[] line)
    {
        var isGarbled = false;
        var text = string.Create(line.Length, line, (characters, bytes) =>
        {
            for (var index = 0; index < bytes.Length; index++)
            {
                var character = _letters[bytes[index]];
                isGarbled |= character == LetterMap.Garbled;
                characters[index] = character == LetterMap.Garbled ? LetterMap.UnknownMark : character;
            }
        });
        return (text, isGarbled);
    }

    private (ScanProblem Problem, string Message) Judge(List<(string Text, bool IsGarbled)> lines, in BlockFacts block)
    {
        if (profile.RequiresHeading && !block.HasHeading)
            return (ScanProblem.Garbled, "The heading of the block did not come; part of the message may be lost.");
        if (profile.VerifiesBlocks && block is { HasHeading: true, HasEnd: false })
            return (ScanProblem.Garbled, "The end of the block did not come.");
        if (!string.IsNullOrEmpty(block.Fault))
            return (ScanProblem.Garbled, block.Fault);
        if (lines.Exists(static line => line.IsGarbled))
            return (ScanProblem.Garbled, "Bytes came that are no characters of a document; speed, parity or keyboard layout may be wrong.");
        if (MrzShape.IsComplete(lines.ConvertAll(static line => line.Text)))
            return (ScanProblem.None, "");
        return (ScanProblem.Partial, "The lines do not make up a whole document.");
    }
}
