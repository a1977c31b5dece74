namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Characters of OCR-B that readers take for each other.</summary>
internal static class MrzConfusions
{
    /// <summary>
    /// Further letters seen for a digit. Used only where no letter can stand: in a number they would make too many readings
    /// possible.
    /// </summary>
    private static readonly (char Digit, char Letter)[] OneWay =
        [('0', 'Q'), ('0', 'D'), ('1', 'L'), ('4', 'A'), ('7', 'T')];

    /// <summary>Letters seen for a filler.</summary>
    private const string ForFiller = "SXLC";

    /// <summary>The digit a letter stands for where only digits can stand; '\0' when there is none.</summary>
    public static char DigitFor(char letter)
    {
        if (LookAlikes.Partner(letter) is var partner && MrzCharacters.IsDigit(partner))
            return partner;
        foreach (var (digit, confused) in OneWay)
        {
            if (confused == letter)
                return digit;
        }

        return '\0';
    }

    /// <summary>
    /// The other one of a pair; '\0' when there is none, or when no check digit can tell the two apart: 6 and G differ by ten.
    /// </summary>
    public static char Partner(char character)
    {
        var partner = LookAlikes.Partner(character);
        return partner == '\0' || (MrzCharacters.Value(partner) - MrzCharacters.Value(character)) % 10 == 0 ? '\0' : partner;
    }

    /// <summary>False for K, too, which counts as much as the filler: no digit could tell.</summary>
    public static bool MayBeFiller(char letter) => ForFiller.Contains(letter);
}
