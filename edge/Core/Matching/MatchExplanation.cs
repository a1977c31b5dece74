using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>Puts a candidate into sentences an officer can check, differences first (guardrail 1).</summary>
internal static class MatchExplanation
{
    internal static ImmutableArray<string> Differences(
        MatchQuery query,
        WatchlistEntry entry,
        ImmutableArray<TokenPair> pairs,
        BirthDateGrade birth,
        DocumentAgreement document,
        bool isPastExpiry)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var pair in pairs)
        {
            if (pair.ListToken.Length == 0)
                lines.Add($"{pair.QueryToken}: only in the document, not on the list");
            else if (pair.QueryToken.Length == 0)
                lines.Add($"{pair.ListToken}: only on the list, not in the document");
            else if (pair.Similarity < 1)
                lines.Add($"{pair.QueryToken} in the document, {pair.ListToken} on the list ({pair.Rule})");
        }

        if (birth is not BirthDateGrade.Exact && query.BirthDate.HasYear && !entry.BirthDates.IsDefaultOrEmpty)
            lines.Add($"date of birth {query.BirthDate} in the document, {ListedDates(entry)} on the list ({birth.Words()})");
        else if (birth is BirthDateGrade.Unknown)
            lines.Add(entry.BirthDates.IsDefaultOrEmpty ? "the list gives no date of birth" : "the document gives no date of birth");
        if (query.Nationality.Length > 0 && !entry.Nationalities.IsDefaultOrEmpty && !entry.Nationalities.Contains(query.Nationality, StringComparer.OrdinalIgnoreCase))
            lines.Add($"nationality {query.Nationality} in the document, {string.Join(", ", entry.Nationalities)} on the list");
        if (document == DocumentAgreement.Variant)
            lines.Add("document number: one on the list differs by characters that are easily misread");
        else if (document == DocumentAgreement.None && !entry.Documents.IsDefaultOrEmpty)
            lines.Add("document number: none of those on the list");
        if (entry.Sex != '\0' && query.Sex is 'M' or 'F' or 'X' && entry.Sex != query.Sex)
            lines.Add($"sex {query.Sex} in the document, {entry.Sex} on the list");
        if (isPastExpiry)
            lines.Add($"the entry was to expire on {entry.LapsesOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}; the clock is doubtful");
        return lines.ToImmutable();
    }

    internal static ImmutableArray<string> Agreements(
        MatchQuery query,
        WatchlistEntry entry,
        ImmutableArray<TokenPair> pairs,
        BirthDateGrade birth,
        bool documentMatches)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (documentMatches)
            lines.Add("the document number is on the list");
        foreach (var pair in pairs)
        {
            if (pair.Similarity >= 1)
                lines.Add($"{pair.QueryToken}: the same on the list");
        }

        if (birth is BirthDateGrade.Exact)
            lines.Add($"date of birth {query.BirthDate}: the same on the list");
        if (query.Nationality.Length > 0 && entry.Nationalities.Contains(query.Nationality, StringComparer.OrdinalIgnoreCase))
            lines.Add($"nationality {query.Nationality}: the same on the list");
        if (query.Sex != '\0' && query.Sex == entry.Sex)
            lines.Add($"sex {query.Sex}: the same on the list");
        return lines.ToImmutable();
    }

    private static string ListedDates(WatchlistEntry entry) => string.Join(" or ", entry.BirthDates);
}
