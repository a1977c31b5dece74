namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>What one run over a layout found out; everything else is text that lies in the lines.</summary>
/// <param name="Verdicts">Verdict by field.</param>
/// <param name="Findings">Yes-or-no findings.</param>
/// <param name="Birth">Parts may be unknown.</param>
/// <param name="Expiry">Parts may be unknown.</param>
/// <param name="NumberTail">Columns of the optional data that belong to a long document number and its separator.</param>
internal readonly record struct MrzFacts(
    MrzVerdicts Verdicts, MrzFindings Findings, PartialDate Birth, PartialDate Expiry, byte NumberTail);

/// <summary>Findings about a zone as a whole.</summary>
[Flags]
internal enum MrzFindings : byte
{
    None = 0,

    /// <summary>A character, a date or a missing field departs from the standard; variants do not count.</summary>
    SyntaxProblem = 1,

    /// <summary>A check digit is wrong; variants do not count.</summary>
    CheckDigitProblem = 2,
    NamesMayGoOn = 4,
    Expired = 8,
    BirthInFuture = 16,
    ExpiryBeforeBirth = 32,
    UnknownIssuingState = 64,
    UnknownNationality = 128,
}
