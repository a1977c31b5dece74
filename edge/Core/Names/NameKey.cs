namespace EdgeCheckpoint.Names;

/// <summary>
/// A rough sound of a folded token, so that romanisations of one name meet: MOHAMMED, MUHAMMAD and MOHAMED have one key.
/// Consonants in order, doubles written once, letters that are exchanged between romanisations written alike, vowels
/// left out except at the beginning.
/// </summary>
public static class NameKey
{
    private const int LengthMax = 64;

    /// <summary>The key of a folded token; the token itself when its key has fewer than two letters.</summary>
    public static string Of(string token)
    {
        // Names have no such tokens; a list or a keyboard may. The stack is not theirs to spend.
        if (token.Length > LengthMax)
            return token;
        Span<char> key = stackalloc char[token.Length + 1];
        var length = 0;
        for (var i = 0; i < token.Length; i++)
        {
            var letter = Letter(token, ref i);
            if (letter == '\0' || (length > 0 && key[length - 1] == letter))
                continue;
            if (letter == 'A' && length > 0)
                continue;
            key[length++] = letter;
        }

        return length < 2 ? token : key[..length].ToString();
    }

    /// <summary>The letter at a position in its common form; NUL when it is silent. Steps over the second of a pair.</summary>
    private static char Letter(string token, ref int position)
    {
        var letter = token[position];
        var next = position + 1 < token.Length ? token[position + 1] : '\0';
        if (next == 'H' && letter is 'K' or 'G' or 'D' or 'T' or 'Z' or 'P' or 'C' or 'S')
        {
            position++;
            return letter switch { 'P' => 'F', 'C' or 'S' => 'S', 'K' => 'H', _ => letter };
        }

        return letter switch
        {
            'A' or 'E' or 'I' or 'O' or 'U' or 'Y' => 'A',
            'Q' or 'C' => 'K',
            'W' => 'V',
            'J' => 'G',
            'H' when next == '\0' => '\0',
            _ => letter,
        };
    }
}
