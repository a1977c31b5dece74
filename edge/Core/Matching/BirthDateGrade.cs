using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>How near two dates of birth are, from the same to impossible; the lower the better.</summary>
public enum BirthDateGrade
{
    /// <summary>Day, month and year agree.</summary>
    Exact,

    /// <summary>Day and month are exchanged.</summary>
    DayMonthSwapped,

    /// <summary>Two complete dates differ in one digit: a slip of the hand.</summary>
    OneDigit,

    /// <summary>Year and month agree, the day is unknown on one side.</summary>
    YearAndMonth,

    /// <summary>The year agrees, or lies in the range, and nothing else is known of one side.</summary>
    Year,

    /// <summary>The year agrees and one side says 1 January, which many registers write for "not known".</summary>
    FirstOfJanuary,

    /// <summary>One side is only a year, or approximate, and the other is within the tolerance.</summary>
    Near,

    /// <summary>One side gives no date.</summary>
    Unknown,

    /// <summary>Two complete dates of one year.</summary>
    SameYear,

    /// <summary>Two complete dates whose years are neighbours, or whose day and month agree in another year.</summary>
    PartlyAgrees,

    /// <summary>They cannot be the same date.</summary>
    Contradicted,
}

/// <summary>Grades dates of birth; what a grade is worth, its readers decide.</summary>
public static class BirthDateGrading
{
    /// <summary>The best grade over all pairs of dates.</summary>
    /// <param name="left">Dates of one side; none gives <see cref="BirthDateGrade.Unknown"/>.</param>
    /// <param name="right">Dates of the other.</param>
    /// <param name="nearYears">Years by which an approximate date may differ.</param>
    public static BirthDateGrade Compare(
        ImmutableArray<ListedBirthDate> left, ImmutableArray<ListedBirthDate> right, int nearYears)
    {
        BirthDateGrade? best = null;
        foreach (var one in left)
        {
            foreach (var other in right)
                best = Better(best, one, other, nearYears);
        }

        return best ?? BirthDateGrade.Unknown;
    }

    /// <summary>The better of a grade and that of two more dates; null while no two dates could be compared.</summary>
    internal static BirthDateGrade? Better(BirthDateGrade? best, in ListedBirthDate one, in ListedBirthDate other, int nearYears)
    {
        if (!one.From.HasYear || !other.From.HasYear)
            return best;
        var grade = Compare(one, other, nearYears);
        return best is null || grade < best ? grade : best;
    }

    private static BirthDateGrade Compare(in ListedBirthDate left, in ListedBirthDate right, int nearYears)
    {
        if (left.From == left.To && right.From == right.To)
        {
            var grade = Compare(left.From, right.From);
            if (grade != BirthDateGrade.Contradicted)
                return grade;
        }

        var (leftTo, rightTo) = (left.To.HasYear ? left.To : left.From, right.To.HasYear ? right.To : right.From);
        if (leftTo.Latest() >= right.From.Earliest() && left.From.Earliest() <= rightTo.Latest())
            return BirthDateGrade.Year;
        var isLoose = left.IsApproximate || right.IsApproximate;
        var tolerance = isLoose ? nearYears : left.From.Month == 0 || right.From.Month == 0 ? 1 : 0;
        var isNear = tolerance > 0 && left.From.Year <= rightTo.Year + tolerance && leftTo.Year >= right.From.Year - tolerance;
        return isNear ? BirthDateGrade.Near : BirthDateGrade.Contradicted;
    }

    private static BirthDateGrade Compare(PartialDate left, PartialDate right)
    {
        if (!left.IsComplete || !right.IsComplete)
        {
            if (left.Year != right.Year)
                return BirthDateGrade.Contradicted;
            if (left.Month == 0 || right.Month == 0)
                return BirthDateGrade.Year;
            return left.Month == right.Month ? BirthDateGrade.YearAndMonth : BirthDateGrade.SameYear;
        }

        if (left == right)
            return BirthDateGrade.Exact;
        if (left.Year == right.Year && left.Month == right.Day && left.Day == right.Month)
            return BirthDateGrade.DayMonthSwapped;
        if (left.Year == right.Year && (IsFirstOfJanuary(left) || IsFirstOfJanuary(right)))
            return BirthDateGrade.FirstOfJanuary;
        if (DifferentDigits(left, right) == 1)
            return BirthDateGrade.OneDigit;
        if (left.Year == right.Year)
            return BirthDateGrade.SameYear;
        var isSameDay = left.Month == right.Month && left.Day == right.Day;
        return isSameDay || Math.Abs(left.Year - right.Year) == 1 || DifferentDigits(left, right) == 2
            ? BirthDateGrade.PartlyAgrees : BirthDateGrade.Contradicted;
    }

    private static bool IsFirstOfJanuary(PartialDate date) => date is { Month: 1, Day: 1 };

    private static int DifferentDigits(PartialDate left, PartialDate right)
    {
        var (one, other, count) = (Number(left), Number(right), 0);
        for (; one != 0 || other != 0; one /= 10, other /= 10)
            count += one % 10 == other % 10 ? 0 : 1;
        return count;
    }

    private static int Number(PartialDate date) => (date.Year * 10_000) + (date.Month * 100) + date.Day;

    /// <summary>Words for officers.</summary>
    public static string Words(this BirthDateGrade grade) => grade switch
    {
        BirthDateGrade.Exact => "the same",
        BirthDateGrade.DayMonthSwapped => "day and month exchanged",
        BirthDateGrade.OneDigit => "one digit differs",
        BirthDateGrade.YearAndMonth => "year and month agree",
        BirthDateGrade.Year => "the year agrees",
        BirthDateGrade.FirstOfJanuary => "the year agrees, one says 1 January",
        BirthDateGrade.Near => "near an approximate one",
        BirthDateGrade.SameYear => "another day of the same year",
        BirthDateGrade.PartlyAgrees => "partly agrees",
        BirthDateGrade.Contradicted => "not the same",
        _ => "not known",
    };
}
