using System.Diagnostics.CodeAnalysis;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Cuts the bytes of a reader into messages, whatever their dressing: lines ended by CR, LF or both, STX and ETX with
/// or without SOH before them, or all lines joined. One state machine, one byte at a time, so that the way in which the
/// bytes were split on their way never changes the result.
/// </summary>
/// <remarks>
/// Ends of a message: ETX; outside STX and ETX, the last character that completes three lines of 30, two of 36 or two
/// of 44, or the end of a line in which they are joined; or silence (<see cref="OnIdle"/>). A message never holds more
/// than <see cref="BytesMax"/> characters; take all whole messages after each push. Not safe for parallel use.
/// </remarks>
public sealed class MrzFramer
{
    /// <summary>The longest zone is 90 characters; the rest is room for dressings and for showing what came.</summary>
    public const int BytesMax = 512;

    /// <summary>Less than this between two messages is a block check character or line noise, not a message.</summary>
    private const int CharactersMin = 4;

    /// <summary>
    /// Start of heading, two length bytes and a two-letter code are the longest preamble in Scanners/README.md.
    /// </summary>
    private const int PreambleBytesMax = 8;

    private const byte Soh = 0x01;
    private const byte Stx = 0x02;
    private const byte Etx = 0x03;
    private const byte Eot = 0x04;
    private const byte Lf = 0x0A;
    private const byte Cr = 0x0D;

    private readonly char[] _line = new char[BytesMax];
    private readonly List<string> _lines = [];
    private readonly Queue<DocumentScan> _completed = new();
    private int _lineLength;
    private int _characterCount;
    private int _preambleCount;
    private bool _isGarbled;
    private long _lastTimestamp;
    private State _state = State.Between;

    private enum State
    {
        /// <summary>Plain text, or nothing yet.</summary>
        Between,

        /// <summary>After SOH: bytes are length and type until STX.</summary>
        Preamble,

        /// <summary>After STX: only ETX or silence ends the message.</summary>
        Framed,

        /// <summary>Too much came and was reported; waiting for a dressing or silence.</summary>
        Discarding,
    }

    /// <summary>True when silence would change something: start the idle timer after each <see cref="Push"/>.</summary>
    public bool IsPending => _characterCount > 0 || _state != State.Between;

    /// <summary>Takes bytes as they came.</summary>
    /// <param name="bytes">Any number of bytes.</param>
    /// <param name="timestamp"><see cref="TimeProvider.GetTimestamp"/> of their arrival.</param>
    public void Push(ReadOnlySpan<byte> bytes, long timestamp)
    {
        foreach (var value in bytes)
        {
            // Terminators that only repeat the end of a message do not make it arrive later.
            if (_characterCount > 0 || value >= 0x20)
                _lastTimestamp = timestamp;
            Accept(value);
        }
    }

    /// <summary>The line has been silent for the configured time: what is there is a message.</summary>
    public void OnIdle()
    {
        Complete();
        _state = State.Between;
    }

    /// <summary>Forgets a message that was under way when the reader went away.</summary>
    public void Reset()
    {
        Clear();
        _state = State.Between;
    }

    /// <summary>Takes the oldest whole message.</summary>
    public bool TryTake([NotNullWhen(true)] out DocumentScan? scan) => _completed.TryDequeue(out scan);

    private void Accept(byte value)
    {
        switch (value)
        {
            case Soh:
                Complete();
                (_state, _preambleCount) = (State.Preamble, 0);
                break;
            case Stx:
                Complete();
                _state = State.Framed;
                break;
            case Etx or Eot:
                Complete();
                _state = State.Between;
                break;
            default:
                if (_state == State.Preamble)
                    SkipPreamble();
                else if (_state != State.Discarding)
                    AcceptText(value);
                break;
        }
    }

    private void SkipPreamble()
    {
        // No STX came where one is due: the SOH was a stray byte, so what follows is text again.
        if (++_preambleCount >= PreambleBytesMax)
            _state = State.Between;
    }

    private void AcceptText(byte value)
    {
        if (value is Cr or Lf)
        {
            EndLine();
            if (EndsJoinedLines())
                Complete();
            return;
        }

        if (!MrzLetters.TryMap(value, out var character))
            return;
        _isGarbled |= character == MrzLetters.Garbled;
        if (_characterCount == BytesMax)
        {
            Overflow();
            return;
        }

        _line[_lineLength++] = character == MrzLetters.Garbled ? MrzLetters.UnknownMark : character;
        _characterCount++;
        if (_state == State.Between && MrzShape.IsCompletedBy(_lines, _lineLength))
            Complete();
    }

    private void EndLine()
    {
        // CR and LF of one line end, and the empty third line some readers send, are not lines.
        if (_lineLength == 0)
            return;
        _lines.Add(new string(_line, 0, _lineLength));
        _lineLength = 0;
    }

    /// <summary>
    /// An end of line after 72, 88 or 90 joined characters ends the message too; nothing can follow it.
    /// </summary>
    private bool EndsJoinedLines() =>
        _state == State.Between && _lines.Count == 1 && MrzShape.TrySplit(_lines[0], out _);

    private void Overflow()
    {
        Emit(ScanProblem.Overflow, "More came than any document holds.");
        _state = State.Discarding;
    }

    private void Complete()
    {
        EndLine();
        if (_characterCount < CharactersMin)
        {
            Clear();
            return;
        }

        if (_lines.Count == 1 && MrzShape.TrySplit(_lines[0], out var parts))
        {
            _lines.Clear();
            _lines.AddRange(parts);
        }

        if (_isGarbled)
            Emit(ScanProblem.Garbled, "Bytes came that are no characters of a document.");
        else if (MrzShape.IsComplete(_lines))
            Emit(ScanProblem.None, "");
        else
            Emit(ScanProblem.Partial, "The lines do not make up a whole document.");
    }

    private void Emit(ScanProblem problem, string message)
    {
        EndLine();
        _completed.Enqueue(new DocumentScan
        {
            Lines = [.. _lines],
            Problem = problem,
            ProblemMessage = message,
            LastByteTimestamp = _lastTimestamp,
        });
        Clear();
    }

    private void Clear()
    {
        // The characters are personal data; they do not stay in the buffer for the next traveller.
        Array.Clear(_line);
        _lines.Clear();
        (_lineLength, _characterCount, _isGarbled) = (0, 0, false);
    }
}
