namespace EdgeCheckpoint.Benchmarks;

/// <summary>Changes names as typists, romanisations and recognition do. Every method returns another text where one is possible.</summary>
internal static class NameNoise
{
    /// <summary>Spellings of one sound in common romanisations; exchanged either way.</summary>
    private static readonly (string Left, string Right)[] Romanisations =
    [
        ("OU", "U"), ("Y", "I"), ("KH", "H"), ("EE", "I"), ("OO", "U"), ("Q", "K"), ("DH", "D"), ("DJ", "J"), ("SH", "CH"),
        ("W", "V"), ("PH", "F"), ("C", "K"), ("EI", "AI"), ("TS", "C"), ("GH", "G"), ("O", "U"), ("E", "I"), ("ZH", "J"),
    ];

    /// <summary>Letters whose shapes recognition takes for one another.</summary>
    private static readonly (string Left, string Right)[] Shapes =
    [
        ("O", "Q"), ("I", "L"), ("C", "G"), ("U", "V"), ("M", "N"), ("E", "F"), ("B", "R"), ("D", "O"), ("RN", "M"), ("VV", "W"),
    ];

    public static string Substitute(string token, Random random)
    {
        var at = random.Next(token.Length);
        return $"{token[..at]}{Other(token[at], random)}{token[(at + 1)..]}";
    }

    public static string Transpose(string token, Random random)
    {
        var at = random.Next(token.Length - 1);
        return token[at] == token[at + 1] ? Substitute(token, random) : $"{token[..at]}{token[at + 1]}{token[at]}{token[(at + 2)..]}";
    }

    public static string Delete(string token, Random random) => token.Remove(random.Next(token.Length), 1);

    public static string Insert(string token, Random random) =>
        token.Insert(random.Next(token.Length + 1), ((char)('A' + random.Next(26))).ToString());

    public static string Double(string token, Random random)
    {
        var at = random.Next(token.Length);
        return token.Insert(at, token[at].ToString());
    }

    public static string Romanise(string token, Random random) => Exchange(token, Romanisations, random) ?? Double(token, random);

    public static string Misread(string token, Random random) => Exchange(token, Shapes, random) ?? Substitute(token, random);

    private static char Other(char letter, Random random)
    {
        var other = (char)('A' + random.Next(25));
        return other >= letter ? (char)(other + 1) : other;
    }

    private static string? Exchange(string token, (string Left, string Right)[] pairs, Random random)
    {
        var first = random.Next(pairs.Length);
        for (var i = 0; i < pairs.Length; i++)
        {
            var (left, right) = pairs[(first + i) % pairs.Length];
            if (random.Next(2) == 0)
                (left, right) = (right, left);
            var at = token.IndexOf(left, StringComparison.Ordinal);
            if (at >= 0)
                return $"{token[..at]}{right}{token[(at + left.Length)..]}";
        }

        return null;
    }
}
