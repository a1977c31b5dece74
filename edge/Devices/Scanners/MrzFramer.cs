using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Cuts the bytes of a reader into messages, whatever their dressing: lines ended by CR, LF, CR LF, TAB or another separator, STX and ETX
/// with or without a heading before them and a check behind them, or all lines joined. One state machine for every
/// reader, one byte at a time, so that the way in which the bytes were split on their way never changes the result.
/// What differs between readers is data: <see cref="ReaderProfile"/>.
/// </summary>
/// <remarks>
/// Ends of a message: ETX, or the check behind it; outside STX and ETX, the last character that completes three lines of
/// 30, two of 36 or two of 44, or the end of a line in which they are joined; or silence (<see cref="OnIdle"/> after
/// <see cref="SilenceLimit"/>). Memory is fixed: a message holds at most <see cref="BytesMax"/> bytes in 16 lines, and
/// at most <see cref="CompletedMax"/> messages wait; when nobody takes them, the oldest is dropped, since the newest is
/// the document that lies on the reader. Not safe for parallel use.
/// </remarks>
public sealed class MrzFramer
{
    /// <summary>The longest zone is 90 characters; the rest is room for dressings and for showing what came.</summary>
    public const int BytesMax = LineBuffer.BytesMax;

    /// <summary>Whole messages kept for <see cref="TryTake"/>.</summary>
    public const int CompletedMax = 8;

    /// <summary>Less than this between two messages is a delimiter of the device or line noise, not a message.</summary>
    private const int CharactersMin = 4;

    /// <summary>SOH, two bytes of length, two letters, STX (RTE6701-OEM manual, 9.1.1).</summary>
    private const int HeadingLength = 6;

    /// <summary>], a letter for the kind of code, a modifier (ISO/IEC 15424).</summary>
    private const int AimIdLength = 3;

    private const byte Soh = 0x01;
    private const byte Stx = 0x02;
    private const byte Etx = 0x03;
    private const byte Eot = 0x04;
    private const byte Tab = 0x09;
    private const byte Lf = 0x0A;
    private const byte VerticalTab = 0x0B;
    private const byte FormFeed = 0x0C;
    private const byte Cr = 0x0D;
    private const byte FileSeparator = 0x1C;
    private const byte UnitSeparator = 0x1F;
    private const byte Delete = 0x7F;
    private const byte Utf8LeadOfLatin1 = 0xC2;
    private const byte Guillemet = 0xAB;

    /// <summary>
    /// Inside STX and ETX the end is announced, so a reader may well pause between two lines. Once the lines are whole,
    /// silence means that the announcement was lost.
    /// </summary>
    private static readonly TimeSpan BlockSilence = TimeSpan.FromSeconds(1);

    private readonly ReaderProfile _profile;
    private readonly MessageComposer _composer;
    private readonly byte[] _prefix;
    private readonly byte[] _suffix;
    private readonly LineBuffer _lines = new();
    private readonly BlockSums _sums = new();
    private readonly byte[] _heading = new byte[HeadingLength];
    private readonly Queue<DocumentScan> _completed = new(CompletedMax);
    private int _headingCount;
    private BlockFacts _block;
    private long _lastTimestamp;
    private State _state = State.Between;

    /// <summary>A framer that takes every dressing without being told which one comes.</summary>
    public MrzFramer()
        : this(ReaderProfiles.Generic)
    {
    }

    public MrzFramer(ReaderProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        _profile = profile;
        _composer = new MessageComposer(profile);
        _prefix = Encoding.Latin1.GetBytes(profile.Prefix);
        _suffix = Encoding.Latin1.GetBytes(profile.Suffix);
    }

    private enum State
    {
        /// <summary>Plain text, or nothing yet.</summary>
        Between,

        /// <summary>After SOH: length and code, if it is a heading at all.</summary>
        Heading,

        /// <summary>The byte after STX, where it is a flag and may have any value.</summary>
        Flag,

        /// <summary>After STX: only ETX or silence ends the message.</summary>
        Framed,

        /// <summary>After the ETX of a block: the next byte is its check, whatever its value.</summary>
        Check,

        /// <summary>Too much came and was reported; waiting for a dressing or silence.</summary>
        Discarding,
    }

    /// <summary>True when silence would change something: start the idle timer after each <see cref="Push"/>.</summary>
    public bool IsPending => _lines.Length > 0 || _state != State.Between;

