using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Reads dates of birth as sanctions lists write them in words: <c>14 Oct 1961</c>, <c>Oct 1961</c>, <c>1961</c>, <c>14.10.1961</c>,
/// <c>circa 1960</c>, <c>1960 to 1962</c>, <c>Between 1960 and 1962 (Approximately)</c>.
/// </summary>
internal static partial class WrittenDates
{
    private const string Date = @"(?:(?:(?<day>\d{1,2})(?:st|nd|rd|th)?\s+)?(?<month>[A-Za-z]{3,9})\.?\s*,?\s*(?<year>\d{4})|(?<d>\d{1,2})\s?[./]\s?(?<m>\d{1,2})\s?[./]\s?(?<y>\d{4})|(?<iso>\d{4}-\d{2}(?:-\d{2})?)|(?<only>\d{4}))";

    /// <summary>Longest text that can be a date or a range, in characters.</summary>
    private const int LengthMax = 128;

    private static readonly ImmutableArray<string> Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Reads one date or range.</summary>
    /// <returns>False when the words are not understood, or are no date.</returns>
    public static bool TryParse(string text, out ListedBirthDate date)
    {
        date = default;
        if (text.Length > LengthMax)
            return false;
        var words = text.Trim().TrimEnd('.', ',', ';').Trim();
        var bare = Approximately().Replace(words, " ").Trim();
        var isApproximate = bare != words;
        var match = Whole().Match(bare);
        if (!match.Success || !TryDate(match, out var from))
            return false;
        var to = from;
        if (match.Groups["second"].Success && !TryDate(Single().Match(match.Groups["second"].Value), out to))
            return false;
        if (from > to)
            return false;
        date = new ListedBirthDate(from, to, isApproximate);
        return true;
    }

    private static bool TryDate(Match match, out PartialDate date)
    {
        date = default;
        if (!match.Success)
            return false;
        string At(string name) => match.Groups[name].Value;
        if (At("iso") is { Length: > 0 } iso)
            return PartialDate.TryParse(iso, out date) && date.HasYear;
        if (At("only") is { Length: > 0 } only)
            return Create(only, 0, "", out date);
        if (At("y") is { Length: > 0 } year)
            return Create(year, Number(At("m")), At("d"), out date);
        var month = Months.IndexOf(At("month")[..3].ToLowerInvariant()) + 1;
        return month > 0 && Create(At("year"), month, At("day"), out date);
    }

    private static bool Create(string year, int month, string day, out PartialDate date) =>
        PartialDate.TryCreate(Number(year), month, day.Length > 0 ? Number(day) : 0, out date) && date.HasYear;

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(?\b(?:circa|ca\.?|c\.|approximately|approx\.?|about|probably)\b\)?\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Approximately();

    [GeneratedRegex(@"^(?:between\s+)?(?<first>" + Date + @")(?:\s*(?:to|and|-|–|/)\s*(?<second>[^()]+?))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex("^" + Date + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Single();
}
