using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

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
    [InlineData(MrzFormat.Td3, "L898902C3X")]
    [InlineData(MrzFormat.Td2, "L898902C3XXXXXXXX")]
    [InlineData(MrzFormat.Td3, "L89-902")]
    public void Write_NumberThatDoesNotFit_NamesFieldAndNotValue(MrzFormat format, string number)
    {
        var error = Assert.Throws<ArgumentException>(() => MrzWriter.Write(format, Specimen(number, "P", "")));

        Assert.DoesNotContain(number, error.Message, StringComparison.Ordinal);
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
    public void Write_OtherFormats_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => MrzWriter.Write(MrzFormat.MrvA, Specimens.Utopian()));
    }

    private static MrzFields Specimen(string number, string code, string optional) => new()
    {
        DocumentCode = code,
        IssuingState = "UTO",
        DocumentNumber = number,
        Nationality = "UTO",
        BirthDate = PartialDate.From(new DateOnly(1974, 8, 12)),
        ExpiryDate = PartialDate.From(new DateOnly(2012, 4, 15)),
        Sex = 'F',
        Surname = "ERIKSSON",
        GivenNames = "ANNA MARIA",
        OptionalData = optional,
    };
}