    /// <summary>Silence after which <see cref="OnIdle"/> is due; changes with every byte.</summary>
    public TimeSpan SilenceLimit =>
        _state is State.Flag or State.Framed && !MrzShape.IsWhole(_lines) ? Longer(_profile.Idle, BlockSilence)
        : _state == State.Between && MrzShape.AwaitsRow(_lines) ? Longer(_profile.Idle, _profile.LineGap)
        : _profile.Idle;

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    /// <summary>True when a whole message waits for <see cref="TryTake"/>.</summary>
    public bool HasCompleted => _completed.Count > 0;

    /// <summary>Whole messages that were dropped because nobody took them.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>Takes bytes as they came.</summary>
    /// <param name="bytes">Any number of bytes.</param>
    /// <param name="timestamp"><see cref="TimeProvider.GetTimestamp"/> of their arrival.</param>
    public void Push(ReadOnlySpan<byte> bytes, long timestamp)
    {
        foreach (var value in bytes)
        {
            _lastTimestamp = timestamp;
            Accept(value);
        }
    }

    /// <summary>The line has been silent for <see cref="SilenceLimit"/>: what is there is a message.</summary>
    public void OnIdle()
    {
        if (_state == State.Heading)
            ReplayHeading();
        if (_state == State.Check && _profile.BlockCheckCovers >= BlockRange.Any)
            _block = _block with { Fault = "The block check did not come." };
        Complete();
    }

    /// <summary>Forgets a message that was under way when the reader went away.</summary>
    public void Reset() => Begin(State.Between);

    /// <summary>Takes the oldest whole message.</summary>
    public bool TryTake([NotNullWhen(true)] out DocumentScan? scan) => _completed.TryDequeue(out scan);

    private void Accept(byte value)
    {
        switch (_state)
        {
            case State.Heading:
                AcceptHeading(value);
                break;
            case State.Flag:
                AcceptFlag(value);
                break;
            case State.Check:
                AcceptCheck(value);
                break;
            case State.Framed:
                _sums.Add(value);
                AcceptPlain(value);
                break;
            default:
                AcceptPlain(value);
                break;
        }
    }

    private void AcceptPlain(byte value)
    {
        switch (value)
        {
            case Soh:
                Complete();
                (_state, _heading[0], _headingCount) = (State.Heading, Soh, 1);
                break;
            case Stx:
                Complete();
                _state = State.Framed;
                _block = new BlockFacts(IsFramed: true, HasHeading: false, HasEnd: false, Length: 0, Fault: "");
                break;
            case Etx or Eot:
                EndFrame(value);
                break;
            case Tab or Lf or VerticalTab or FormFeed or Cr or (>= FileSeparator and <= UnitSeparator):
                EndLine();
                break;
            default:
                if (_state != State.Discarding && value >= 0x20 && value != Delete)
                    AcceptText(value);
                break;
        }
    }

    /// <summary>
    /// The length may have any value, that of STX or ETX too, so bytes are held until they prove to be a heading, and
    /// taken as they would have been without SOH when they do not: a stray SOH costs nothing.
    /// </summary>
    private void AcceptHeading(byte value)
    {
        _heading[_headingCount++] = value;
        var isHeading = _headingCount switch
        {
            <= 3 => true,
            < HeadingLength => _profile.HeadingCode.Length > 0
                ? value == _profile.HeadingCode[_headingCount - 4]
                : char.IsAsciiLetterUpper((char)value),
            _ => value == Stx,
        };
        if (!isHeading)
            ReplayHeading();
        else if (_headingCount == HeadingLength)
            BeginBlock();
    }

    private void ReplayHeading()
    {
        Span<byte> held = stackalloc byte[HeadingLength];
        _heading.CopyTo(held);
        held = held[1.._headingCount];
        Begin(State.Between);
        foreach (var value in held)
            Accept(value);
    }

    private void BeginBlock()
    {
        _sums.Clear();
        for (var index = 0; index < HeadingLength; index++)
        {
            switch (index)
            {
                case 0: _sums.Begin(BlockRange.FromHeading); break;
                case 1: _sums.Begin(BlockRange.FromLength); break;
                case 3: _sums.Begin(BlockRange.FromCode); break;
                case 5: _sums.Begin(BlockRange.FromStart); break;
            }

            _sums.Add(_heading[index]);
        }

        _sums.Begin(BlockRange.FromText);
        _block = new BlockFacts(IsFramed: true, HasHeading: true, HasEnd: false, Length: _heading[1] | (_heading[2] << 8), Fault: "");
        Array.Clear(_heading);
        _state = _profile.Flag == FlagByte.Never ? State.Framed : State.Flag;
    }

