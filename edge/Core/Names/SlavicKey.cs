namespace EdgeCheckpoint.Names;

/// <summary>
/// The skeleton that Russian, Ukrainian and Belarusian ways of writing one family or father's name have in common: ZEMTAVOV and
/// ZIAMTAVAU, GRIGORYEVICH and HRYHORAVICH. Only for tokens with an ending of these languages; elsewhere G and H are two sounds.
/// </summary>
internal static class SlavicKey
{
    /// <summary>Shorter skeletons belong to too many names.</summary>
    internal const int LengthMin = 4;

    /// <summary>Room that any skeleton finds: X is written as two letters, and a woman's form has a mark.</summary>
    internal const int SizeMax = (SoundKey.LengthMax * 2) + 1;

    /// <summary>True when two tokens end as East Slavic names do and have one skeleton.</summary>
    internal static bool AreAlike(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        // The cheap question first: nearly all pairs end here.
        if (Initial(left[0]) != Initial(right[0]) || !HasEnding(left) || !HasEnding(right))
            return false;
        Span<char> one = stackalloc char[SizeMax];
        Span<char> other = stackalloc char[SizeMax];
        var length = Write(left, one);
        return length >= LengthMin && length == Write(right, other) && one[..length].SequenceEqual(other[..length]);
    }

    /// <summary>Writes the skeleton of a token.</summary>
    /// <param name="token">A to Z and 0 to 9.</param>
    /// <param name="skeleton">Room for <see cref="SizeMax"/>.</param>
    /// <returns>Letters written; 0 for a token without such an ending, or one longer than <see cref="SoundKey.LengthMax"/>.</returns>
    internal static int Write(ReadOnlySpan<char> token, Span<char> skeleton)
    {
        if (token.Length > SoundKey.LengthMax || !HasEnding(token))
            return 0;
        var length = 0;
        for (var i = 0; i < token.Length;)
        {
            var (sound, read) = Sound(token[i..], i > 0 ? token[i - 1] : '\0');
            i += read;
            if (sound == 'A' && length > 0)
                continue;
            if (sound == 'X')
            {
                if (length == 0 || skeleton[length - 1] != 'K')
                    skeleton[length++] = 'K';
                sound = 'S';
            }

            if (length == 0 || skeleton[length - 1] != sound)
                skeleton[length++] = sound;
        }

        // The woman's form is another token: PETROV and PETROVA differ by their letter, not by the writer.
        if (token.EndsWith("VA") || token.EndsWith("WA") || token.EndsWith("NA") || token.EndsWith("AYA") || token.EndsWith("AIA"))
            skeleton[length++] = 'A';
        return length;
    }

    /// <summary>The sound that a text begins with, A for every vowel, and how many letters write it.</summary>
    private static (char Sound, int Read) Sound(ReadOnlySpan<char> text, char before)
    {
        var next = text.Length > 1 ? text[1] : '\0';
        switch (text[0])
        {
            // Belarusian writes U for V after a vowel and before a consonant: PAULAVICH, ULADZIMIR, IVANOU.
            case 'U' when !SoundKey.IsVowel(next) && before is '\0' or 'A' or 'E' or 'O':
            case 'W':
                return ('V', 1);
            case 'A' or 'E' or 'I' or 'O' or 'U' or 'Y' or 'J':
                return ('A', 1);
            case 'G' or 'H':
                return ('H', 1);
            // German, French and Polish romanisations: TAVITSCHOW, TAVITCHEV, TAVICZOW; -OFF.
            case 'T' when text.StartsWith("TSCH"):
                return ('C', 4);
            case 'T' when text.StartsWith("TCH"):
                return ('C', 3);
            case 'S' when text.StartsWith("SCH"):
                return ('W', 3);
            case 'S' when next is 'H' or 'Z':
                return ('W', 2);
            case 'C' when next is 'H' or 'Z':
                return ('C', 2);
            case 'F' when next == 'F' && text.Length == 2:
                return ('V', 2);
            case 'K' when next == 'H':
                return ('Q', 2);
            case 'Z' when next == 'H':
                return ('J', 2);
            // D and T before a soft vowel: DZIATAVAU is DETAVOV, TSIMAFEEVICH is TIMOFEEVICH.
            case 'D' when next == 'Z':
                return ('D', 2);
            case 'T' when next is 'S' or 'Z':
                return ('T', 2);
            case 'C' when next is 'I' or 'E':
                return ('T', 1);
            case 'C' or 'Q':
                return ('K', 1);
            default:
                return (text[0], 1);
        }
    }

    private static char Initial(char letter) => letter switch
    {
        'A' or 'E' or 'I' or 'O' or 'Y' or 'J' => 'A',
        'G' or 'H' => 'H',
        'U' or 'V' or 'W' => 'V',
        'C' or 'Q' or 'K' or 'T' => 'K',
        _ => letter,
    };

    /// <summary>
    /// -OV, -EV and -IN with their women's forms, -ICH, -VNA, -SKY, -ENKO, -UK and -IK, in the writings of the three languages. By
    /// letter, not by table: this is asked of most pairs of tokens that a search compares.
    /// </summary>
    private static bool HasEnding(ReadOnlySpan<char> token)
    {
        if (token.Length <= LengthMin)
            return false;
        var (third, second) = (token[^3], token[^2]);
        return token[^1] switch
        {
            'V' or 'W' => second is 'O' or 'E',
            'F' => second == 'F' && third is 'O' or 'E',
            'U' => second is 'A' or 'O' or 'E',
            'N' => second is 'I' or 'Y',
            'H' => second == 'C' && third is 'I' or 'Y' or 'T' or 'S',
            'Z' => second == 'C' && third is 'I' or 'Y',
            'I' or 'Y' => (second == 'K' && third == 'S') || (second is 'I' or 'Y' && third == 'K'),
            'O' => second == 'K' && third == 'N',
            'K' => (second is 'U' or 'I' or 'Y' && third is 'H' or 'N') || (second is 'A' or 'O' && third == 'N'),
            'A' => second switch
            {
                'V' or 'W' => third is 'O' or 'E' or 'A',
                'N' => third is 'I' or 'Y' or 'V' or 'U' or 'W',
                'K' => third is 'S' or 'N',
                'Y' or 'I' => third == 'A' && token[^4] == 'K',
                _ => false,
            },
            _ => false,
        };
    }
}
