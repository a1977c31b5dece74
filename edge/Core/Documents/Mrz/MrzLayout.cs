namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>How the characters of a field are to be understood.</summary>
internal enum MrzFieldKind
{
    Code,
    State,
    Number,

    /// <summary>A number that may go on at the start of the optional data of the same line.</summary>
    ExtensibleNumber,
    BirthDate,
    ExpiryDate,
    Sex,
    FullName,
    SurnameOnly,
    GivenNamesOnly,
    Optional,
}

/// <summary>A stretch of one line; columns count from 0, the end is exclusive.</summary>
internal readonly record struct MrzSlice(int Line, int Start, int End)
{
    public int Length => End - Start;
}

/// <summary>Place of one field.</summary>
/// <param name="Field">Which field.</param>
/// <param name="Kind">How to read it.</param>
/// <param name="Slice">Its characters, without check digit.</param>
/// <param name="DigitAt">Column of its check digit on the same line; -1 when it has none.</param>
internal readonly record struct MrzFieldPosition(MrzField Field, MrzFieldKind Kind, MrzSlice Slice, int DigitAt = -1);

/// <summary>Position table of one format.</summary>
internal sealed class MrzLayout
{
    private const int FieldCount = (int)MrzField.CompositeCheckDigit + 1;
    private const int TableLine1 = 0;
    private const int TableLine2 = 1;
    private const int TableLine3 = 2;

    /// <summary>The French card's given names; the first piece of its names is the surname.</summary>
    public static readonly MrzSlice FrenchGivenNames = new(TableLine2, 13, 27);

    private readonly MrzFieldPosition[] _fields = [];
    private readonly MrzSlice[] _slices = new MrzSlice[FieldCount];
    private readonly MrzSlice[] _digits = new MrzSlice[FieldCount];

    /// <summary>Doc 9303-5 §4.2.2; composite over upper 6-30 and middle 1-7, 9-15, 19-29 (§4.2.4).</summary>
    public static readonly MrzLayout Td1 = new(MrzFormat.Td1, 3, 30)
    {
        Fields =
        [
            new(MrzField.DocumentCode, MrzFieldKind.Code, new(TableLine1, 0, 2)),
            new(MrzField.IssuingState, MrzFieldKind.State, new(TableLine1, 2, 5)),
            new(MrzField.DocumentNumber, MrzFieldKind.ExtensibleNumber, new(TableLine1, 5, 14), 14),
            new(MrzField.OptionalData, MrzFieldKind.Optional, new(TableLine1, 15, 30)),
            new(MrzField.BirthDate, MrzFieldKind.BirthDate, new(TableLine2, 0, 6), 6),
            new(MrzField.Sex, MrzFieldKind.Sex, new(TableLine2, 7, 8)),
            new(MrzField.ExpiryDate, MrzFieldKind.ExpiryDate, new(TableLine2, 8, 14), 14),
            new(MrzField.Nationality, MrzFieldKind.State, new(TableLine2, 15, 18)),
            new(MrzField.SecondOptionalData, MrzFieldKind.Optional, new(TableLine2, 18, 29)),
            new(MrzField.Names, MrzFieldKind.FullName, new(TableLine3, 0, 30)),
        ],
        Composite =
        [
            new(TableLine1, 5, 30), new(TableLine2, 0, 7), new(TableLine2, 8, 15), new(TableLine2, 18, 29),
        ],
        CompositeDigit = new(TableLine2, 29, 30),
    };

    /// <summary>Doc 9303-6 §4.2.2; composite over lower 1-10, 14-20, 22-35 (§4.2.4).</summary>
    public static readonly MrzLayout Td2 = new(MrzFormat.Td2, 2, 36)
    {
        Fields = [.. TwoLines(36, MrzFieldKind.ExtensibleNumber), Optional(35)],
        Composite = [new(TableLine2, 0, 10), new(TableLine2, 13, 20), new(TableLine2, 21, 35)],
        CompositeDigit = new(TableLine2, 35, 36),
    };

    /// <summary>Doc 9303-4 §4.2.2; composite over lower 1-10, 14-20, 22-43 (§4.2.4).</summary>
    public static readonly MrzLayout Td3 = new(MrzFormat.Td3, 2, 44)
    {
        Fields = [.. TwoLines(44, MrzFieldKind.Number), Optional(42, digitAt: 42)],
        Composite = [new(TableLine2, 0, 10), new(TableLine2, 13, 20), new(TableLine2, 21, 43)],
        CompositeDigit = new(TableLine2, 43, 44),
    };

    /// <summary>
    /// Doc 9303-7, MRV-A: the passport's lines without composite digit and without a digit for optional data.
    /// </summary>
    public static readonly MrzLayout MrvA = new(MrzFormat.MrvA, 2, 44)
    {
        Fields = [.. TwoLines(44, MrzFieldKind.Number), Optional(44)],
    };

    /// <summary>Doc 9303-7, MRV-B: the same, eight characters shorter.</summary>
    public static readonly MrzLayout MrvB = new(MrzFormat.MrvB, 2, 36)
    {
        Fields = [.. TwoLines(36, MrzFieldKind.Number), Optional(36)],
    };

