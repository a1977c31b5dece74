namespace EdgeCheckpoint.Names;

/// <summary>
/// The skeleton of a folded token that its romanisations have in common: consonants in order, written alike where
/// romanisations exchange them, doubles once, vowels left out but at the beginning.
/// </summary>
internal static class SoundKey
{
    /// <summary>Longest token that has a skeleton; a name has no longer ones, and the stack is not theirs to spend.</summary>
    internal const int LengthMax = 64;

    /// <summary>Writes the skeleton.</summary>
    /// <param name="token">A to Z and 0 to 9.</param>
    /// <param name="skeleton">At least twice as long as the token: X is written as two letters.</param>
    /// <returns>Letters written; 0 for a token without letters or longer than <see cref="LengthMax"/>.</returns>
    internal static int Write(ReadOnlySpan<char> token, Span<char> skeleton)
    {
        if (token.Length > LengthMax)
            return 0;
        var length = 0;
        for (var i = 0; i < token.Length; i++)
        {
            var letter = token[i];
            var next = i + 1 < token.Length ? token[i + 1] : '\0';
            var sound = '\0';
            switch (letter)
            {
                case 'A' or 'E' or 'I' or 'O' or 'U' or 'Y':
                    // OU before a vowel is the French writing of W: OUALID is WALID.
                    if (letter == 'O' && next == 'U' && i + 2 < token.Length && token[i + 2] is 'A' or 'E' or 'I')
                    {
                        sound = 'V';
                        i++;
                    }
                    else if (length == 0)
                    {
                        sound = 'A';
                    }

                    break;
                case 'H':
                    // Silent at the end and after a consonant, which the pairs below have not taken.
                    if (next != '\0' && (i == 0 || IsVowel(token[i - 1])))
                        sound = 'H';
                    break;
                case 'K' when next == 'H':
                    sound = 'H';
                    i++;
                    break;
                case 'C' or 'S' when next == 'H':
                case 'S' when next == 'C' && i + 2 < token.Length && token[i + 2] == 'H':
                case 'T' when next == 'C' && i + 2 < token.Length && token[i + 2] == 'H':
                    sound = 'S';
                    i += next == 'H' ? 1 : 2;
                    break;
                case 'C' when next is 'E' or 'I' or 'Y':
                    sound = 'S';
                    break;
                case 'T' when next is 'S' or 'Z':
                    sound = 'S';
                    i++;
                    break;
                case 'D' when next is 'J':
                case 'Z' when next == 'H':
                    sound = 'G';
                    i++;
                    break;
                case 'P' when next == 'H':
                    sound = 'F';
                    i++;
                    break;
                case 'D' or 'T' or 'G' when next == 'H':
                    sound = letter;
                    i++;
                    break;
                case 'X':
                    length = Add(skeleton, length, 'K');
                    sound = 'S';
                    break;
                default:
                    sound = letter switch { 'Q' or 'C' => 'K', 'W' => 'V', 'J' => 'G', 'Z' => 'S', _ => letter };
                    break;
            }

            if (sound != '\0')
                length = Add(skeleton, length, sound);
        }

        return length;
    }

    internal static bool IsVowel(char letter) => letter is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y';

    private static int Add(Span<char> skeleton, int length, char sound)
    {
        if (length > 0 && skeleton[length - 1] == sound)
            return length;
        skeleton[length] = sound;
        return length + 1;
    }
}
