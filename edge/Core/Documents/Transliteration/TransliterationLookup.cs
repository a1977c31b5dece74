using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace EdgeCheckpoint.Documents.Transliteration;

/// <summary>
/// Finds rows of <see cref="TransliterationTable"/>, and the classes of characters that are no letters.
/// </summary>
internal static class TransliterationLookup
{
    /// <summary>
    /// Punctuation to Unicode, but a slip of the hand or a reader's mark for what it could not read in a name.
    /// </summary>
    private const string NeverInNames = "?*#@%&\\";

    private static readonly FrozenDictionary<char, TransliterationRow> ByCharacter =
        TransliterationTable.Rows
            .SelectMany(static row => row.Characters, static (row, character) => KeyValuePair.Create(character, row))
            .ToFrozenDictionary();

    private static readonly FrozenDictionary<(char, char), TransliterationRow> ByParts =
        TransliterationTable.Rows
            .Where(static row => row.Parts.Length != 0)
            .ToFrozenDictionary(static row => (row.Parts[0], row.Parts[1]));

    public static bool TryFind(char character, [NotNullWhen(true)] out TransliterationRow? row) =>
        ByCharacter.TryGetValue(character, out row);

    /// <summary>Finds the letter that a letter and a combining mark make together.</summary>
    public static bool TryCompose(char letter, char mark, [NotNullWhen(true)] out TransliterationRow? row) =>
        ByParts.TryGetValue((UpperCase(letter), mark), out row);

    /// <summary>Upper case by our own rows, so that no culture has a say.</summary>
    public static char UpperCase(char letter) =>
        char.IsAsciiLetter(letter) ? char.ToUpperInvariant(letter)
        : TryFind(letter, out var row) ? row.Head
        : letter;

    /// <summary>Marks of Latin, Greek and Cyrillic letters (Unicode block Combining Diacritical Marks).</summary>
    public static bool IsDiacritic(char character) => character is >= '\u0300' and <= '\u036F';

    /// <summary>
    /// Hyphens, commas and spaces of any kind, which part components (Doc 9303-3 §4.6), and the filler itself.
    /// </summary>
    public static bool IsSeparator(char character) =>
        character is '<' or '-' or ',' or '\u060C' or (>= '\u2010' and <= '\u2015') || char.IsWhiteSpace(character);

    /// <summary>
    /// Apostrophes and all other punctuation (Doc 9303-3 §4.6), and characters without a shape such as the joiners of
    /// Arabic script. Grave and acute accents and modifier letters are typed for apostrophes.
    /// </summary>
    public static bool IsOmitted(char character) =>
        character is '`' or '\u00B4' or (>= '\u02B9' and <= '\u02BF')
        || (char.IsPunctuation(character) && !NeverInNames.Contains(character))
        || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format;
}
