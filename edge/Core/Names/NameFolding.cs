using System.Collections.Frozen;
using System.Text;

namespace EdgeCheckpoint.Names;

/// <summary>
/// Folds a name to the letters A to Z, digits and single spaces, so that the two ends of a comparison write alike: the
/// MRZ already does, lists do not. Own tables (<see cref="FoldingTable"/>), never culture or Unicode normalisation, so
/// that an appliance under invariant globalization folds as central does.
/// </summary>
public static class NameFolding
{
    /// <summary>
    /// Version of tables and rules. A package says with which it was compiled, and a reader with another indexes it anew: names
    /// that are folded differently would miss each other in silence. Raise it with every change of folding.
    /// </summary>
    public const ushort Version = 3;

    private static readonly FrozenDictionary<char, string> Letters = FoldingTable.Build();

    /// <summary>Folds a whole name.</summary>
    /// <param name="name">Any text; hyphen, comma, period, filler and white space part tokens, an apostrophe joins them.</param>
    /// <returns>Tokens parted by one space; empty when the text has no letter that can be folded.</returns>
    public static string Fold(ReadOnlySpan<char> name)
    {
        var folded = new StringBuilder(name.Length + 8);
        foreach (var character in name)
            Append(folded, character);
        return folded.Length > 0 && folded[^1] == ' ' ? folded.ToString(0, folded.Length - 1) : folded.ToString();
    }

    private static void Append(StringBuilder folded, char character)
    {
        if (char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character))
            folded.Append(character);
        else if (char.IsAsciiLetterLower(character))
            folded.Append((char)(character - 32));
        else if (Letters.TryGetValue(character, out var replacement))
            folded.Append(replacement);
        else if (HangulRomanisation.IsHangul(character))
            folded.Append(HangulRomanisation.Apply(character.ToString(), isSouth: false));
        else if (IsJoiner(character))
            return;
        else if (folded.Length > 0 && folded[^1] != ' ')
            folded.Append(' ');
    }

    /// <summary>Apostrophes of all kinds, and combining marks: D'Artagnan is written DARTAGNAN (Doc 9303-3 §4.6).</summary>
    private static bool IsJoiner(char character) =>
        character is '\'' or '’' or '‘' or '`' or '´' or 'ʼ' or 'ʻ' or 'ʾ' or 'ʿ' or '"' or '“' or '”'
            or (>= '\u0300' and <= '\u036F') or (>= '\u0591' and <= '\u05C7') or (>= '\u064B' and <= '\u065F') or '\u0670';
}
