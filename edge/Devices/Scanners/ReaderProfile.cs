namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// What is known of one make of reader: how it dresses the lines of a document. Data, so that a new reader needs no new
/// code; the state machine that uses it is <see cref="MrzFramer"/>.
/// </summary>
public sealed record ReaderProfile
{
    /// <summary>Name in <c>Scanner:Profile</c>: lower case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>One English sentence for the list of profiles.</summary>
    public required string Summary { get; init; }

    /// <summary>Text before each transmission, taken away wherever a line begins with it; empty for none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Text after each transmission: taken away, and ends a line; empty for none.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>Takes away ], a letter and a digit or letter at the beginning of a line (ISO/IEC 15424).</summary>
    public bool StripsAimId { get; init; } = true;

    /// <summary>Characters the reader puts where it recognised nothing. Kept as unknown, never guessed.</summary>
    public string UnknownMarks { get; init; } = "?*^#";

    /// <summary>Characters, of Latin-1, that stand for filler.</summary>
    public string Padding { get; init; } = "_ \u00AB";

    /// <summary>Silence that ends a message without terminator.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Silence that ends a message which so far is one or two whole rows of a larger zone. Longer than
    /// <see cref="Idle"/> for readers that send row by row. It bounds how soon a row of another document could be
    /// taken for the missing one, so it should not be generous.
    /// </summary>
    public TimeSpan LineGap { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>True when the reader always sends SOH, length and code first: what comes without is garbled.</summary>
    public bool RequiresHeading { get; init; }

    /// <summary>The two letters between length and STX; empty for any two.</summary>
    public string HeadingCode { get; init; } = "";

    /// <summary>Whether a byte of its own stands between STX and the first line.</summary>
    public FlagByte Flag { get; init; } = FlagByte.Tolerated;

    /// <summary>Bytes that the length in the heading counts, up to and with the block check.</summary>
    public BlockRange LengthCovers { get; init; } = BlockRange.Ignored;

    /// <summary>Bytes that the block check after ETX covers, up to and with ETX, by exclusive or.</summary>
    public BlockRange BlockCheckCovers { get; init; } = BlockRange.Ignored;

    /// <summary>True when a block must prove that it came whole.</summary>
    internal bool VerifiesBlocks => LengthCovers >= BlockRange.Any || BlockCheckCovers >= BlockRange.Any;

    public override string ToString() => Name;
}

/// <summary>The byte some readers send between STX and the text.</summary>
public enum FlagByte
{
    /// <summary>Taken away where it cannot belong to the text: a control byte, or one character too many.</summary>
    Tolerated,

    /// <summary>The reader never sends one; nothing is taken away.</summary>
    Never,

    /// <summary>The byte after STX is never text, whatever it is. Only in blocks with a heading.</summary>
    Always,
}

/// <summary>Where a length or a check in a block with a heading begins to count.</summary>
public enum BlockRange
{
    /// <summary>The reader sends no such byte.</summary>
    None,

    /// <summary>It comes and is not looked at.</summary>
    Ignored,

    /// <summary>
    /// One of the ranges below must fit, with or without the last byte: for finding out which one it is, and for lengths.
    /// A poor block check, as the ranges differ by a control byte or two: an error in the lowest bits of a letter passes.
    /// </summary>
    Any,

    /// <summary>From SOH.</summary>
    FromHeading,

    /// <summary>From the first byte of the length.</summary>
    FromLength,

    /// <summary>From the code after the length.</summary>
    FromCode,

    /// <summary>From STX.</summary>
    FromStart,

    /// <summary>From the byte after STX.</summary>
    FromText,
}
