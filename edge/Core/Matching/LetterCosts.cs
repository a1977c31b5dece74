namespace EdgeCheckpoint.Matching;

/// <summary>What it costs to read one letter for another, in tenths of a letter.</summary>
internal static class LetterCosts
{
    internal const int Letter = 10;
    internal const int Transposition = 8;
    internal const int Doubling = 3;
    internal const int Vowel = 8;

    /// <summary>What a wrong first letter costs on top: writers and readers take most care with it.</summary>
    internal const int FirstLetter = 4;

    /// <summary>Up to here only letters differ that are easily taken for each other.</summary>
    internal const int Confusable = 6;

    /// <summary>The cheapest difference there is.</summary>
    internal const int Least = 2;

    private const int SilentH = 4;
    private const int Digit = 15;

    /// <summary>A letter or digit by its lower six bits.</summary>
    private const int Size = 64;

    private static readonly byte[] Omissions = BuildOmissions();
    private static readonly byte[] Substitutions = Build();
    private static readonly byte[] Leasts = BuildLeasts();

    /// <summary>What it costs to read a letter for each other one, by their <see cref="Index"/>.</summary>
    internal static ReadOnlySpan<byte> SubstitutionsOf(char letter) => Substitutions.AsSpan(Index(letter) * Size, Size);

    /// <summary>What it costs that a letter is missing on one side.</summary>
    internal static int Omit(char letter, char before, char after) =>
        letter == before || letter == after ? Doubling : Omissions[Index(letter)];

    /// <summary>What it costs at least that the other side lacks a letter altogether: written as another, or left out.</summary>
    /// <param name="place">1 for A to 26 for Z; 0 for a digit.</param>
    internal static int LeastOf(int place) => Leasts[place];

    /// <summary>Place of a letter or digit in the tables.</summary>
    internal static int Index(char character) => character & (Size - 1);

    private static byte[] BuildOmissions()
    {
        var costs = new byte[Size];
        Array.Fill(costs, (byte)Letter);
        for (var digit = '0'; digit <= '9'; digit++)
            costs[Index(digit)] = Digit;
        foreach (var vowel in "AEIOUY")
            costs[Index(vowel)] = Vowel;
        costs[Index('H')] = SilentH;
        return costs;
    }

    private static byte[] BuildLeasts()
    {
        var leasts = new byte[27];
        leasts[0] = Least;
        for (var letter = 'A'; letter <= 'Z'; letter++)
        {
            // A doubled letter is left out twice.
            var least = Math.Min(2 * Doubling, Omit(letter, '\0', '\0'));
            for (var other = 0; other < Size; other++)
            {
                if (other != Index(letter))
                    least = Math.Min(least, Substitutions[(Index(letter) * Size) + other]);
            }

            leasts[letter - 'A' + 1] = (byte)least;
        }

        return leasts;
    }

    private static byte[] Build()
    {
        var costs = new byte[Size * Size];
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j < Size; j++)
                costs[(i * Size) + j] = (byte)(i == j ? 0 : i >= Index('0') || j >= Index('0') ? Digit : Letter);
        }

        void Set(string letters, byte cost)
        {
            foreach (var left in letters)
            {
                foreach (var right in letters)
                {
                    if (left != right)
                        costs[(Index(left) * Size) + Index(right)] = Math.Min(cost, costs[(Index(left) * Size) + Index(right)]);
                }
            }
        }

        Set("AEIOUY", 6);
        Set("IEY", 3);
        Set("OU", 3);
        Set("AE", 4);
        Set("AO", 5);
        Set("VW", 2);
        Set("KQ", 2);
        Set("CK", 3);
        Set("CS", 5);
        Set("SZ", 4);
        Set("JG", 5);
        Set("IJ", 5);
        Set("DT", 6);
        Set("BP", 6);
        Set("FV", 6);
        Set("GK", 6);
        Set("MN", 9);
        Set("UV", 6);
        Set("UW", 5);
        Set("IJ", 4);
        Set("YJ", 3);
        Set("GQ", 4);
        Set("GH", 6);
        Set("DZ", 5);
        Set("JZ", 5);
        Set("ST", 7);
        Set("HX", 4);
        Set("KX", 4);
        Set("BV", 6);
        // What an optical reader mistakes; digits are no letters of a name, so that these are almost certainly slips.
        Set("0O", 2);
        Set("1I", 2);
        Set("1L", 3);
        Set("5S", 2);
        Set("8B", 3);
        Set("2Z", 3);
        return costs;
    }
}
