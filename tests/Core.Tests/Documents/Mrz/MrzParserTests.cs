using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

public sealed class MrzParserTests
{
    [Fact]
    public void Parse_Td3Specimen_ReadsEveryField()
    {
        var reading = Parse(Specimens.Td3);

        Assert.Equal(MrzFormat.Td3, reading.Format);
        Assert.True(reading.StrictValid);
        Assert.True(reading.PracticeValid);
        Assert.Empty(reading.Problems);
        Assert.Equal("P", reading.DocumentCode);
        Assert.Equal("UTO", reading.IssuingState);
        Assert.Equal("L898902C3", reading.DocumentNumber);
        Assert.Equal("UTO", reading.Nationality);
        Assert.Equal("1974-08-12", reading.BirthDate.ToString());
        Assert.Equal("2012-04-15", reading.ExpiryDate.ToString());
        Assert.Equal('F', reading.Sex);
        Assert.Equal("ERIKSSON", reading.Surname);
        Assert.Equal("ANNA MARIA", reading.GivenNames);
        Assert.Equal("ZE184226B", reading.OptionalData);
        Assert.False(reading.NamesTruncated);
        Assert.True(reading.IsExpired);
        Assert.False(reading.ExpiryBeforeBirth);
        Assert.False(reading.BirthInFuture);
        Assert.Equal(Specimens.Td3, reading.Lines);
    }

    [Fact]
    public void Parse_Td1AndTd2Specimens_AreStrictlyValid()
    {
        var card = Parse(Specimens.Td1);
        var large = Parse(Specimens.Td2);

        Assert.Equal((MrzFormat.Td1, true, "D23145890"), (card.Format, card.StrictValid, card.DocumentNumber));
        Assert.Equal((MrzFormat.Td2, true, "D23145890"), (large.Format, large.StrictValid, large.DocumentNumber));
        Assert.Equal(FieldVerdict.Absent, card.Verdicts[MrzField.OptionalData]);
    }

    [Theory]
    [InlineData("V<UTOVAANDRAG<<EEMIL<<<<<<<<<<<<<<<<<<<<<<<<", 44, MrzFormat.MrvA)]
    [InlineData("V<UTOVAANDRAG<<EEMIL<<<<<<<<<<<<<<<<", 36, MrzFormat.MrvB)]
    public void Parse_Visa_HasNoCompositeDigit(string first, int length, MrzFormat format)
    {
        var reading = Parse(first, "520727<<<3UTO5207273M3106303".PadRight(length, '<'));

        Assert.Equal(format, reading.Format);
        // 310630 has another digit than 3: only the expiry date is wrong.
        Assert.Equal([MrzField.ExpiryDate], reading.Problems.Select(problem => problem.Field));
        Assert.Equal(FieldVerdict.Absent, reading.Verdicts[MrzField.CompositeCheckDigit]);
        Assert.Equal("520727", reading.DocumentNumber);
    }

    [Fact]
    public void Parse_Td3WithBadCompositeDigit_ReportsPosition()
    {
        var reading = Parse(Specimens.Td3[0], Specimens.Td3[1][..^1] + "1");

        Assert.False(reading.PracticeValid);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal((MrzProblemCode.CheckDigitWrong, MrzField.CompositeCheckDigit, 2, 44),
            (problem.Code, problem.Field, problem.Line, problem.Column));
        Assert.Equal(FieldVerdict.Wrong, reading.Verdicts[MrzField.CompositeCheckDigit]);
        Assert.Equal(FieldVerdict.Ok, reading.Verdicts[MrzField.DocumentNumber]);
    }

    [Fact]
    public void Parse_Td3EmptyOptionalData_AcceptsZeroAndFillerDigit()
    {
        var lines = MrzWriter.Write(MrzFormat.Td3, Specimens.Utopian());
        var withFiller = lines[1][..42] + "<" + lines[1][43];

        Assert.Equal('0', lines[1][42]);
        Assert.True(Parse([.. lines]).StrictValid);
        Assert.True(Parse(lines[0], withFiller).StrictValid);
    }

