using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>What the standard leaves to the issuing State; the defaults need no thought.</summary>
public sealed class MrzWriterOptions
{
    /// <summary>Every choice at its default.</summary>
    public static MrzWriterOptions Default { get; } = new();

    /// <summary>
    /// How national characters are written; null takes <see cref="MrzTransliteration.ForIssuingState"/> of the
    /// document.
    /// </summary>
    public MrzTransliteration? Transliteration { get; init; }

    /// <summary>How long names are shortened.</summary>
    public MrzTruncation Truncation { get; init; } = MrzTruncation.Initials();

    /// <summary>
    /// True to write a filler for the check digit of a passport's empty optional data; both are permitted (Doc 9303-4
    /// §4.2.2). False writes the digit 0.
    /// </summary>
    public bool LeavesOutEmptyOptionalDigit { get; init; }
}
