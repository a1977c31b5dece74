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

    public static bool Allows(MrzFieldKind kind, ReadOnlySpan<char> field, int index)
    {
        var character = field[index];
        return kind switch
        {
            MrzFieldKind.Code => index == 0
                ? FirstLetters.Contains(character)
                : MrzCharacters.IsLetter(character) || MrzCharacters.IsFiller(character),
            MrzFieldKind.State => MrzCharacters.IsLetter(character)
                // Filler only behind the letters: D and two filler, never a filler and two letters.
                || (MrzCharacters.IsFiller(character) && MrzCharacters.IsEmpty(field[index..])),
            MrzFieldKind.Number or MrzFieldKind.ExtensibleNumber or MrzFieldKind.Optional =>
                MrzCharacters.Value(character) >= 0,
            MrzFieldKind.BirthDate or MrzFieldKind.ExpiryDate =>
                MrzCharacters.IsDigit(character) || MrzCharacters.IsFiller(character),
            MrzFieldKind.Sex => character is 'M' or 'F' or 'X' or MrzCharacters.Filler,
            _ => MrzCharacters.IsLetter(character) || MrzCharacters.IsFiller(character),
        };
    }
}
