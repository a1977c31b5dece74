namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// What is left of a token when letters are taken out: two tokens that differ by one letter (two, from seven letters on)
/// share such a rest. Of long tokens only the first seven letters are used, which finds the same pairs with fewer rests.
/// </summary>
internal static class TokenDeletions
{
    /// <summary>From this length on two letters may differ.</summary>
    internal const int TwoLettersFrom = 7;

    /// <summary>Below this length a token is only found as it is.</summary>
    internal const int OneLetterFrom = 3;

    /// <summary>A prefix of seven: itself, seven rests of six letters, twenty-one of five.</summary>
    internal const int CountMax = 1 + 7 + 21;

    /// <summary>Hashes of the token (or its first seven letters) and of its rests.</summary>
    /// <param name="token">Letters A to Z and digits.</param>
    /// <param name="hashes">Takes up to <see cref="CountMax"/>.</param>
    /// <returns>How many were written; repeated letters may give a hash twice.</returns>
    internal static int Write(ReadOnlySpan<char> token, Span<uint> hashes)
    {
        var prefix = token.Length > TwoLettersFrom ? token[..TwoLettersFrom] : token;
        var count = 0;
        hashes[count++] = Hash(prefix, -1, -1);
        if (token.Length < OneLetterFrom)
            return count;
        for (var first = 0; first < prefix.Length; first++)
        {
            hashes[count++] = Hash(prefix, first, -1);
            if (token.Length < TwoLettersFrom)
                continue;
            for (var second = first + 1; second < prefix.Length; second++)
                hashes[count++] = Hash(prefix, first, second);
        }

        return count;
    }

    /// <summary>FNV-1a over the letters that stay, mixed so that the upper bits depend on all of them.</summary>
    private static uint Hash(ReadOnlySpan<char> text, int without, int andWithout)
    {
        unchecked
        {
            var hash = 2166136261u;
            for (var i = 0; i < text.Length; i++)
            {
                if (i != without && i != andWithout)
                    hash = (hash ^ text[i]) * 16777619u;
            }

            return Mix(hash);
        }
    }

    internal static uint Mix(uint hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 16)) * 0x7FEB352Du;
            hash = (hash ^ (hash >> 15)) * 0x846CA68Bu;
            return hash ^ (hash >> 16);
        }
    }
}