    private void AcceptFlag(byte value)
    {
        _sums.Add(value);
        _state = State.Framed;
        // A flag that may be text is left in the line: whether it belongs there shows when the line is whole.
        if (_profile.Flag == FlagByte.Tolerated && (value >= 0x20 || value is Cr or Lf))
            AcceptPlain(value);
    }

    /// <summary>ETX or EOT: the end of a frame, and of whatever else is under way.</summary>
    private void EndFrame(byte value)
    {
        if (_state != State.Framed || !_block.HasHeading || value == Eot)
        {
            Complete();
            return;
        }

        var hasCheck = _profile.BlockCheckCovers != BlockRange.None;
        _block = _block with { HasEnd = true, Fault = LengthFault(hasCheck) };
        // An unchecked block is whole at ETX; a check behind it is only kept out of the next message.
        if (_profile.BlockCheckCovers < BlockRange.Any)
            Complete();
        if (hasCheck)
            _state = State.Check;
    }

    private string LengthFault(bool hasCheck) =>
        _sums.LengthFits(_block.Length, _profile.LengthCovers, hasCheck) ? "" : "The length in the heading does not fit the block.";

    private void AcceptCheck(byte value)
    {
        if (!_sums.CheckFits(value, _profile.BlockCheckCovers, Etx))
            _block = _block with { Fault = CheckFault(value) };
        Complete();
    }

    private string CheckFault(byte value) => _sums.RangesThatFit(value) is { Length: > 0 } ranges
        ? $"The block check does not fit {_profile.BlockCheckCovers}; it would fit {ranges}."
        : "The block check does not fit the block.";

    private void AcceptText(byte value)
    {
        // The guillemet of UTF-8 counts as the one character it is.
        if (value == Guillemet && _lines.UnfinishedLength > 0 && _lines.Unfinished[^1] == Utf8LeadOfLatin1)
        {
            _lines.ReplaceLast(value);
        }
        else if (!_lines.TryAdd(value))
        {
            Overflow();
            return;
        }

        TakeOffDressing();
        if (_state == State.Between && value != Utf8LeadOfLatin1 && MrzShape.IsCompleted(_lines))
            CompleteRows();
    }

    /// <summary>Prefix, AIM identifier and suffix go as soon as they are whole, so that lengths tell the lines.</summary>
    private void TakeOffDressing()
    {
        var line = _lines.Unfinished;
        if (_prefix.Length > 0 && line.SequenceEqual(_prefix))
        {
            _lines.Shorten(_prefix.Length);
        }
        else if (_profile.StripsAimId && line is [(byte)']', var letter, var modifier]
            && char.IsAsciiLetter((char)letter) && char.IsAsciiLetterOrDigit((char)modifier))
        {
            _lines.Shorten(AimIdLength);
        }
        else if (_suffix.Length > 0 && line.EndsWith(_suffix))
        {
            _lines.Shorten(_suffix.Length);
            EndLine();
        }
    }

    /// <summary>An end of line after 72, 88 or 90 joined characters ends the message too; nothing can follow it.</summary>
    private void EndLine()
    {
        if (_state == State.Between && IsRepeatedRow())
            _lines.Shorten(_lines.UnfinishedLength);
        _lines.EndLine();
        if (_state == State.Between && MrzShape.IsJoined(_lines))
            Complete();
    }

    private void CompleteRows()
    {
        if (IsRepeatedRow())
            _lines.Shorten(_lines.UnfinishedLength);
        else
            Complete();
    }

    /// <summary>
    /// A reader of single rows that sees one row twice. No document has two equal lines, and taking them for both lines
    /// of one would hide that the other is missing.
    /// </summary>
    private bool IsRepeatedRow() =>
        _lines.Count > 0 && MrzShape.LineCount(_lines.UnfinishedLength) > 0 && _lines.Line(_lines.Count - 1).SequenceEqual(_lines.Unfinished);

    private void Overflow()
    {
        Emit(_composer.Compose(_lines, _block, _lastTimestamp, isOverflow: true));
        Begin(State.Discarding);
    }

    private void Complete()
    {
        if (_lines.Length >= CharactersMin)
            Emit(_composer.Compose(_lines, _block, _lastTimestamp));
        Begin(State.Between);
    }

    private void Emit(DocumentScan scan)
    {
        if (_completed.Count == CompletedMax)
        {
            _completed.Dequeue();
            DroppedCount++;
        }

        _completed.Enqueue(scan);
    }

    private void Begin(State state)
    {
        _lines.Clear();
        Array.Clear(_heading);
        (_state, _headingCount, _block) = (state, 0, default);
    }
}
