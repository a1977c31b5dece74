using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

public sealed class MrzWriterTests
{
    [Fact]
    public void Write_Td3Specimen_GivesItsLines()
    {
        var lines = MrzWriter.Write(MrzFormat.Td3, Specimen("L898902C3", "P", "ZE184226B"));

        Assert.Equal(Specimens.Td3, lines);
    }

    [Fact]
    public void Write_Td1AndTd2Specimens_GiveTheirLines()
    {
        Assert.Equal(Specimens.Td1, MrzWriter.Write(MrzFormat.Td1, Specimen("D23145890", "I", "")));
        Assert.Equal(Specimens.Td2, MrzWriter.Write(MrzFormat.Td2, Specimen("D23145890", "I", "")));
    }

    [Theory]
    [InlineData(MrzFormat.Td1, 22)]
    [InlineData(MrzFormat.Td2, 14)]
    public void Write_LongNumber_IsReadBack(MrzFormat format, int length)
    {
        var number = "UT0RST1VWX2ZAB3DEF4HIJ"[..length];

        var reading = MrzParser.Parse(MrzWriter.Write(format, Specimen(number, "I", "")), Specimens.Inspection);

        Assert.True(reading.StrictValid);
        Assert.Equal(number, reading.DocumentNumber);
        Assert.Equal("", reading.OptionalData);
    }

