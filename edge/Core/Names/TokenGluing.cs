namespace EdgeCheckpoint.Names;

/// <summary>
/// Brings the ways of writing compound names to one: ABD AL RAHMAN, ABDUL RAHMAN, ABDURRAHMAN and ABDERRAHMAN all become
/// ABDRAHMAN, SAIF AL DIN and SAIFUDDIN become SAIFDIN. Both sides of a comparison pass here.
/// </summary>
internal static class TokenGluing
{
    private const string Servant = "ABD";
    private const string God = "ALLAH";
    internal const string Faith = "DIN";

    /// <summary>What a single word is rewritten to; itself when no rule fits.</summary>
    internal static string Rewrite(string word)
    {
        if (NameWords.IsServant(word))
            return Servant;
        // A known spelling of a whole name, ABDULLAHI for one, is not taken apart.
        if (NameGroups.Of(word).Length > 0)
            return word;
        if (word.Length >= 7 && TryEnding(word, out var rewritten))
            return rewritten;
        if (word.Length >= 6 && word.StartsWith("ABO", StringComparison.Ordinal) && word[3] == 'U')
            return "ABU" + word[4..];
        return word.Length >= 7 && word.StartsWith(Servant, StringComparison.Ordinal) ? Servant + NameGroups.Canonical(Served(word[3..])) : word;
    }

    /// <summary>True when the word is the end of a compound: after it, DIN in SAIF AL DIN.</summary>
    internal static bool IsEnd(string word) => word is "DIN" or "DEEN" or "DINE" or "ALLAH" or "ULLAH" or "OLLAH" or "ELLAH" or "EDDIN" or "UDDIN" or "EDDINE" or "ADDIN" or "ALDIN" or "ELDIN";

    /// <summary>The canonical end for <see cref="IsEnd"/>.</summary>
    internal static string End(string word) => word.EndsWith("LAH", StringComparison.Ordinal) ? God : Faith;

    /// <summary>What follows ABD in one word, without vowel and article: URRAHMAN, ALRAHMAN and ERRAHMAN give RAHMAN.</summary>
    private static string Served(string rest)
    {
        if (rest is "ALLAH" or "ULLAH" or "OLLAH" or "ELLAH" or "ILLAH" or "ALLA" or "ULLA")
            return God;
        if (rest.Length < 5 || !SoundKey.IsVowel(rest[0]))
            return rest;
        if (rest[1] == 'L' && !SoundKey.IsVowel(rest[2]))
            return rest[2..];
        // A doubled letter is the assimilated article: UR RAHMAN, ES SALAM, ASH SHAKUR.
        if (rest[1] == rest[2])
            return rest[2..];
        if (rest.Length >= 7 && rest[1] == rest[3] && rest[2] == rest[4] && rest[2] == 'H')
            return rest[3..];
        return rest[1] == 'L' ? rest[2..] : rest;
    }

    private static bool TryEnding(string word, out string rewritten)
    {
        foreach (var (end, length) in (ReadOnlySpan<(string, int)>)[("DINE", 4), ("DEEN", 4), ("DIN", 3)])
        {
            if (!word.EndsWith(end, StringComparison.Ordinal))
                continue;
            // Only with the article before it: SAIF-UD-DIN, not QAMARDIN or any name that happens to end so.
            var stem = word[..^length];
            if (stem.Length >= 5 && (stem[^1] is 'D' or 'L') && stem[^2] is 'A' or 'E' or 'I' or 'O' or 'U')
            {
                rewritten = stem[..^2] + Faith;
                return true;
            }
        }

        if (word.Length >= 8 && word[^4..] is "LLAH" && word[^5] is 'A' or 'E' or 'I' or 'O' or 'U' && !word.StartsWith(Servant, StringComparison.Ordinal))
        {
            rewritten = word[..^5] + God;
            return true;
        }

        rewritten = word;
        return false;
    }
}
