namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>English sentences for problems; they never hold a character of the document.</summary>
internal static class MrzMessages
{
    public static string For(MrzProblemCode code) => code switch
    {
        MrzProblemCode.UnknownFormat => "Number or length of the lines fits no travel document.",
        MrzProblemCode.UnknownCharacter => "The reader could not recognise this character.",
        MrzProblemCode.ForbiddenCharacter => "This character cannot stand in this field.",
        MrzProblemCode.CheckDigitWrong => "The check digit does not fit.",
        MrzProblemCode.NotADate => "This is not a date.",
        MrzProblemCode.Missing => "A mandatory field is empty.",
        MrzProblemCode.FillerCountedInLongNumber => "The check digit of the long number counts the separating filler.",
        MrzProblemCode.FillerForCheckDigit => "The check digit of an empty field is left out.",
        MrzProblemCode.ZeroForUnknownDatePart => "An unknown month or day is written as zeros.",
        MrzProblemCode.LetterXForSex => "Unspecified sex is written as X.",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No such problem."),
    };
}
