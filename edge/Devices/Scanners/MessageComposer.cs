using System.Runtime.InteropServices;
using System.Text;
using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>What the framer knows of the block a message came in.</summary>
/// <param name="IsFramed">Between STX and ETX.</param>
/// <param name="HasHeading">SOH, length and code came before STX.</param>
/// <param name="HasEnd">ETX ended it; false also while it goes on.</param>
/// <param name="Length">The length in the heading.</param>
/// <param name="Fault">Why the block cannot be trusted; null or empty when it can.</param>
internal readonly record struct BlockFacts(bool IsFramed, bool HasHeading, bool HasEnd, int Length, string? Fault);

/// <summary>
/// Makes a scan of the bytes of one message: (1) without the flag byte, (2) joined lines cut apart, (3) lines that a reader
/// filled up to the width of a passport cut back, (4) letters, (5) the verdict on the shape.
/// </summary>
internal sealed class MessageComposer(ReaderProfile profile)
{
    private const int PassportLength = 44;

    /// <summary>Length of the lines that are filled up to those of a passport.</summary>
    private const int FilledLength = 36;

    private const byte Underscore = (byte)'_';

    private readonly LetterMap _letters = new(profile.Padding, profile.UnknownMarks);
    private readonly char[] _text = new char[LineBuffer.BytesMax];

    /// <param name="buffer">The message; its unfinished line is ended.</param>
    /// <param name="timestamp">Arrival of the last byte.</param>
    /// <param name="isOverflow">More came than the buffer holds.</param>
    public DocumentScan Compose(LineBuffer buffer, in BlockFacts block, long timestamp, bool isOverflow = false)
    {
        buffer.EndLine();
        Span<LineBounds> bounds = stackalloc LineBounds[LineBuffer.LinesMax];
        var count = buffer.CopyBounds(bounds);
        count = DropFlag(buffer.Bytes, bounds, count, block);
        count = CutApart(bounds, count);
        DropBlanks(buffer.Bytes, bounds[..count]);
        CutBack(buffer.Bytes, bounds, count);
        var lines = new string[count];
        var isGarbled = false;
        for (var index = 0; index < count; index++)
        {
            var line = buffer.Bytes.Slice(bounds[index].Start, bounds[index].Length);
            lines[index] = count == 1 && BadgeIn(line) is { } badge ? badge : Text(line, ref isGarbled);
        }

        var (problem, message) = isOverflow
            ? (ScanProblem.Overflow, "More came than any document holds.")
            : Judge(lines, isGarbled, block);
        return new DocumentScan
        {
            Lines = ImmutableCollectionsMarshal.AsImmutableArray(lines),
            Problem = problem,
            ProblemMessage = message,
            LastByteTimestamp = timestamp,
        };
    }

    private int DropFlag(ReadOnlySpan<byte> bytes, Span<LineBounds> bounds, int count, in BlockFacts block)
    {
        if (profile.Flag != FlagByte.Tolerated || !block.IsFramed || count == 0)
            return count;
        var (start, length) = bounds[0];
        if (length == 1 && (block.HasHeading || count > 1))
        {
            bounds[1..count].CopyTo(bounds);
            return count - 1;
        }

        // Only a flag makes the first line too long: readers with flags cut at the right what is longer.
        var isSurplus = MrzShape.LineCount(length - 1) > 0
            ? count == 1 || bounds[1].Length == length - 1
            : count == 1 && MrzShape.JoinedLineLength(length - 1) > 0;
        // Without a heading the first character goes only when no document begins with it.
        if (isSurplus && (block.HasHeading || !char.IsAsciiLetter((char)bytes[start])))
            bounds[0] = new LineBounds(start + 1, length - 1);
        return count;
    }