    [Theory]
    [InlineData("ZAHRANI<<<<<<<<<<", "ZAHRANI", "")]
    [InlineData("<<AHMADINA<<<<<<<", "", "AHMADINA")]
    [InlineData("VAN<DER<BERG<<ISA", "VAN DER BERG", "ISA")]
    [InlineData("OYELARAN<<ADA<<BO", "OYELARAN", "ADA BO")]
    public void Parse_Names_SplitAtFirstDoubleFiller(string names, string surname, string givenNames)
    {
        var first = ("P<UTO" + names).PadRight(44, '<');

        var reading = Parse(first, Specimens.Td3[1]);

        Assert.Equal((surname, givenNames), (reading.Surname, reading.GivenNames));
        Assert.True(reading.StrictValid);
    }

    [Fact]
    public void Parse_NameToTheLastCharacter_IsTruncated()
    {
        var reading = Parse("P<UTO" + "ANTONAKOPOULOU<<MELPOMENI<ALEXANDRA<KALLI", Specimens.Td3[1]);

        // 41 characters: two too many for the field; the line fits no layout then.
        Assert.Equal(MrzFormat.Unknown, reading.Format);
        Assert.True(Parse("P<UTO" + "ANTONAKOPOULOU<<MELPOMENI<ALEXANDRA<KAL", Specimens.Td3[1]).NamesTruncated);
    }

    [Fact]
    public void Parse_GermanIssuer_IsOneLetter()
    {
        var reading = Parse("P<D<<MUSTERFELD<<JORUN<<<<<<<<<<<<<<<<<<<<<<", Specimens.Td3[1].Replace("UTO", "D<<"));

        Assert.True(reading.StrictValid);
        Assert.Equal(("D", "D"), (reading.IssuingState, reading.Nationality));
    }

    [Theory]
    [InlineData("<<<<<<", "")]
    [InlineData("61<<<<", "1961")]
    [InlineData("6109<<", "1961-09")]
    public void Parse_UnknownPartsOfBirth_StayUnknown(string birth, string expected)
    {
        var reading = Parse([.. Rewrite(birth)]);

        Assert.Equal(expected, reading.BirthDate.ToString());
        Assert.True(reading.StrictValid);
    }

    [Fact]
    public void Parse_ZerosForUnknownDay_IsPracticeVariant()
    {
        var reading = Parse([.. Rewrite("610900")]);

        Assert.Equal("1961-09", reading.BirthDate.ToString());
        Assert.False(reading.StrictValid);
        Assert.True(reading.PracticeValid);
        Assert.Equal(MrzProblemCode.ZeroForUnknownDatePart, Assert.Single(reading.Problems).Code);
    }

    [Theory]
    [InlineData("611301")]
    [InlineData("610230")]
    [InlineData("6<0101")]
    public void Parse_BirthThatIsNoDate_IsWrong(string birth)
    {
        var reading = Parse([.. Rewrite(birth)]);

        Assert.False(reading.PracticeValid);
        Assert.Equal(PartialDate.Unknown, reading.BirthDate);
        Assert.Contains(reading.Problems, problem => problem.Code == MrzProblemCode.NotADate);
    }

    [Theory]
    [InlineData("<<<<<<")]
    [InlineData("29<<<<")]
    [InlineData("2904<<")]
    public void Parse_PassportWithoutWholeExpiry_IsWrong(string expiry)
    {
        Assert.True(MrzCheckDigit.TryCompute(expiry, out var digit));
        var second = Specimens.Td3[1][..21] + expiry + digit + Specimens.Td3[1][28..43];
        Assert.True(MrzCheckDigit.TryCompute(second[..10] + second[13..20] + second[21..], out var composite));

        var reading = Parse(Specimens.Td3[0], second + composite);

        Assert.Equal(FieldVerdict.Wrong, reading.Verdicts[MrzField.ExpiryDate]);
        Assert.False(reading.PracticeValid);
    }