    [Theory]
    [InlineData(MrzFormat.Td3, "L898902C3X", "P")]
    [InlineData(MrzFormat.MrvA, "L898902C3X", "V")]
    [InlineData(MrzFormat.MrvB, "L898902C3X", "V")]
    [InlineData(MrzFormat.Td2, "L898902C3XXXXXX", "I")]
    [InlineData(MrzFormat.Td1, "L898902C3XXXXXXXXXXXXXX", "I")]
    [InlineData(MrzFormat.Td3, "L89?902", "P")]
    [InlineData(MrzFormat.Td3, "L89\u00C4902", "P")]
    [InlineData(MrzFormat.Td1, "L898902C-3XX", "I")]
    [InlineData(MrzFormat.Td1, "", "I")]
    public void Write_NumberThatDoesNotFit_NamesFieldAndNotValue(MrzFormat format, string number, string code)
    {
        var error = Assert.Throws<ArgumentException>(() => MrzWriter.Write(format, Specimen(number, code, "")));

        Assert.StartsWith("DocumentNumber ", error.Message, StringComparison.Ordinal);
        Assert.True(number.Length == 0 || !error.Message.Contains(number, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("L89-902")]
    [InlineData("L89 902")]
    [InlineData("l89<902<<")]
    public void Write_NumberWithSpecialCharacters_HasFillerForThem(string number)
    {
        var lines = MrzWriter.Write(MrzFormat.Td3, Specimen(number, "P<", ""));

        Assert.StartsWith("L89<902<<1UTO", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LongNumberBesideOptionalData_PartsThemByFiller()
    {
        var card = MrzWriter.Write(MrzFormat.Td1, Specimen("UT0RST1VWX2Z", "ID", "A<B"));

        Assert.Equal("IDUTOUT0RST1VW<X2Z3<A<B<<<<<<<", card[0]);
        Assert.True(MrzParser.Parse(card, Specimens.Inspection).StrictValid);
    }

    [Theory]
    [InlineData(MrzFormat.Td1, "I", 3, 30)]
    [InlineData(MrzFormat.Td2, "A", 2, 36)]
    [InlineData(MrzFormat.Td3, "P<", 2, 44)]
    [InlineData(MrzFormat.MrvA, "V", 2, 44)]
    [InlineData(MrzFormat.MrvB, "VX", 2, 36)]
    public void Write_EveryFormat_IsReadAsThatFormat(MrzFormat format, string code, int count, int length)
    {
        var lines = MrzWriter.Write(format, Specimen("D23145890", code, "A<1"));
        var reading = MrzParser.Parse(lines, Specimens.Inspection);

        Assert.Equal((count, true), (lines.Length, lines.All(line => line.Length == length)));
        Assert.Equal((format, true, code.TrimEnd('<')), (reading.Format, reading.StrictValid, reading.DocumentCode));
    }

    [Theory]
    [InlineData("AYMERIC BASTIEN", "AYMERIC<<BASTI")]
    [InlineData("L\u00E9a-Lou, \u00C9ve", "LEA<LOU<<EVE<<")]
    [InlineData("", "<<<<<<<<<<<<<<")]
    public void Write_FrenchCard_FollowsTheNationalLayout(string givenNames, string written)
    {
        var lines = MrzWriter.Write(MrzFormat.FrenchIdentityCard, French(givenNames));
        var reading = MrzParser.Parse(lines, Specimens.Inspection);

        Assert.Equal("IDFRAQUENTREL<D<AUBIERE<<<<<<<992000", lines[0]);
        Assert.StartsWith("140299200017", lines[1], StringComparison.Ordinal);
        Assert.Equal(written, lines[1][13..27]);
        Assert.Equal((MrzFormat.FrenchIdentityCard, true), (reading.Format, reading.StrictValid));
        Assert.Equal(("140299200017", "992000", 'F'), (reading.DocumentNumber, reading.OptionalData, reading.Sex));
    }

    [Theory]
    [InlineData(false, '0')]
    [InlineData(true, '<')]
    public void Write_EmptyOptionalDataOfTd3_HasTheDigitAskedFor(bool leavesOut, char digit)
    {
        var lines = MrzWriter.Write(
            MrzFormat.Td3, Specimens.Utopian(), new MrzWriterOptions { LeavesOutEmptyOptionalDigit = leavesOut });

        Assert.Equal(digit, lines[1][42]);
        Assert.True(MrzParser.Parse(lines, Specimens.Inspection).StrictValid);
    }

    [Fact]
    public void Write_OptionalData_KeepsItsFillers()
    {
        var lines = MrzWriter.Write(MrzFormat.Td3, Specimen("L898902C3", "P", "<12 3<4-5"));

        Assert.Equal("<12<3<4<5<<<<<", lines[1][28..42]);
    }

    [Theory]
    [InlineData('M', 'M')]
    [InlineData('f', 'F')]
    [InlineData('X', '<')]
    [InlineData('<', '<')]
    public void Write_Sex_IsOneOfThree(char given, char written) =>
        Assert.Equal(written, MrzWriter.Write(MrzFormat.Td3, Specimen("1", "P", "", given))[1][20]);

    [Fact]
    public void TryWrite_ManyFaults_ListsEveryOneWithFieldAndPosition()
    {
        var fields = new MrzFields
        {
            DocumentCode = "V",
            IssuingState = "",
            DocumentNumber = "12345678901",
            Nationality = "U7O",
            BirthDate = PartialDate.Unknown,
            ExpiryDate = PartialDate.Unknown,
            Sex = 'Q',
            Surname = "QUIST 2ND",
            GivenNames = "EVA \u03A9",
            OptionalData = "AB?",
            SecondOptionalData = "X",
        };

        var failure = MrzWriter.TryWrite(MrzFormat.Td3, fields).Failure;

        Assert.Equal(
            [
                new("DocumentCode", MrzWriteReason.NotInFormat),
                new("IssuingState", MrzWriteReason.Missing),
                new("Surname", MrzWriteReason.DigitInName, 7),
                new("GivenNames", MrzWriteReason.NoTransliteration, 5),
                new("DocumentNumber", MrzWriteReason.TooLong),
                new("Nationality", MrzWriteReason.ForbiddenCharacter, 2),
                new("Sex", MrzWriteReason.ForbiddenCharacter),
                new("OptionalData", MrzWriteReason.ForbiddenCharacter, 3),
                new("SecondOptionalData", MrzWriteReason.NotInFormat),
            ],
            failure.Problems.AsEnumerable());
        Assert.Contains("Surname holds a digit at position 7;", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryWrite_NoName_IsRefusedAndOnePartIsPrimary()
    {
        var nobody = MrzWriter.TryWrite(MrzFormat.Td3, Named("' -", ""));
        var onePart = MrzWriter.TryWrite(MrzFormat.Td3, Named("", "Orsina"));

        Assert.Equal([new("Surname", MrzWriteReason.Missing)], nobody.Failure.Problems.AsEnumerable());
        Assert.StartsWith("P<UTOORSINA<<<<", onePart.Value[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_IssuingState_BringsItsExceptionsUnlessToldOtherwise()
    {
        var plain = new MrzWriterOptions { Transliteration = MrzTransliteration.Standard };

        Assert.StartsWith("P<UKRYUHRYN<<", MrzWriter.Write(MrzFormat.Td3, Ukrainian())[0], StringComparison.Ordinal);
        Assert.StartsWith("P<UKRIUGRIN<<", MrzWriter.Write(MrzFormat.Td3, Ukrainian(), plain)[0], StringComparison.Ordinal);

        static MrzFields Ukrainian() => Named("\u042E\u0433\u0440\u0438\u043D", "", "UKR");
    }

    [Fact]
    public void Write_HyphenAndApostrophe_FollowTheStandard()
    {
        var lines = MrzWriter.Write(MrzFormat.Td3, new MrzFields
        {
            DocumentCode = "P",
            IssuingState = "UTO",
            DocumentNumber = "1",
            Nationality = "UTO",
            BirthDate = PartialDate.Unknown,
            ExpiryDate = PartialDate.Unknown,
            Sex = 'X',
            Surname = "D'ORMEVAL-QUIST",
            GivenNames = "EVA MAI",
        });

        Assert.Equal("P<UTODORMEVAL<QUIST<<EVA<MAI<<<<<<<<<<<<<<<<", lines[0]);
        Assert.Equal("1<<<<<<<<7UTO<<<<<<0<<<<<<<0<<<<<<<<<<<<<<06", lines[1]);
    }

    [Fact]
    public void Write_UnknownFormat_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => MrzWriter.Write(MrzFormat.Unknown, Specimens.Utopian()));
    }

    [Fact]
    public void Write_FrenchCardOfAnotherCode_IsRefused()
    {
        var failure = MrzWriter.TryWrite(MrzFormat.FrenchIdentityCard, Specimens.Utopian()).Failure;

        Assert.Contains(new MrzWriteProblem("DocumentCode", MrzWriteReason.NotInFormat), failure.Problems);
    }

    private static MrzFields French(string givenNames) => new()
    {
        DocumentCode = "ID",
        IssuingState = "FRA",
        DocumentNumber = "140299200017",
        Nationality = "FRA",
        BirthDate = PartialDate.From(new DateOnly(1991, 3, 7)),
        ExpiryDate = PartialDate.Unknown,
        Sex = 'F',
        Surname = "Quentrel d-Aubi\u00E8re",
        GivenNames = givenNames,
        OptionalData = "992000",
    };

    private static MrzFields Named(string surname, string givenNames, string state = "UTO") => new()
    {
        DocumentCode = "P",
        IssuingState = state,
        DocumentNumber = "1",
        Nationality = state,
        BirthDate = PartialDate.Unknown,
        ExpiryDate = PartialDate.Unknown,
        Sex = 'X',
        Surname = surname,
        GivenNames = givenNames,
    };

    private static MrzFields Specimen(string number, string code, string optional, char sex = 'F') => new()
    {
        DocumentCode = code,
        IssuingState = "UTO",
        DocumentNumber = number,
        Nationality = "UTO",
        BirthDate = PartialDate.From(new DateOnly(1974, 8, 12)),
        ExpiryDate = PartialDate.From(new DateOnly(2012, 4, 15)),
        Sex = sex,
        Surname = "ERIKSSON",
        GivenNames = "ANNA MARIA",
        OptionalData = optional,
    };
}
