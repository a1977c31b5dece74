namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Splits the name field into identifiers (Doc 9303-3 §4.6).</summary>
internal static class MrzNames
{
    private const string Separator = "<<";

    /// <summary>
    /// The primary identifier's characters. Without a separator all of the field is the primary one; some states leave the
    /// primary one empty, and then it is.
    /// </summary>
    public static ReadOnlySpan<char> Primary(ReadOnlySpan<char> field)
    {
        var separatorIndex = field.IndexOf(Separator);
        return separatorIndex < 0 ? field : field[..separatorIndex];
    }

    /// <summary>The secondary identifier's characters; empty without a separator.</summary>
    public static ReadOnlySpan<char> Secondary(ReadOnlySpan<char> field)
    {
        var separatorIndex = field.IndexOf(Separator);
        return separatorIndex < 0 ? [] : field[separatorIndex..];
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
