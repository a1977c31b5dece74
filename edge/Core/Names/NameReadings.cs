using System.Text;
using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Names;

/// <summary>Steps 1 to 3 of preparation: which texts a written name may stand for, with their fields.</summary>
internal static class NameReadings
{
    /// <summary>Most texts taken from one cell; lists join two or three, a longer row of them is no name.</summary>
    private const int TextsMax = 4;

    private static readonly string[] Separators = [" / ", ";", " a.k.a. ", " A.K.A. ", " aka ", " alias ", " f.k.a. ", " o "];

    /// <summary>Folded parts of every reading, the one a machine readable zone most likely has first.</summary>
    internal static IEnumerable<(string Folded, NameField Field)[]> Of(string name)
    {
        foreach (var text in Texts(name).SelectMany(ByScript))
        {
            foreach (var latin in Romanised(text))
                yield return Array.ConvertAll(Fields(latin), static part => (NameFolding.Fold(part.Text), part.Field));
        }
    }

    /// <summary>
    /// The names in a cell: what stands in parentheses is a remark or another family name, so it is read without and with it;
    /// a slash or "alias" parts whole names.
    /// </summary>
    private static IEnumerable<string> Texts(string name)
    {
        var open = name.IndexOf('(');
        if (open >= 0)
        {
            var close = name.IndexOf(')', open);
            var without = close > open ? $"{name[..open]} {name[(close + 1)..]}" : name[..open];
            if (without.AsSpan().Trim().Length > 0)
                yield return without;
            // Other spellings of the word before it add nothing that comparison does not know.
            if (!name.Contains("k.a", StringComparison.OrdinalIgnoreCase) && name.IndexOf(',', open) < 0)
                yield return name.Replace('(', ' ').Replace(')', ' ');
            yield break;
        }

        foreach (var part in name.Split(Separators, TextsMax, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            yield return part;
    }

    /// <summary>A name written twice, in Latin letters and in its own, is two texts; a lone Latin word among others is none.</summary>
    private static IEnumerable<string> ByScript(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var latin = words.Where(static word => !IsForeign(word)).ToList();
        return latin.Count == words.Length || latin.Count(static word => HasLetter(word)) < 2
            ? [text]
            : [string.Join(' ', latin), string.Join(' ', words.Where(IsForeign))];
    }

    /// <summary>True when a letter is of another script; those of Latin end before U+0370, but for Vietnamese and a few more.</summary>
    private static bool IsForeign(string word) =>
        word.Any(static letter => letter is >= '\u0370' and (< '\u1E00' or > '\u1EFF') && char.IsLetter(letter));

    private static IEnumerable<string> Romanised(string text)
    {
        if (Any(text, ArabicRomanisation.IsArabic))
        {
            yield return ArabicRomanisation.Apply(text);
            if (MrzTransliteration.Standard.Apply(text).TryGet(out var icao, out _))
                yield return icao.Replace('<', ' ');
        }
        else if (Any(text, HangulRomanisation.IsHangul))
        {
            yield return HangulRomanisation.Apply(text, isSouth: false);
            yield return HangulRomanisation.Apply(text, isSouth: true);
        }
        else if (Any(text, HanRomanisation.IsHan))
        {
            yield return HanRomanisation.Apply(text) ?? text;
        }
        else if (Any(text, static character => character is >= '\u0400' and <= '\u04FF'))
        {
            yield return text;
            yield return CyrillicRomanisation.Apply(text);
        }
        else
        {
            yield return text;
            if (Plain(text) is { } plain)
                yield return plain;
        }
    }

    /// <summary>The other reading of letters that some write as two and others without the mark; null when there is none.</summary>
    private static string? Plain(string text)
    {
        StringBuilder? plain = null;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i] switch
            {
                'Ä' or 'ä' or 'Å' or 'å' => 'A',
                'Ö' or 'ö' or 'Ø' or 'ø' => 'O',
                'Ü' or 'ü' => 'U',
                _ => '\0',
            };
            if (letter != '\0')
                (plain ??= new StringBuilder(text))[i] = letter;
        }

        return plain?.ToString();
    }

    /// <summary>
    /// A comma parts surname from given names. Without one, words in capitals among others are the surname: Ana Maria LOPEZ.
    /// </summary>
    private static (string Text, NameField Field)[] Fields(string name)
    {
        var comma = name.IndexOf(',');
        if (comma > 0 && HasLetter(name.AsSpan(comma + 1)))
            return [(name[..comma], NameField.Surname), (name[(comma + 1)..], NameField.Given)];
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var capitals = words.Count(IsCapitals);
        // A single capital letter is an initial, and a name all in capitals says nothing.
        if (capitals == 0 || !words.Any(static word => word.Any(char.IsAsciiLetterLower)))
            return [(name, NameField.Unknown)];
        return
        [
            (string.Join(' ', words.Where(IsCapitals)), NameField.Surname),
            (string.Join(' ', words.Where(static word => !IsCapitals(word))), NameField.Given),
        ];
    }

    private static bool IsCapitals(string word)
    {
        var count = 0;
        foreach (var letter in word)
        {
            if (char.IsLower(letter))
                return false;
            if (char.IsUpper(letter))
                count++;
        }

        return count >= 2;
    }

    private static bool HasLetter(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (char.IsLetter(letter))
                return true;
        }

        return false;
    }

    private static bool Any(string text, Func<char, bool> test)
    {
        foreach (var character in text)
        {
            if (test(character))
                return true;
        }

        return false;
    }
}
