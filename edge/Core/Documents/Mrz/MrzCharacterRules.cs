namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Which characters may stand in which field (Doc 9303-3 §4, and the data element tables of parts 4 to 7).
/// </summary>
internal static class MrzCharacterRules
{
    /// <summary>
    /// First letters of document codes: crew, cards, passports, visas; the second one is left to the issuer.
    /// </summary>
    private const string FirstLetters = "ACIPV";

    public static MrzClasses ClassesOf(MrzFieldKind kind) => kind switch
    {
        MrzFieldKind.Code or MrzFieldKind.Number or MrzFieldKind.ExtensibleNumber or MrzFieldKind.Optional =>
            MrzClasses.Letter | MrzClasses.Digit | MrzClasses.Filler,
        MrzFieldKind.BirthDate or MrzFieldKind.ExpiryDate => MrzClasses.Digit | MrzClasses.Filler,
        _ => MrzClasses.Letter | MrzClasses.Filler,
    };

    public static bool Allows(MrzFieldKind kind, ReadOnlySpan<char> field, int index)
    {
        var character = field[index];
        if ((MrzCharacters.ClassOf(character) & ClassesOf(kind)) == 0)
            return false;
        return kind switch
        {
            // Cards and visas leave the second character to the issuer, and some write a digit; passports name letters.
            MrzFieldKind.Code => index == 0
                ? FirstLetters.Contains(character)
                : !MrzCharacters.IsDigit(character) || field[0] != 'P',
            // Filler only behind the letters: D and two filler, never a filler and two letters.
            MrzFieldKind.State => !MrzCharacters.IsFiller(character) || MrzCharacters.IsEmpty(field[index..]),
            MrzFieldKind.Sex => character is 'M' or 'F' or 'X' or MrzCharacters.Filler,
            _ => true,
        };
    }

    /// <summary>
    /// True when every character is allowed. The short cut of the parser: only fields that fail it are looked at character
    /// by character, to say where.
    /// </summary>
    public static bool AllowsAll(MrzFieldKind kind, ReadOnlySpan<char> field)
    {
        var classes = ClassesOf(kind);
        foreach (var character in field)
        {
            if ((MrzCharacters.ClassOf(character) & classes) == 0)
                return false;
        }

        if (kind is not (MrzFieldKind.Code or MrzFieldKind.State or MrzFieldKind.Sex))
            return true;
        for (var index = 0; index < field.Length; index++)
        {
            if (!Allows(kind, field, index))
                return false;
        }

        return true;
    }
}
