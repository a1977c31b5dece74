using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The tokens of names, sixteen bytes a name, so that looking at one touches one cache line. A slot is four words: a token
/// each (ordinal, field, traits), <see cref="None"/> where the name has no more; the upper bits of the first two are the
/// quality of the name. Of a name with more than four tokens the last word has its upper bit set and is the position in
/// <see cref="SectionNumber.LongNames"/> of their number and the tokens; its other words are <see cref="None"/>.
/// </summary>
internal static class NameSlots
{
    internal const int WordsPerName = 4;

    /// <summary>No token; its ordinal is above that of any.</summary>
    internal const uint None = ~UpperBit;

    private const uint UpperBit = 1u << 31;
    private const int TraitsShift = 24;
    private const uint TraitsMask = 0x7F;
    private const uint OrdinalMask = (1u << PackageFormat.TokenOrdinalBits) - 1;

    internal static int Ordinal(uint token) => (int)(token & OrdinalMask);

    internal static NameField Field(uint token) => (NameField)((token >> PackageFormat.TokenOrdinalBits) & 3);

    internal static TokenTraits Traits(uint token) => (TokenTraits)((token >> TraitsShift) & TraitsMask);

    internal static bool IsNone(uint word) => (word & OrdinalMask) == OrdinalMask;

    internal static uint Pack(int ordinal, NameField field, TokenTraits traits) =>
        (uint)ordinal | ((uint)field << PackageFormat.TokenOrdinalBits) | ((uint)traits << TraitsShift);

    /// <summary>The token with another ordinal.</summary>
    internal static uint WithOrdinal(uint token, uint ordinal) => (token & ~OrdinalMask) | ordinal;

    /// <summary>Quality of the name in a slot.</summary>
    internal static NameQuality Quality(ReadOnlySpan<uint> slot) => (NameQuality)(((slot[0] & UpperBit) >> 31) | ((slot[1] & UpperBit) >> 30));

    /// <summary>Where the tokens of a slot's name stand in the long names, or -1 when they stand in the slot.</summary>
    internal static int LongAt(ReadOnlySpan<uint> slot) => (slot[3] & UpperBit) == 0 ? -1 : (int)(slot[3] & ~UpperBit);

    /// <summary>Tokens in a slot that holds all of its name.</summary>
    internal static int Count(ReadOnlySpan<uint> slot)
    {
        var count = WordsPerName;
        while (count > 0 && IsNone(slot[count - 1]))
            count--;
        return count;
    }

    /// <summary>Writes the slot of a name, and its tokens to the long names when they do not fit.</summary>
    internal static void Write(ReadOnlySpan<uint> tokens, NameQuality quality, List<uint> slots, List<uint> longNames)
    {
        var isLong = tokens.Length > WordsPerName;
        for (var i = 0; i < WordsPerName; i++)
            slots.Add(isLong || i >= tokens.Length ? None : tokens[i]);
        slots[^4] |= (uint)quality << 31;
        slots[^3] |= (uint)quality >> 1 << 31;
        if (!isLong)
            return;
        slots[^1] = UpperBit | (uint)longNames.Count;
        longNames.Add((uint)tokens.Length);
        foreach (var token in tokens)
            longNames.Add(token);
    }
}
