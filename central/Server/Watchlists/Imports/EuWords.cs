using System.Text.RegularExpressions;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Takes apart the cells of the regulations, where people have written several values into one.</summary>
internal static partial class EuWords
{
    private const int NumberLengthMax = 40;

    /// <summary>Values parted by semicolons; a value that has one of its own stands in quotes.</summary>
    public static IEnumerable<string> Split(string cell)
    {
        var start = 0;
        var isQuoted = false;
        for (var i = 0; i <= cell.Length; i++)
        {
            if (i < cell.Length && cell[i] == '"')
                isQuoted = !isQuoted;
            if (i < cell.Length && (cell[i] != ';' || isQuoted))
                continue;
            var value = cell[start..i].Trim().Trim('"').Trim(' ', ';');
            start = i + 1;
            if (value.Length > 0)
                yield return value;
        }
    }

    /// <summary>Values that are counted off in one text: (a) …, (b) ….</summary>
    public static IEnumerable<string> Marked(string text) =>
        Mark().Split(text).Select(static piece => piece.Trim(' ', ',', ';', '"')).Where(static piece => piece.Length > 0);

    /// <summary>
    /// The name without what stands in brackets; and the spelling in brackets in place of the word before it, where it is one word.
    /// Longer brackets hold offices and remarks as often as names, and are left out.
    /// </summary>
    public static IEnumerable<string> Names(string text)
    {
        yield return Bare(text);
        if (OneWordInBrackets().Match(text) is { Success: true } spelling)
            yield return Bare(OneWordInBrackets().Replace(text, "${word}", 1));
    }

    /// <summary>Dates of birth, one by one; a range stays whole.</summary>
    public static IEnumerable<string> Dates(string cell) =>
        Split(cell).SelectMany(Marked)
            .Select(static piece => PlaceOfBirth().Replace(piece, ""))
            .SelectMany(static piece => Or().Split(piece))
            .Select(static piece => RemarkInBrackets().Replace(piece, "").Trim(' ', ',', '.', ')'))
            .Where(static piece => piece.Length > 0);

    /// <summary>States of a cell; one that has "and" in its own name stays whole.</summary>
    public static IEnumerable<string> States(string cell) =>
        Split(cell).SelectMany(Marked).SelectMany(static piece =>
            CountryCodes.Find(State(piece)) is not null ? [piece] : And().Split(piece));

    /// <summary>A state as the tables may have it: without brackets, and nothing where the list says that it does not know.</summary>
    public static string State(string text)
    {
        var state = Brackets().Replace(text, " ").Trim(' ', '.', '"');
        return state.Length > NumberLengthMax || state.Equals("UNKNOWN", StringComparison.OrdinalIgnoreCase) ? "" : state;
    }

    /// <summary>A number, with the state where the brackets behind it name one.</summary>
    public static bool TryDocument(string text, string type, out ListedDocument document)
    {
        var state = StateInBrackets().Match(text) is { Success: true } named
            ? CountryCodes.Find(named.Groups["state"].Value) ?? ""
            : "";
        var number = Brackets().Replace(text, " ").Split(',')[0];
        number = NumberWords().Replace(number, "").Trim(' ', '.', ':', '(', ')');
        document = new ListedDocument(type, number, state);
        return number.Length <= NumberLengthMax && number.Any(char.IsAsciiDigit) && NumberForm().IsMatch(number)
            && !DocumentNumber.Parse(number).IsEmpty;
    }

    private static string Bare(string text) =>
        string.Join(' ', Brackets().Replace(text, " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Trim(' ', ',', '"', ')', '(');

    [GeneratedRegex(@"(?:^|(?<=[\s,;""]))\(?(?:[a-z]|[ivx]{1,4})\)\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\([^()]*(?:\([^()]*\)[^()]*)*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\S+ \((?<word>\p{L}{2,})\)", RegexOptions.CultureInvariant)]
    private static partial Regex OneWordInBrackets();

    [GeneratedRegex(@"\s*\b(?:POB|Place of birth|Nationality|Gender)\b.*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PlaceOfBirth();

    [GeneratedRegex(@"\s+or\s+|\(or\s+|,\s*(?=\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Or();

    /// <summary>Brackets that are not the word of approximation itself.</summary>
    [GeneratedRegex(@"\((?!\s*(?:approximately|circa|probably)\s*\))[^()]*\)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RemarkInBrackets();

    [GeneratedRegex(@"\s+and\s+|\s*[,/]\s*", RegexOptions.CultureInvariant)]
    private static partial Regex And();

    [GeneratedRegex(@"\(\s*(?:issued (?:by|in) (?:the )?)?(?<state>[A-Z][\p{L}. ]*?)(?:\s+(?:passport|national|identi|number)[^)]*)?\s*\)", RegexOptions.CultureInvariant)]
    private static partial Regex StateInBrackets();

    [GeneratedRegex(@"^.*?\b(?:number|no|nr|passport|card)\b[.:]?\s*(?=\S*\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberWords();

    [GeneratedRegex(@"^\p{L}{0,8}[\p{L}\p{Nd} /.‐–-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberForm();
}