    /// <summary>
    /// French national layout: no expiry date, no nationality, names on both lines; the composite digit covers all of
    /// line 1 and line 2 up to the sex. The number begins with year and month of issue and the department.
    /// </summary>
    public static readonly MrzLayout FrenchIdentityCard = new(MrzFormat.FrenchIdentityCard, 2, 36)
    {
        Fields =
        [
            new(MrzField.DocumentCode, MrzFieldKind.Code, new(TableLine1, 0, 2)),
            new(MrzField.IssuingState, MrzFieldKind.State, new(TableLine1, 2, 5)),
            new(MrzField.Names, MrzFieldKind.SurnameOnly, new(TableLine1, 5, 30)),
            new(MrzField.OptionalData, MrzFieldKind.Optional, new(TableLine1, 30, 36)),
            new(MrzField.DocumentNumber, MrzFieldKind.Number, new(TableLine2, 0, 12), 12),
            new(MrzField.Names, MrzFieldKind.GivenNamesOnly, FrenchGivenNames),
            new(MrzField.BirthDate, MrzFieldKind.BirthDate, new(TableLine2, 27, 33), 33),
            new(MrzField.Sex, MrzFieldKind.Sex, new(TableLine2, 34, 35)),
        ],
        Composite = [new(TableLine1, 0, 36), new(TableLine2, 0, 35)],
        CompositeDigit = new(TableLine2, 35, 36),
    };

    private MrzLayout(MrzFormat format, int lineCount, int lineLength) =>
        (Format, LineCount, LineLength) = (format, lineCount, lineLength);

    public MrzFormat Format { get; }

    public int LineCount { get; }

    public int LineLength { get; }

    public required MrzFieldPosition[] Fields
    {
        get => _fields;
        init
        {
            _fields = value;
            foreach (var position in value)
            {
                if (position.Kind == MrzFieldKind.GivenNamesOnly)
                    continue;
                _slices[(int)position.Field] = position.Slice;
                if (position.DigitAt >= 0)
                    _digits[(int)position.Field] = new(position.Slice.Line, position.DigitAt, position.DigitAt + 1);
            }
        }
    }

    /// <summary>Stretches the composite digit is computed over, in order; empty when there is no such digit.</summary>
    public MrzSlice[] Composite { get; init; } = [];

    public MrzSlice CompositeDigit { get; init; }

    /// <summary>Place of a field, of the surname on the French card; empty when there is none.</summary>
    public MrzSlice Slice(MrzField field) => _slices[(int)field];

    /// <summary>Place of a field's check digit, not that of a long number; empty when there is none.</summary>
    public MrzSlice DigitOf(MrzField field) =>
        field == MrzField.CompositeCheckDigit ? CompositeDigit : _digits[(int)field];

    /// <summary>
    /// The layout that number and length of the lines and the document code ask for; null when none does.
    /// </summary>
    public static MrzLayout? Find(ReadOnlySpan<string?> lines)
    {
        if (lines.Length is not (2 or 3) || lines[0] is not { Length: > 0 } first)
            return null;
        var length = first.Length;
        foreach (var line in lines[1..])
        {
            if (line is null || line.Length != length)
                return null;
        }

        return (lines.Length, length) switch
        {
            (3, 30) => Td1,
            (2, 36) => TwoLinesOf36(first, lines[1]),
            (2, 44) => first[0] == 'V' ? MrvA : Td3,
            _ => null,
        };
    }

    private static MrzLayout TwoLinesOf36(string first, ReadOnlySpan<char> second)
    {
        if (first[0] == 'V')
            return MrvB;
        // A French TD2 card would bear FRA as nationality here; the national layout has digits of its number.
        return first.StartsWith("IDFRA", StringComparison.Ordinal) && second[10..13] is not "FRA"
            ? FrenchIdentityCard
            : Td2;
    }

    /// <summary>What TD2, TD3 and both visas have in common.</summary>
    private static MrzFieldPosition[] TwoLines(int length, MrzFieldKind number) =>
    [
        new(MrzField.DocumentCode, MrzFieldKind.Code, new(TableLine1, 0, 2)),
        new(MrzField.IssuingState, MrzFieldKind.State, new(TableLine1, 2, 5)),
        new(MrzField.Names, MrzFieldKind.FullName, new(TableLine1, 5, length)),
        new(MrzField.DocumentNumber, number, new(TableLine2, 0, 9), 9),
        new(MrzField.Nationality, MrzFieldKind.State, new(TableLine2, 10, 13)),
        new(MrzField.BirthDate, MrzFieldKind.BirthDate, new(TableLine2, 13, 19), 19),
        new(MrzField.Sex, MrzFieldKind.Sex, new(TableLine2, 20, 21)),
        new(MrzField.ExpiryDate, MrzFieldKind.ExpiryDate, new(TableLine2, 21, 27), 27),
    ];

    private static MrzFieldPosition Optional(int end, int digitAt = -1) =>
        new(MrzField.OptionalData, MrzFieldKind.Optional, new(TableLine2, 28, end), digitAt);
}
