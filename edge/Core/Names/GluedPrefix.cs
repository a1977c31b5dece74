namespace EdgeCheckpoint.Names;

/// <summary>
/// Particles that are also written together with what follows: ALMADANI, VANDENBERG, DELACRUZ. Whether ALBAN hides an
/// article nobody can tell from the letters, so nothing is cut off when names are prepared; both readings are compared.
/// </summary>
internal static class GluedPrefix
{
    /// <summary>What must remain: shorter remains are mostly names that merely begin alike.</summary>
    internal const int RestMin = 4;

    /// <summary>Longest first, so that VANDENBERG leaves BERG.</summary>
    private static readonly string[] Prefixes =
    [
        "VANDER", "VANDEN", "DELOS", "DELAS", "DELA", "VAN", "VON", "DEL", "DOS", "BIN", "BEN", "IBN", "ABU", "UMM",
        "AL", "EL", "DE", "DI", "DA", "LA", "LE", "MC", "O",
    ];

    /// <summary>Length of the particle a token seems to begin with; 0 when it begins with none.</summary>
    internal static int LengthIn(ReadOnlySpan<char> token)
    {
        foreach (var prefix in Prefixes)
        {
            if (token.Length >= prefix.Length + RestMin && token.StartsWith(prefix, StringComparison.Ordinal))
                return prefix.Length;
        }

        return 0;
    }

    /// <summary>
    /// Length of an Arabic article, also an assimilated one (ESSTAVIK for AL STAVIK), or of ABD; 0 when a token seems to begin with none.
    /// </summary>
    internal static int ArticleLengthIn(ReadOnlySpan<char> token)
    {
        if (token.Length < 2 + RestMin || token[0] is not ('A' or 'E' or 'U'))
            return 0;
        if (token[1] == 'L')
            return 2;
        if (token[1] == token[2] && token[1] is 'S' or 'R' or 'D' or 'Z' or 'T')
            return 2;
        return token.Length >= 3 + RestMin && token.StartsWith("ABD") ? 3 : 0;
    }
}
