using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>Invented people only. A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class PairScoreTests
{
    [Theory]
    [InlineData("Li Wu", "Lu Wu")]
    [InlineData("Signe Tavik", "Obadiah Tavik")]
    [InlineData("Ivar Petrovich Tavik", "Ivar Pavlovich Tavik")]
    [InlineData("Ivar Vladimirovich Tavik", "Ivar Spiridonovich Tavik")]
    [InlineData("Signe A. Tavik", "Signe B. Tavik")]
    [InlineData("Signe Lene Tavik", "Signe Isaura Tavik")]
    [InlineData("Omar bin Tavik al-Okonji", "Saad bin Tavik al-Okonji")]
    [InlineData("Natalya Vladimirovna GUNAREVA", "Natalya Vladimirovna KOMALOVA")]
    [InlineData("Mark Tavik", "Mary Tavik")]
    [InlineData("Tavik", "Tavik Okonjo Quill")]
    [InlineData("KIM Chol Su", "KIM Su Chol")]
    [InlineData("王小明", "Wang Dalong")]
    [InlineData("KIM Sun", "KIM Ok Sun")]
    [InlineData("KIM Mun Ok", "KIM Min Ok")]
    [InlineData("Wang Tavik", "Weng Tavik")]
    [InlineData("Kim Ok Tavik", "Kin Ok Tavik")]
    [InlineData("Halima Tavik Okonjo Quill", "Signe Tavik Okonjo Quill")]
    [InlineData("Tavik Ali Muhammad Quill", "Ali Muhammad")]
    [InlineData("Abdul Tavik Okonjo", "Abdul Quill Okonjo")]
    public void Of_DifferentPeople_IsBelowTheThreshold(string left, string right) => Assert.False(IsSame(left, right));

    [Theory]
    [InlineData("Jon Tavik", "John Tavik")]
    [InlineData("Tavik, Signe", "Signe Tavik")]
    [InlineData("Signe Lene Tavik", "Signe Tavik")]
    [InlineData("Ivar Petrovich Tavik", "Ivar Tavik")]
    [InlineData("S. Tavik", "Signe Tavik")]
    [InlineData("Bill Tavik", "William Tavik")]
    [InlineData("Abdul Rahman Tavik", "Abdurrahman Tavik")]
    [InlineData("HAQ, Abdul", "Abdul Haq")]
    [InlineData("Maria Isaura de la Quilla", "Mariaisaura Delaquilla")]
    [InlineData("TAVIK ZADEH, Signe", "Signe Tavikzadeh")]
    [InlineData("Юрий Щукин", "Yuri Shchukin")]
    [InlineData("عبد الرحمن تاويك", "Abdurrahman Tawik")]
    [InlineData("Jörg Tavik", "Jorg Tavik")]
    [InlineData("Haji Tarik Okonjo", "Tarek Okonjo")]
    [InlineData("Altavik, Signe", "Signe al-Tavek")]
    [InlineData("Samad Tavik", "Abdul Samad Tavik")]
    [InlineData("Nasir Tavik", "Nasiruddin Tavik")]
    [InlineData("Igor Zemtavov", "Ihar Ziamtavau")]
    [InlineData("Wladimir Tavikowitsch Gontschar", "Vladimir Tavikovich Gonchar")]
    [InlineData("Tagila Quill", "Taqilah Quill")]
    [InlineData("GU, Ja Sun", "KU, Cha-sun")]
    [InlineData("XUE Tavik", "HSUEH Tavik")]
    [InlineData("王小明", "Wang Xiaoming")]
    [InlineData("王小明 Wang Xiaoming", "WANG, Xiaoming")]
    [InlineData("مرتضی تاویکی", "Morteza Taviki")]
    public void Of_SamePerson_ReachesTheThreshold(string left, string right) => Assert.True(IsSame(left, right));

    [Fact]
    public void Of_ContradictedFather_IsFarWorseThanOmittedOne()
    {
        var omitted = Score("Ivar Petrovich Tavik", "Ivar Tavik");
        var contradicted = Score("Ivar Petrovich Tavik", "Ivar Pavlovich Tavik");

        Assert.True(omitted - contradicted > 0.2);
    }

    [Theory]
    [InlineData("1991-03-07", "1991-03-07", BirthDateGrade.Exact)]
    [InlineData("1991-03-07", "1991-07-03", BirthDateGrade.DayMonthSwapped)]
    [InlineData("1991-03-07", "1991-03-17", BirthDateGrade.OneDigit)]
    [InlineData("1991-03-07", "1991-03", BirthDateGrade.YearAndMonth)]
    [InlineData("1991-03-07", "1991", BirthDateGrade.Year)]
    [InlineData("1991-01-01", "1991-07-13", BirthDateGrade.FirstOfJanuary)]
    [InlineData("1991-03-07", "1990", BirthDateGrade.Near)]
    [InlineData("1991-03-07", "1991-11-23", BirthDateGrade.SameYear)]
    [InlineData("1991-03-07", "1992-11-23", BirthDateGrade.PartlyAgrees)]
    [InlineData("1991-03-07", "1962-11-23", BirthDateGrade.Contradicted)]
    [InlineData("1991-03-07", "1988", BirthDateGrade.Contradicted)]
    [InlineData("1991-03-07", "", BirthDateGrade.Unknown)]
    [InlineData("1991-03-07", "1950|1991-03-07", BirthDateGrade.Exact)]
    public void Of_BirthDates_AreGraded(string left, string right, BirthDateGrade grade)
    {
        Assert.Equal(grade, Of(Person("Signe Tavik", left), Person("Signe Tavik", right)).BirthDate);
        Assert.Equal(grade, Of(Person("Signe Tavik", right), Person("Signe Tavik", left)).BirthDate);
    }

    [Fact]
    public void Of_ContradictedBirthDate_OutweighsTheSameName()
    {
        Assert.True(Of(Person("Signe Tavik", "1962-11-23"), Person("Signe Tavik", "1991-03-07")).Score < MatchThresholds.Current.Pair);
        Assert.True(Of(Person("Signe Tavik", ""), Person("Signe Tavik", "1991-03-07")).Score >= MatchThresholds.Current.Pair);
        Assert.Equal(0, Of(Person("Signe Tavik", "1991-03-07"), Person("Obadiah Quill", "1991-03-07")).Score);
    }

    [Fact]
    public void Of_Country_MovesLittle()
    {
        var same = Of(Person("Signe Tavick", "", "UTO"), Person("Signe Tavik", "", "uto")).Score;
        var other = Of(Person("Signe Tavick", "", "UTO"), Person("Signe Tavik", "", "XXX")).Score;

        Assert.Equal(0.07, same - other, 0.001);
    }

    [Fact]
    public void Of_AnyNames_IsSymmetricBetweenZeroAndOneAndOneForItself() => Gen.Select(Gen.String, Gen.String).Sample(static (left, right) =>
    {
        var score = Score(left, right);

        Assert.InRange(score, 0, 1);
        Assert.Equal(score, Score(right, left), 0.0001);
        if (!NamePreparation.Listed(left).IsEmpty)
            Assert.Equal(1, Score(left, left), 0.0001);
    }, iter: 5_000);

    [Fact]
    public void Explain_Pairs_ComeDifferencesFirst()
    {
        var pairs = Of(Person("Signe Lene Tavik", ""), Person("Tavik, Sigrid", "")).Explain().Pairs;

        Assert.Equal("TAVIK", pairs[^1].QueryToken);
        Assert.Equal(0, pairs[0].Similarity);
    }

    private static bool IsSame(string left, string right) => Score(left, right) >= MatchThresholds.Current.Pair;

    private static double Score(string left, string right) =>
        PairScore.Of(Person(left, ""), Person(right, ""), true, MatchThresholds.Current).Score;

    private static PairScore Of(ComparedPerson left, ComparedPerson right) => PairScore.Of(left, right, false, MatchThresholds.Current);

    private static ComparedPerson Person(string name, string births, string country = "") => new(
        NamePreparation.Listed(name),
        [.. births.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(Birth)],
        country.Length == 0 ? [] : ImmutableArray.Create(country));

    private static ListedBirthDate Birth(string text) =>
        PartialDate.TryParse(text, out var date) ? new ListedBirthDate(date, date, false) : throw new ArgumentException(text);
}
