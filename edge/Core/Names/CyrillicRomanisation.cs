using System.Buffers;
using System.Text;

namespace EdgeCheckpoint.Names;

/// <summary>
/// The common romanisation of Cyrillic, beside the one of the machine readable zone: YA and not IA, YEVGENY and not EVGENII,
/// and H for the letter that Ukrainians and Belarusians speak so.
/// </summary>
internal static class CyrillicRomanisation
{
    private static readonly SearchValues<char> Ukrainian = SearchValues.Create("іїєґІЇЄҐ");
    private static readonly SearchValues<char> Belarusian = SearchValues.Create("ўЎ");

    internal static string Apply(string text)
    {
        // Belarusian has the first of these letters too; its own one decides.
        var isBelarusian = text.AsSpan().ContainsAny(Belarusian);
        var isUkrainian = text.AsSpan().ContainsAny(Ukrainian);
        var latin = new StringBuilder(text.Length * 2);
        for (var i = 0; i < text.Length; i++)
        {
            var isFirst = i == 0 || !char.IsLetter(text[i - 1]);
            var isLast = i + 1 == text.Length || !char.IsLetter(text[i + 1]);
            var letters = char.ToLowerInvariant(text[i]) switch
            {
                'я' => "ya",
                'ю' => "yu",
                'ё' => "yo",
                'є' => "ye",
                'ї' => "yi",
                'е' when isFirst && !isUkrainian => "ye",
                'и' when isUkrainian && !isBelarusian => "y",
                'и' or 'ы' when !isLast && char.ToLowerInvariant(text[i + 1]) == 'й' => "",
                'й' => "y",
                'г' when isUkrainian || isBelarusian => "h",
                'ў' => "u",
                'ъ' or 'ь' or '\'' => "",
                _ => null,
            };
            if (letters is null)
            {
                latin.Append(text[i]);
            }
            else if (char.IsUpper(text[i]))
            {
                // Case is kept: words in capitals are the surname.
                var isWordOfCapitals = isLast || char.IsUpper(text[i + 1]);
                latin.Append(isWordOfCapitals || letters.Length == 0
                    ? letters.ToUpperInvariant() : char.ToUpperInvariant(letters[0]) + letters[1..]);
            }
            else
            {
                latin.Append(letters);
            }
        }

        return latin.ToString();
    }
}
