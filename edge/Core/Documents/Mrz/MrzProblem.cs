namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// One thing that departs from Doc 9303, and where. Holds no character of the document, so it may be logged and
/// journalled.
/// </summary>
/// <param name="Code">What is wrong; stable.</param>
/// <param name="Field">The field it belongs to.</param>
/// <param name="Line">Line, from 1; 0 when the zone as a whole is meant.</param>
/// <param name="Column">Column in the line, from 1; 0 when the line as a whole is meant.</param>
/// <param name="Message">English sentence for logs and technicians; screens translate <paramref name="Code"/>.</param>
public sealed record MrzProblem(MrzProblemCode Code, MrzField Field, int Line, int Column, string Message)
{
    /// <summary>
    /// True for a known deviation of real documents, which <see cref="MrzReading.PracticeValid"/> accepts.
    /// </summary>
    public bool IsPracticeVariant => IsVariant(Code);

    /// <summary>True when it is about a check digit, false when it is about the text itself.</summary>
    public bool IsCheckDigit =>
        IsOfCheckDigit(Code) || Code is MrzProblemCode.FillerCountedInLongNumber or MrzProblemCode.FillerForCheckDigit;

    internal static bool IsVariant(MrzProblemCode code) => code >= MrzProblemCode.FillerCountedInLongNumber;

    internal static bool IsOfCheckDigit(MrzProblemCode code) => code == MrzProblemCode.CheckDigitWrong;
}

/// <summary>Kinds of <see cref="MrzProblem"/>. Numbers are stable: records and logs carry them.</summary>
public enum MrzProblemCode
{
    /// <summary>Number or length of the lines fits no known layout.</summary>
    UnknownFormat = 1,

    /// <summary>The reader marked the character as not recognised.</summary>
    UnknownCharacter = 2,

    /// <summary>The character cannot stand in this field.</summary>
    ForbiddenCharacter = 3,

    /// <summary>The check digit is not the one computed.</summary>
    CheckDigitWrong = 4,

    /// <summary>The digits name no day of the calendar.</summary>
    NotADate = 5,

    /// <summary>A mandatory field holds only filler.</summary>
    Missing = 6,

    /// <summary>
    /// Check digit of a long document number computed over the separating filler too; older Belgian cards.
    /// </summary>
    FillerCountedInLongNumber = 101,

    /// <summary>Filler in place of the check digit of an empty field where Doc 9303 asks for a zero.</summary>
    FillerForCheckDigit = 102,

    /// <summary>Zeros in place of filler for an unknown month or day.</summary>
    ZeroForUnknownDatePart = 103,

    /// <summary>X in the MRZ, where Doc 9303 writes an unspecified sex as filler.</summary>
    LetterXForSex = 104,
}