    /// <summary>
    /// Blanks behind a line that is whole without them are padding of the message, not filler. All lines or none: a blank may
    /// also stand for a filler that the reader lost.
    /// </summary>
    private static void DropBlanks(ReadOnlySpan<byte> bytes, Span<LineBounds> bounds)
    {
        Span<int> lengths = stackalloc int[LineBuffer.LinesMax];
        for (var index = 0; index < bounds.Length; index++)
        {
            var (start, length) = bounds[index];
            while (length > 0 && MrzShape.LineCount(length) != bounds.Length && bytes[start + length - 1] == (byte)' ')
                length--;
            lengths[index] = length;
        }

        if (bounds.IsEmpty || MrzShape.LineCount(lengths[0]) != bounds.Length || lengths[..bounds.Length].ContainsAnyExcept(lengths[0]))
            return;
        for (var index = 0; index < bounds.Length; index++)
            bounds[index] = bounds[index] with { Length = lengths[index] };
    }

    private static int CutApart(Span<LineBounds> bounds, int count)
    {
        if (count != 1 || MrzShape.JoinedLineLength(bounds[0].Length) is not (> 0 and var length))
            return count;
        var (start, joinedLength) = bounds[0];
        for (var index = 0; index < joinedLength / length; index++)
            bounds[index] = new LineBounds(start + (index * length), length);
        return joinedLength / length;
    }

    /// <summary>
    /// Readers that know only cards of three lines and passports fill the 36 characters of other documents up to 44. Told
    /// by padding that is not the filler they read elsewhere; a passport's second line ends with a digit, not with padding.
    /// </summary>
    private void CutBack(ReadOnlySpan<byte> bytes, Span<LineBounds> bounds, int count)
    {
        if (count != 2 || bounds[0].Length != PassportLength || bounds[1].Length != PassportLength || _letters[Underscore] != LetterMap.Filler)
            return;
        var first = bytes.Slice(bounds[0].Start, PassportLength);
        var second = bytes.Slice(bounds[1].Start, PassportLength);
        if (!first.Contains((byte)LetterMap.Filler)
            || first[FilledLength..].ContainsAnyExcept(Underscore) || second[FilledLength..].ContainsAnyExcept(Underscore))
        {
            return;
        }

        bounds[0] = bounds[0] with { Length = FilledLength };
        bounds[1] = bounds[1] with { Length = FilledLength };
    }

    /// <summary>
    /// The code of a badge as it came: it has characters that no document has, and as a garbled document nobody could sign in with it.
    /// </summary>
    private static string? BadgeIn(ReadOnlySpan<byte> line) =>
        line.Contains((byte)':') && Ascii.IsValid(line) && Encoding.ASCII.GetString(line) is var text && BadgeCode.IsMeant(text) ? text : null;

    private string Text(ReadOnlySpan<byte> bytes, ref bool isGarbled)
    {
        var text = _text.AsSpan(0, bytes.Length);
        for (var index = 0; index < bytes.Length; index++)
        {
            var character = _letters[bytes[index]];
            isGarbled |= character == LetterMap.Garbled;
            text[index] = character == LetterMap.Garbled ? LetterMap.UnknownMark : character;
        }

        var line = new string(text);
        text.Clear();
        return line;
    }

    private (ScanProblem Problem, string Message) Judge(string[] lines, bool isGarbled, in BlockFacts block)
    {
        if (profile.RequiresHeading && !block.HasHeading)
            return (ScanProblem.Garbled, "The heading of the block did not come; part of the message may be lost.");
        if (profile.VerifiesBlocks && block is { HasHeading: true, HasEnd: false })
            return (ScanProblem.Garbled, "The end of the block did not come.");
        if (!string.IsNullOrEmpty(block.Fault))
            return (ScanProblem.Garbled, block.Fault);
        if (isGarbled)
            return (ScanProblem.Garbled, "Bytes came that are no characters of a document; speed, parity or keyboard layout may be wrong.");
        if (MrzShape.IsComplete(lines))
            return (ScanProblem.None, "");
        return (ScanProblem.Partial, "The lines do not make up a whole document.");
    }
}
