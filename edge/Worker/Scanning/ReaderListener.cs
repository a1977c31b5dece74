using System.Globalization;
using System.Text;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Worker.Scanning;

/// <summary>
/// Shows a technician what a reader sends: the bytes, the framed lines, the parse. Documents of Utopia (UTO), which exist
/// only as specimens, are shown in clear; of all others letters become x and digits 9, since technicians see no traveller
/// data (guardrail 10). Nothing is shown before it is known whose document it is.
/// </summary>
internal sealed class ReaderListener(TextWriter output, TimeProvider time) : IReaderTap
{
    /// <summary>More raw bytes than this are counted, not shown: a babbling reader fills no screen.</summary>
    private const int RawBytesMax = 1024;

    /// <summary>
    /// Characters of a dressing: heading, flag, prefixes, identifiers. When more than these came beside the lines, they
    /// are the rest of some other document, and stay masked.
    /// </summary>
    private const int DressingCharactersMax = 24;

    private const string Specimens = "UTO";

    private readonly List<byte> _raw = new(RawBytesMax);
    private int _rawCount;
    private int _rawCharacterCount;

    /// <inheritdoc/>
    public void Take(byte value)
    {
        if (_raw.Count < RawBytesMax)
            _raw.Add(value);
        // Saturates: a reader may babble for days.
        _rawCount = Math.Min(_rawCount, int.MaxValue - 1) + 1;
        _rawCharacterCount = Math.Min(_rawCharacterCount, int.MaxValue - 1) + (value >= 0x20 ? 1 : 0);
    }

    /// <inheritdoc/>
    public void Silence()
    {
        if (_rawCharacterCount > 0)
        {
            output.WriteLine($"{Clock()}  {_rawCount} bytes that are no message");
            ShowRaw(isClear: false);
            output.Flush();
        }

        Forget();
    }

    /// <summary>Shows one scan, with the bytes that came since the last one.</summary>
    public void Show(DocumentScan scan)
    {
        var reading = MrzParser.Parse(scan.Lines, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        var isSpecimen = reading.Format != MrzFormat.Unknown
            && reading.IssuingState == Specimens && reading.Nationality == Specimens;
        var characterCount = scan.Lines.Sum(static line => line.Length);
        output.WriteLine($"{Clock()}  {_rawCount} bytes, {scan.Lines.Length} lines, {characterCount} characters");
        ShowRaw(isSpecimen && _rawCharacterCount <= characterCount + DressingCharactersMax);
        for (var index = 0; index < scan.Lines.Length; index++)
            output.WriteLine($"  line {index + 1}  {Text(scan.Lines[index], isSpecimen)}");
        output.WriteLine(scan.Problem == ScanProblem.None
            ? "  framing a whole document"
            : $"  framing {scan.Problem}: {scan.ProblemMessage}");
        ShowReading(reading, isSpecimen);
        output.Flush();
        Forget();
    }

    private void ShowReading(MrzReading reading, bool isSpecimen)
    {
        // The format, and the word for its verdict; no character of the document.
        output.WriteLine($"  parse   {reading}");
        foreach (var problem in reading.Problems)
            output.WriteLine($"  problem line {problem.Line} column {problem.Column}: {problem.Message} ({problem.Code}, {problem.Field})");
        if (reading.Format == MrzFormat.Unknown)
            return;
        // Misaligned lines would put characters of a number where code and issuer are looked for.
        var isIssuerRead = reading.Verdicts[MrzField.DocumentCode] == FieldVerdict.Ok
            && reading.Verdicts[MrzField.IssuingState] == FieldVerdict.Ok && !reading.IssuingStateUnknown;
        var issuer = isIssuerRead ? $"code {reading.DocumentCode}, issuer {reading.IssuingState}" : "code and issuer not readable";
        output.WriteLine($"  fields  {issuer}{(isSpecimen ? "" : "; the rest is masked, as this is no specimen of Utopia")}");
        foreach (var (name, value) in Fields(reading))
        {
            if (value.Length > 0)
                output.WriteLine($"    {name,-14}{Text(value, isSpecimen)}");
        }
    }

    private static (string Name, string Value)[] Fields(MrzReading reading) =>
    [
        ("number", reading.DocumentNumber),
        ("nationality", reading.Nationality),
        ("surname", reading.Surname),
        ("given names", reading.GivenNames),
        ("born", reading.BirthDate.ToString()),
        ("sex", reading.Sex.ToString()),
        ("expires", reading.ExpiryDate.ToString()),
        ("optional data", reading.OptionalData),
        ("second of it", reading.SecondOptionalData),
    ];

    private void ShowRaw(bool isClear)
    {
        var shown = new StringBuilder();
        foreach (var value in _raw)
            shown.Append(VisibleByte.Of(value, isClear));
        if (_rawCount > _raw.Count)
            shown.Append(CultureInfo.InvariantCulture, $" … and {_rawCount - _raw.Count} more");
        output.WriteLine($"  bytes   {shown}");
    }

    private static string Text(string text, bool isClear) =>
        isClear ? text : string.Concat(text.Select(static character => VisibleByte.Mask(character)));

    private string Clock() => time.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private void Forget()
    {
        _raw.Clear();
        (_rawCount, _rawCharacterCount) = (0, 0);
    }
}