    [Fact]
    public void Parse_BirthOfZeros_IsUnknownAndNoYear()
    {
        var reading = Parse([.. Rewrite("000000")]);

        Assert.Equal((PartialDate.Unknown, true, false), (reading.BirthDate, reading.PracticeValid, reading.StrictValid));
    }

    [Theory]
    [InlineData("261123", 2026)]
    [InlineData("261124", 1926)]
    [InlineData("270101", 1927)]
    [InlineData("000229", 2000)]
    [InlineData("26<<<<", 2026)]
    public void Parse_BirthCentury_NeverLiesInTheFuture(string birth, int year)
    {
        var reading = Parse([.. Rewrite(birth)]);

        Assert.Equal(year, reading.BirthDate.Year);
        Assert.False(reading.BirthInFuture);
    }

    [Theory]
    [InlineData(2026, 2012, true)]
    [InlineData(1990, 2012, false)]
    [InlineData(2070, 2112, false)]
    [InlineData(1, 12, false)]
    [InlineData(9999, 9912, false)]
    public void Parse_ExpiryCentury_IsTheOneNearInspection(int inspectionYear, int expiryYear, bool isExpired)
    {
        var reading = MrzParser.Parse(Specimens.Td3, new DateOnly(inspectionYear, 11, 23));

        // In the first and last years of the calendar the window has no place; what matters is that nothing throws.
        if (inspectionYear is > 100 and < 9900)
            Assert.Equal((expiryYear, isExpired), (reading.ExpiryDate.Year, reading.IsExpired));
    }

    [Fact]
    public void Parse_ClockInFirstCentury_ReportsBirthInFuture()
    {
        var reading = MrzParser.Parse(Specimens.Td3, DateOnly.MinValue);

        Assert.True(reading.BirthInFuture);
    }

    [Fact]
    public void Parse_LetterXForSex_IsPracticeVariant()
    {
        var reading = Parse(Specimens.Td3[0], Specimens.Td3[1].Replace('F', 'X'));

        Assert.Equal(('X', false, true), (reading.Sex, reading.StrictValid, reading.PracticeValid));
        Assert.Equal('X', Parse(Specimens.Td3[0], Specimens.Td3[1].Replace('F', '<')).Sex);
    }

    [Theory]
    [InlineData('?')]
    [InlineData('*')]
    [InlineData('^')]
    [InlineData('#')]
    public void Parse_UnknownMark_StaysAndMakesFieldWrong(char mark)
    {
        var second = Specimens.Td3[1].ToCharArray();
        second[3] = mark;

        var reading = Parse(Specimens.Td3[0], new string(second));

        Assert.Equal($"L89{mark}902C3", reading.DocumentNumber);
        Assert.Equal(FieldVerdict.Wrong, reading.Verdicts[MrzField.DocumentNumber]);
        Assert.Equal(FieldVerdict.Wrong, reading.Verdicts[MrzField.CompositeCheckDigit]);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal((MrzProblemCode.UnknownCharacter, 2, 4), (problem.Code, problem.Line, problem.Column));
    }

    [Fact]
    public void Parse_BelgianLongNumber_IsPracticeVariant()
    {
        // Same number twice: once with the digit of the standard, once with the digit that counts the filler.
        const string Head = "772001498";
        const string Tail = "301";
        Assert.True(MrzCheckDigit.TryCompute(Head + Tail, out var standard));
        Assert.True(MrzCheckDigit.TryCompute(Head + "<" + Tail, out var belgian));
        Assert.NotEqual(standard, belgian);

        var strict = ParseCard($"I<UTO{Head}<{Tail}{standard}<<<<<<<<<<<");
        var variant = ParseCard($"I<UTO{Head}<{Tail}{belgian}<<<<<<<<<<<");

        Assert.Equal((Head + Tail, true), (strict.DocumentNumber, strict.StrictValid));
        Assert.Equal(FieldVerdict.Absent, strict.Verdicts[MrzField.OptionalData]);
        Assert.Equal((Head + Tail, false, true), (variant.DocumentNumber, variant.StrictValid, variant.PracticeValid));
        Assert.Equal(FieldVerdict.PracticeVariant, variant.Verdicts[MrzField.DocumentNumber]);
        var problem = Assert.Single(variant.Problems);
        Assert.Equal((MrzProblemCode.FillerCountedInLongNumber, 1, 19), (problem.Code, problem.Line, problem.Column));
    }

