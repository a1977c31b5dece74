namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Splits the name field into identifiers (Doc 9303-3 §4.6).</summary>
internal static class MrzNames
{
    private const string Separator = "<<";

    /// <summary>
    /// Primary and secondary identifier with single spaces for filler. Without a separator all of it is the primary
    /// one; some states leave the primary one empty, and then it is.
    /// </summary>
    public static void Split(ReadOnlySpan<char> field, out string surname, out string givenNames)
    {
        var separatorIndex = field.IndexOf(Separator);
        if (separatorIndex < 0)
            (surname, givenNames) = (Spaced(field), "");
        else
            (surname, givenNames) = (Spaced(field[..separatorIndex]), Spaced(field[separatorIndex..]));
    }

    /// <summary>Runs of filler become one space; none at the ends.</summary>
    public static string Spaced(ReadOnlySpan<char> field)
    {
        Span<char> text = stackalloc char[64];
        var length = 0;
        foreach (var character in field)
        {
            if (character != MrzCharacters.Filler)
                text[length++] = character;
            else if (length > 0 && text[length - 1] != ' ')
                text[length++] = ' ';
        }

        return text[..length].TrimEnd(' ').ToString();
    }

    /// <summary>
    /// A field without a filler at its end was cut, or fits exactly; the standard gives no means to tell (§4.6).
    /// </summary>
    public static bool IsFull(ReadOnlySpan<char> field) => field[^1] != MrzCharacters.Filler;
}
