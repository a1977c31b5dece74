using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class MrzPropertyTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string MrzSet = "0123456789" + Letters + "<";

    private static readonly Gen<char> AnyCharacter = Gen.Frequency(
        (8, Gen.Char[MrzSet]), (1, Gen.Char["?*^# _\0\u00AB\uD800"]), (1, Gen.Char));

    private static readonly Gen<int> LineLength = Gen.Frequency(
        (3, Gen.OneOfConst(30, 36, 44)), (1, Gen.Int[0, 100]));

    private static readonly Gen<DateOnly> AnyDay =
        Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(DateOnly.FromDayNumber);

    [Fact]
    public void Parse_AnyLines_NeverThrows()
    {
        var lines = LineLength.SelectMany(length =>
            Gen.OneOf(Gen.String[AnyCharacter, length, length], Gen.Const<string>(() => null!)).Array[0, 4]);

        Gen.Select(lines, AnyDay).Sample((text, day) =>
        {
            var reading = MrzParser.Parse(text, day);
            Assert.Equal(text.Length, reading.Lines.Length);
            Assert.True(reading.PracticeValid || !reading.StrictValid);
            Assert.True(reading.PracticeValid || !reading.Problems.IsEmpty);
        }, iter: 20_000);
    }

    [Fact]
    public void Parse_SpecimenWithAnyCharactersChanged_NeverThrows()
    {
        var damage = Gen.Select(Gen.Int[0, 87], AnyCharacter).Array[0, 6];

        Gen.Select(damage, AnyDay).Sample((changes, day) =>
        {
            var text = string.Concat(Specimens.Td3).ToCharArray();
            foreach (var (index, character) in changes)
                text[index] = character;
            MrzParser.Parse([new string(text, 0, 44), new string(text, 44, 44)], day);
        }, iter: 20_000);
    }

    [Fact]
    public void WriteThenParse_AnyFields_GivesThemBack()
    {
        Gen.Select(Gen.OneOfConst(MrzFormat.Td1, MrzFormat.Td2, MrzFormat.Td3), Fields).Sample((format, fields) =>
        {
            var reading = MrzParser.Parse(MrzWriter.Write(format, fields), Specimens.Inspection);

            Assert.True(reading.StrictValid);
            Assert.Equal(format, reading.Format);
            Assert.Equal(fields.DocumentNumber, reading.DocumentNumber);
            Assert.Equal(fields.BirthDate, reading.BirthDate);
            Assert.Equal(fields.ExpiryDate, reading.ExpiryDate);
            Assert.Equal(fields.Sex, reading.Sex);
            Assert.Equal(fields.OptionalData, reading.OptionalData);
            // What remains of longer names is told in MrzWriterPropertyTests.
            if (fields.Surname.Length + 2 + fields.GivenNames.Length <= 30)
                Assert.Equal((fields.Surname, fields.GivenNames), (reading.Surname, reading.GivenNames));
        }, iter: 10_000);
    }

    [Fact]
    public void Parse_OneCharacterCorrupted_IsDetectedUnlessValuesAgreeModuloTen()
    {
        // The second line without nationality and sex, which no digit covers.
        var columns = Enumerable.Range(0, 44).Where(column => column is not (>= 10 and < 13) and not 20).ToArray();

        Gen.Select(Fields, Gen.OneOfConst(columns), Gen.Char[MrzSet]).Sample((fields, column, character) =>
        {
            var lines = MrzWriter.Write(MrzFormat.Td3, fields);
            var second = lines[1].ToCharArray();
            if (Value(second[column]) % 10 == Value(character) % 10)
                return;
            second[column] = character;

            Assert.False(MrzParser.Parse([lines[0], new string(second)], Specimens.Inspection).PracticeValid);
        }, iter: 20_000);
    }

    private static readonly Gen<string> Number =
        Gen.String[Gen.Char["0123456789" + Letters], 1, 9];

    private static readonly Gen<PartialDate> Birth = Gen.Select(
        Gen.Int[1927, 2025], Gen.Int[0, 12], Gen.Int[0, 28],
        (year, month, day) => PartialDate.TryCreate(year, month, month == 0 ? 0 : day, out var date) ? date : default);

    private static readonly Gen<PartialDate> Expiry = Gen.Select(
        Gen.Int[1977, 2074], Gen.Int[1, 12], Gen.Int[1, 28],
        (year, month, day) => PartialDate.From(new DateOnly(year, month, day)));

    private static readonly Gen<string> Name =
        Gen.String[Gen.Char[Letters], 1, 12].Array[1, 3].Select(parts => string.Join(' ', parts));

    private static readonly Gen<MrzFields> Fields = Gen.Select(
        Number, Birth, Expiry, Gen.OneOfConst('M', 'F', 'X'), Name, Name, Gen.String[Gen.Char[Letters], 0, 7],
        (number, birth, expiry, sex, surname, givenNames, optional) => new MrzFields
        {
            DocumentCode = "P",
            IssuingState = "UTO",
            DocumentNumber = number,
            Nationality = "D",
            BirthDate = birth,
            ExpiryDate = expiry,
            Sex = sex,
            Surname = surname,
            GivenNames = givenNames,
            OptionalData = optional,
        });

    private static int Value(char character) =>
        MrzCheckDigit.TryCompute([character], out var digit) ? digit * 3 : -1;
}