    [Fact]
    public void Parse_FrenchIdentityCard_ReadsNamesFromBothLines()
    {
        string[] lines = ["IDFRAVALCREUSE<<<<<<<<<<<<<<<<750112", "090375100042?AURORE<<LISE<<8507143F?"];
        Assert.True(MrzCheckDigit.TryCompute(lines[1].AsSpan(0, 12), out var number));
        Assert.True(MrzCheckDigit.TryCompute(lines[1].AsSpan(27, 6), out var birth));
        var second = $"{lines[1][..12]}{number}{lines[1][13..33]}{birth}F";
        Assert.True(MrzCheckDigit.TryCompute(lines[0] + second, out var composite));

        var reading = Parse(lines[0], second + composite);

        Assert.Equal(MrzFormat.FrenchIdentityCard, reading.Format);
        Assert.True(reading.StrictValid);
        Assert.Equal(("VALCREUSE", "AURORE LISE"), (reading.Surname, reading.GivenNames));
        Assert.Equal(("090375100042", "FRA", "1985-07-14"),
            (reading.DocumentNumber, reading.Nationality, reading.BirthDate.ToString()));
        Assert.False(reading.IsExpired);
    }

    [Fact]
    public void Parse_ExpiredBeforeBirth_IsReportedApartFromSyntax()
    {
        var lines = MrzWriter.Write(MrzFormat.Td3, new MrzFields
        {
            DocumentCode = "P",
            IssuingState = "UTO",
            DocumentNumber = "Q1",
            Nationality = "UTO",
            BirthDate = PartialDate.From(new DateOnly(2020, 1, 1)),
            ExpiryDate = PartialDate.From(new DateOnly(2019, 1, 1)),
            Sex = 'X',
            Surname = "TIDLOS",
        });

        var reading = MrzParser.Parse(lines, Specimens.Inspection);

        Assert.Equal((true, true, true), (reading.StrictValid, reading.ExpiryBeforeBirth, reading.IsExpired));
    }

    [Fact]
    public void Parse_NothingUseful_GivesUnknownFormat()
    {
        Assert.Equal(MrzFormat.Unknown, Parse().Format);
        Assert.Equal(MrzFormat.Unknown, MrzParser.Parse(null!, Specimens.Inspection).Format);
        Assert.Equal(MrzFormat.Unknown, MrzParser.Parse([null!, null!], Specimens.Inspection).Format);
        Assert.Equal(MrzFormat.Unknown, Parse("", "", "").Format);
        Assert.False(Parse(new string('<', 45), new string('<', 44)).PracticeValid);
    }

    [Fact]
    public void ToString_OfAReading_HoldsNoPersonalData()
    {
        Assert.Equal("Td3 strictly valid", Parse(Specimens.Td3).ToString());
    }

    private static MrzReading ParseCard(string first)
    {
        const string Second = "7408122F1204159UTO<<<<<<<<<<<";
        var covered = first[5..] + Second[..7] + Second[8..15] + Second[18..];
        Assert.True(MrzCheckDigit.TryCompute(covered, out var composite));
        return Parse(first, Second + composite, Specimens.Td1[2]);
    }

    /// <summary>The TD3 specimen with another date of birth and fitting digits.</summary>
    private static string[] Rewrite(string birth)
    {
        var second = Specimens.Td3[1];
        Assert.True(MrzCheckDigit.TryCompute(birth, out var digit));
        second = second[..13] + birth + digit + second[20..43];
        Assert.True(MrzCheckDigit.TryCompute(second[..10] + second[13..20] + second[21..43], out var composite));
        return [Specimens.Td3[0], second + composite];
    }

    private static MrzReading Parse(params string[] lines) => MrzParser.Parse(lines, Specimens.Inspection);
}
