using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

public sealed class MrzRepairerTests
{
    [Fact]
    public void Repair_NothingWrong_ChangesNothing()
    {
        var read = Repair(Specimens.Td3);

        Assert.False(read.IsRepaired);
        Assert.True(read.Reading.StrictValid);
    }

    [Theory]
    [InlineData("L898902C36UTO74O8122F1204159ZE184226B<<<<<10", 16, 'O', '0')]
    [InlineData("L898902C36UTO7408122F1204I59ZE184226B<<<<<10", 26, 'I', '1')]
    [InlineData("L898902C36UTO7408122F12O4159ZE184226B<<<<<10", 24, 'O', '0')]
    [InlineData("L8989O2C36UTO7408122F1204159ZE184226B<<<<<10", 6, 'O', '0')]
    [InlineData("L898902C36UTO7408122F1204159ZE184226B<<<<<1O", 44, 'O', '0')]
    [InlineData("L898902C36UTO7408122F1204159ZE184226B<<<<<I0", 43, 'I', '1')]
    public void Repair_OneConfusedCharacter_IsPutRightAndReported(string second, int column, char from, char to)
    {
        var read = Repair(Specimens.Td3[0], second);

        Assert.True(read.Reading.StrictValid);
        Assert.False(read.AsRead.PracticeValid);
        Assert.Equal(second, read.AsRead.Lines[1]);
        Assert.Equal(Specimens.Td3[1], read.Reading.Lines[1]);
        var repair = Assert.Single(read.Repairs);
        Assert.Equal((2, column, from, to), (repair.Line, repair.Column, repair.From, repair.To));
    }

    [Fact]
    public void Repair_LetterForAFillerAtTheEnd_IsPutRight()
    {
        Assert.True(MrzCheckDigit.TryCompute("K7473A9<<", out var digit));

        var read = Repair(Specimens.MrvA[0], $"K7473A9L<{digit}UTO7408122F1204159<<<<<<<<<<<<<<<<");

        Assert.Equal("K7473A9", read.Reading.DocumentNumber);
        Assert.Equal((2, 8, 'L', '<'), Assert.Single(read.Repairs) is var repair ? (repair.Line, repair.Column, repair.From, repair.To) : default);
    }

    [Fact]
    public void Repair_SeveralFields_ReportsEachCharacterInItsField()
    {
        var read = Repair(Specimens.Td3[0], "L8989O2C36UTO74OB1Z2FI2O4IS9ZE184226B<<<<<1O");

        Assert.Equal(Specimens.Td3[1], read.Reading.Lines[1]);
        Assert.Equal(
            [
                MrzField.DocumentNumber, MrzField.BirthDate, MrzField.BirthDate, MrzField.BirthDate, MrzField.ExpiryDate,
                MrzField.ExpiryDate, MrzField.ExpiryDate, MrzField.ExpiryDate, MrzField.CompositeCheckDigit,
            ],
            read.Repairs.Select(repair => repair.Field));
    }

    [Fact]
    public void Repair_TwoReadingsFit_ChangesNothing()
    {
        // In DZ3145890 both the Z and the last 8 explain the digit of D23145890.
        var read = Repair("I<UTODZ31458907<<<<<<<<<<<<<<<", Specimens.Td1[1], Specimens.Td1[2]);

        Assert.False(read.IsRepaired);
        Assert.Equal("DZ3145890", read.Reading.DocumentNumber);
    }

    [Fact]
    public void Repair_AnotherReadingWithMoreChangesFitsToo_ChangesNothing()
    {
        // SS1OC13SK1 was read with two confusions; one change somewhere else explains the digit as well.
        Assert.True(MrzCheckDigit.TryCompute("SS1OC13SK", out var digit));
        Assert.True(MrzCheckDigit.TryCompute($"SS1OCI35K{digit}7408122", out _));

        var read = Repair("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", $"SS1OCI35K{digit}UTO7408122F1204159<<<<<<<<<<<<<<<<");

        Assert.False(read.IsRepaired);
    }

    [Theory]
    [InlineData("B7G41X20A")]
    [InlineData("B7641X20A")]
    public void Repair_SixAndG_AreNeverTakenForEachOther(string number)
    {
        Assert.True(MrzCheckDigit.TryCompute(number, out var digit));

        var read = Repair(Specimens.MrvA[0], $"{number}{digit}UTO74O8122F1204159<<<<<<<<<<<<<<<<");

        Assert.Equal(number, read.Reading.DocumentNumber);
        Assert.Equal("1974-08-12", read.Reading.BirthDate.ToString());
    }

