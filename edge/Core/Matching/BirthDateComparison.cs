using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>Compares a traveller's date of birth with the dates a list gives.</summary>
public static class BirthDateComparison
{
    /// <summary>The best verdict over all listed dates.</summary>
    /// <param name="traveller">The document's date; parts may be unknown.</param>
    /// <param name="listed">The entry's dates; none means <see cref="BirthDateVerdict.Unknown"/>.</param>
    /// <param name="nearYears">Years by which an approximate date may differ.</param>
    public static BirthDateVerdict Compare(PartialDate traveller, ImmutableArray<ListedBirthDate> listed, int nearYears)
    {
        if (!traveller.HasYear || listed.IsDefaultOrEmpty || listed.All(static birth => !birth.From.HasYear))
            return BirthDateVerdict.Unknown;
        var best = BirthDateVerdict.Contradicted;
        foreach (var birth in listed)
        {
            if (!birth.From.HasYear)
                continue;
            var verdict = Compare(traveller, birth, nearYears);
            if (verdict < best)
                best = verdict;
        }

        return best;
    }

    private static BirthDateVerdict Compare(PartialDate traveller, ListedBirthDate birth, int nearYears)
    {
        var isSingle = birth.From == birth.To;
        if (isSingle && traveller.IsComplete && traveller == birth.From)
            return BirthDateVerdict.Exact;
        if (isSingle && IsSwapped(traveller, birth.From))
            return BirthDateVerdict.DayMonthSwapped;
        var to = birth.To.HasYear ? birth.To : birth.From;
        if (traveller.Latest() >= birth.From.Earliest() && traveller.Earliest() <= to.Latest())
            return BirthDateVerdict.Compatible;
        return birth.IsApproximate && traveller.Year >= birth.From.Year - nearYears && traveller.Year <= to.Year + nearYears
            ? BirthDateVerdict.Near
            : BirthDateVerdict.Contradicted;
    }

    private static bool IsSwapped(PartialDate left, PartialDate right) =>
        left.IsComplete && right.IsComplete && left.Year == right.Year && left.Month == right.Day && left.Day == right.Month;
}
