using System.Collections.Immutable;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Matching;

/// <summary>How like two people are by name, date of birth and country, without a list.</summary>
/// <param name="Score">0 to 1; the same person from <see cref="MatchThresholds.Pair"/>.</param>
/// <param name="Name">The name's part of it.</param>
/// <param name="BirthDate">Best grade over all dates of both sides.</param>
/// <param name="Left">The reading of the left name that fitted best; empty when nothing fits.</param>
/// <param name="Right">The same of the right name.</param>
public sealed record PairScore(
    double Score, double Name, BirthDateGrade BirthDate, ImmutableArray<NameToken> Left, ImmutableArray<NameToken> Right)
{
    private const double CountryAgrees = 0.02;
    private const double CountryDiffers = -0.05;
    private const int TokensMax = NamePreparation.TokensMax;

    /// <summary>Letters of a name that are compared on the stack.</summary>
    private const int LettersUsual = 128;

    /// <summary>Compares two people. Symmetric: neither side is the traveller.</summary>
    /// <param name="left">One of them.</param>
    /// <param name="right">The other.</param>
    /// <param name="isNameOnly">Leaves dates and countries out.</param>
    /// <param name="thresholds">The rules in force.</param>
    public static PairScore Of(ComparedPerson left, ComparedPerson right, bool isNameOnly, MatchThresholds thresholds)
    {
        var name = 0f;
        ImmutableArray<NameToken> bestLeft = [], bestRight = [];
        foreach (var leftName in left.Names)
        {
            foreach (var rightName in right.Names)
            {
                var score = NameScore(leftName.AsSpan(), rightName.AsSpan());
                if (score > name)
                    (name, bestLeft, bestRight) = (score, leftName, rightName);
            }
        }

        if (isNameOnly || name == 0)
            return new PairScore(name, name, BirthDateGrade.Unknown, bestLeft, bestRight);
        var birth = BirthDateGrading.Compare(left.BirthDates, right.BirthDates, thresholds.NearYears);
        var total = Math.Clamp(name + Contribution(birth) + Contribution(left.Countries, right.Countries), 0, 1);
        return new PairScore(total, name, birth, bestLeft, bestRight);
    }

    /// <summary>
    /// The alignment of the two readings; differences first. Its "document" is the left
    /// name, its "list" the right one.
    /// </summary>
    public NameExplanation Explain() => NameComparer.Explain(Left.AsSpan(), false, Right.AsSpan());

    /// <summary>
    /// What a date adds or takes. A full date agrees by chance once in some 25,000 pairs, so that with it one name of two is
    /// enough, misspelt even; a contradicted one outweighs the same name in the same country. In between the steps follow the
    /// precision of what agrees: a date that differs by one digit agrees by chance once in some 800 pairs, a year once in 70.
    /// </summary>
    internal static double Contribution(BirthDateGrade grade) => grade switch
    {
        BirthDateGrade.Exact => 0.40,
        BirthDateGrade.DayMonthSwapped => 0.28,
        BirthDateGrade.OneDigit => 0.22,
        BirthDateGrade.YearAndMonth => 0.10,
        BirthDateGrade.Year => 0.05,
        BirthDateGrade.FirstOfJanuary => 0.04,
        BirthDateGrade.SameYear => 0.10,
        BirthDateGrade.PartlyAgrees => 0.02,
        BirthDateGrade.Contradicted => -0.42,
        _ => 0,
    };

    private static double Contribution(ImmutableArray<string> left, ImmutableArray<string> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return 0;
        foreach (var country in left)
        {
            if (right.Contains(country, StringComparer.OrdinalIgnoreCase))
                return CountryAgrees;
        }

        return CountryDiffers;
    }

    /// <summary>
    /// Either side may be the one that leaves names out, so the better of the two directions holds.
    /// </summary>
    private static float NameScore(ReadOnlySpan<NameToken> left, ReadOnlySpan<NameToken> right)
    {
        var (leftCount, rightCount) = (ComparedName.LettersIn(left), ComparedName.LettersIn(right));
        Span<char> leftLetters = leftCount <= LettersUsual ? stackalloc char[LettersUsual] : new char[leftCount];
        Span<char> rightLetters = rightCount <= LettersUsual ? stackalloc char[LettersUsual] : new char[rightCount];
        var one = ComparedName.Of(left, stackalloc ComparedToken[TokensMax], leftLetters);
        var other = ComparedName.Of(right, stackalloc ComparedToken[TokensMax], rightLetters);
        Span<TokenMatch> matrix = stackalloc TokenMatch[TokensMax * TokensMax];
        return Math.Max(OneWay(one, other, matrix), OneWay(other, one, matrix));
    }

    private static float OneWay(ComparedName query, ComparedName listed, Span<TokenMatch> matrix)
    {
        Span<sbyte> partners = stackalloc sbyte[TokensMax];
        NameComparer.FillMatrix(query, false, listed, matrix);
        return NameComparer.Score(query, false, listed, matrix, partners).Score;
    }
}