    [Fact]
    public void Repair_CompositeDigitDisagrees_ChangesNothing()
    {
        // The birth date alone could be repaired; the composite digit says that something else is wrong too.
        var read = Repair(Specimens.Td3[0], "L898902C36UTO74O8122F1204159ZE184226B<<<<<13");

        Assert.False(read.IsRepaired);
        Assert.Contains('O', read.Reading.Lines[1]);
    }

    [Theory]
    [InlineData("P<UT0ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")]
    [InlineData("P<UTOERIK5SON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")]
    [InlineData("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO74?8122F1204159ZE184226B<<<<<10")]
    [InlineData("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UT07408122F1204159ZE184226B<<<<<10")]
    [InlineData("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122P1204159ZE184226B<<<<<10")]
    public void Repair_CharactersWithoutADigitOverThem_StayAsTheyAre(string first, string second)
    {
        var read = Repair(first, second);

        Assert.False(read.IsRepaired);
        Assert.False(read.Reading.PracticeValid);
        Assert.Equal([first, second], read.Reading.Lines);
    }

    [Fact]
    public void Repair_WrongDigitWithoutConfusion_ChangesNothing()
    {
        var read = Repair(Specimens.Td3[0], "L898902C36UTO7408123F1204159ZE184226B<<<<<10");

        Assert.False(read.IsRepaired);
    }

    [Fact]
    public void Repair_DateThatWouldBeNone_ChangesNothing()
    {
        // 74I312 would be 741312: its digit can fit, but there is no thirteenth month.
        Assert.True(MrzCheckDigit.TryCompute("741312", out var digit));
        Assert.True(MrzCheckDigit.TryCompute($"L898902C36741312{digit}1204159ZE184226B<<<<<1", out var composite));

        var read = Repair(Specimens.Td3[0], $"L898902C36UTO74I312{digit}F1204159ZE184226B<<<<<1{composite}");

        Assert.False(read.IsRepaired);
    }

    [Fact]
    public void Repair_LongNumber_LooksAtItsRestToo()
    {
        Assert.True(MrzCheckDigit.TryCompute("RT77AX93YWM", out var digit));
        var good = $"I<UTORT77AX93Y<WM{digit}".PadRight(30, '<');
        const string Second = "7408122F1204159UTO<<<<<<<<<<<";
        Assert.True(MrzCheckDigit.TryCompute(good[5..] + Second[..7] + Second[8..15] + Second[18..], out var composite));
        var bad = good.Replace("<WM", "<WM").ToCharArray();
        bad[16 + 1] = "OIZ?S?G?B?"[digit];

        var read = Repair(new string(bad), Second + composite, Specimens.Td1[2]);

        if (bad[17] == '?')
        {
            // This digit has no letter that looks like it; the specimen would have to be chosen anew.
            Assert.Fail("The check digit of the specimen has no look-alike.");
        }

        Assert.Equal(good, read.Reading.Lines[0]);
        Assert.Equal("RT77AX93YWM", read.Reading.DocumentNumber);
        Assert.Equal((MrzField.DocumentNumber, 1, 18), Assert.Single(read.Repairs) is var repair ? (repair.Field, repair.Line, repair.Column) : default);
    }

    [Fact]
    public void Repair_VisaWithoutCompositeDigit_RestsOnTheFieldsOwn()
    {
        var lines = new[] { "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L898902C36UTO74O8122F1204159<<<<<<<<" };

        var read = Repair(lines);

        Assert.Equal("1974-08-12", read.Reading.BirthDate.ToString());
        Assert.Single(read.Repairs);
    }

    [Fact]
    public void Repair_UnknownFormat_ChangesNothing()
    {
        Assert.False(Repair("O", "O").IsRepaired);
        Assert.False(Repair().IsRepaired);
    }

    [Fact]
    public void ToString_OfARepair_HoldsNoCharacterOfTheDocument()
    {
        var read = Repair(Specimens.Td3[0], "L898902C36UTO74O8122F1204159ZE184226B<<<<<10");

        Assert.Equal("BirthDate line 2 column 16", read.Repairs[0].ToString());
        Assert.Equal("Td3 strictly valid, repaired: 1", read.ToString());
    }

    private static RepairedReading Repair(params string[] lines) =>
        MrzRepairer.Repair(MrzParser.Parse(lines, Specimens.Inspection));
}
