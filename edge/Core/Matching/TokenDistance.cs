namespace EdgeCheckpoint.Matching;

/// <summary>Whether two tokens differ by few letters, by bits in parallel: the filter before a comparison with rules.</summary>
internal ref struct TokenDistance
{
    private const int LengthMax = 64;

    private readonly ReadOnlySpan<char> _pattern;
    private readonly Span<ulong> _places;

    /// <summary>Prepares a pattern.</summary>
    /// <param name="pattern">A to Z and 0 to 9, at most 64 letters; longer ones are never near anything.</param>
    /// <param name="places">At least 128 words, all zero; holds the places of each letter while the value is used.</param>
    internal TokenDistance(ReadOnlySpan<char> pattern, Span<ulong> places)
    {
        _pattern = pattern;
        _places = places;
        for (var i = 0; i < Math.Min(pattern.Length, LengthMax); i++)
            places[pattern[i] & 127] |= 1UL << i;
    }

    /// <summary>
    /// Letters to change, add, leave out or exchange with a neighbour (optimal string alignment), by the bit vectors of
    /// Hyyrö; more than the limit gives some number above it.
    /// </summary>
    internal readonly int To(ReadOnlySpan<byte> text, int limit)
    {
        var length = _pattern.Length;
        if (length is 0 or > LengthMax || Math.Abs(length - text.Length) > limit)
            return limit + 1;
        ulong plus = ~0UL, minus = 0, diagonal = 0, placesBefore = 0;
        var last = 1UL << (length - 1);
        var distance = length;
        foreach (var letter in text)
        {
            var places = _places[letter & 127];
            var transposed = unchecked(((~diagonal & places) << 1) & placesBefore);
            diagonal = unchecked((((places & plus) + plus) ^ plus) | places | minus | transposed);
            var horizontalPlus = minus | ~(diagonal | plus);
            var horizontalMinus = diagonal & plus;
            distance += (horizontalPlus & last) != 0 ? 1 : 0;
            distance -= (horizontalMinus & last) != 0 ? 1 : 0;
            horizontalPlus = (horizontalPlus << 1) | 1;
            horizontalMinus <<= 1;
            plus = horizontalMinus | ~(diagonal | horizontalPlus);
            minus = horizontalPlus & diagonal;
            placesBefore = places;
        }

        return distance;
    }

    /// <summary>Clears the places of the pattern's letters for the next one.</summary>
    internal readonly void Clear()
    {
        foreach (var letter in _pattern)
            _places[letter & 127] = 0;
    }
}
