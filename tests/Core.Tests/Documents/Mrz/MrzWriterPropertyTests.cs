using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class MrzWriterPropertyTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly MrzFormat[] Formats =
    [
        MrzFormat.Td1, MrzFormat.Td2, MrzFormat.Td3, MrzFormat.MrvA, MrzFormat.MrvB, MrzFormat.FrenchIdentityCard,
    ];

    private static readonly Gen<MrzFormat> Format = Gen.OneOfConst(Formats);

    private static readonly Gen<MrzTruncation> Truncation = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 40], static (style, characters) =>
        {
            int? room = characters == 0 ? null : characters;
            return style switch
            {
                0 => MrzTruncation.Initials(room),
                1 => MrzTruncation.LaterComponents(room),
                2 => MrzTruncation.FixedLength(room),
                _ => MrzTruncation.AtTheEnd(room),
            };
        });

    [Fact]
    public void WriteThenParse_AnyInventedPerson_GivesEveryFieldBack()
    {
        Format.SelectMany(static format => FieldsOf(format).Select(fields => (format, fields))).Sample(static pair =>
        {
            var (format, fields) = pair;
            var reading = MrzParser.Parse(MrzWriter.Write(format, fields), Specimens.Inspection);
            var isFrench = format == MrzFormat.FrenchIdentityCard;

            Assert.True(reading.StrictValid);
            Assert.Equal(format, reading.Format);
            Assert.Equal((fields.DocumentCode, fields.IssuingState), (reading.DocumentCode, reading.IssuingState));
            Assert.Equal((fields.DocumentNumber, fields.Nationality), (reading.DocumentNumber, reading.Nationality));
            Assert.Equal(fields.BirthDate, reading.BirthDate);
            Assert.Equal(isFrench ? PartialDate.Unknown : fields.ExpiryDate, reading.ExpiryDate);
            Assert.Equal(fields.Sex, reading.Sex);
            Assert.Equal((fields.Surname, fields.GivenNames), (reading.Surname, reading.GivenNames));
            Assert.Equal((fields.OptionalData, fields.SecondOptionalData), (reading.OptionalData, reading.SecondOptionalData));
        }, iter: 10_000);
    }

    [Fact]
    public void Write_LongNameInAnyStyle_KeepsBothIdentifiersAndEndsWithALetter()
    {
        var component = Gen.String[Gen.Char[Letters], 1, 20];
        var name = component.Array[1, 8];

        Gen.Select(Gen.OneOfConst(30, 31, 39), name, Gen.OneOf(name, Gen.Const<string[]>([])), Truncation).Sample(
            static (width, surname, givenNames, truncation) =>
            {
                var fields = Person(FormatOf(width), string.Join(' ', surname), string.Join(' ', givenNames));
                var whole = string.Join('<', surname) + (givenNames.Length == 0 ? "" : "<<" + string.Join('<', givenNames));
                var result = MrzWriter.TryWrite(FormatOf(width), fields, new MrzWriterOptions { Truncation = truncation });
                if (!result.TryGet(out var lines, out var failure))
                {
                    // Only single letters can make a name that has no form of the right length.
                    Assert.Equal(MrzWriteReason.CannotBeShortened, Assert.Single(failure.Problems).Reason);
                    Assert.Contains(surname.Concat(givenNames), static part => part.Length == 1);
                    return;
                }

                var written = NameOf(lines);
                Assert.Equal(width, written.Length);
                if (whole.Length <= width)
                {
                    Assert.Equal(whole.PadRight(width, '<'), written);
                    return;
                }

                Assert.True(char.IsAsciiLetterUpper(written[^1]));
                var identifiers = written.Split("<<");
                Assert.Equal(givenNames.Length == 0 ? 1 : 2, identifiers.Length);
                AssertShortened(surname, identifiers[0]);
                if (givenNames.Length != 0)
                    AssertShortened(givenNames, identifiers[1]);
            },
            iter: 20_000);
    }

    [Fact]
    public void TryWrite_AnyText_NeverThrowsAndEveryZoneIsStrictlyValid()
    {
        var text = Gen.String[Gen.Frequency((4, Gen.Char[Letters]), (2, Gen.Char["<-' ,.0123456789"]), (1, Gen.Char)), 0, 24];

        Gen.Select(Format, text, text, text, text, Truncation).Sample(
            static (format, number, surname, givenNames, optional, truncation) =>
            {
                var fields = Person(format, surname, givenNames, number, optional);
                var result = MrzWriter.TryWrite(format, fields, new MrzWriterOptions { Truncation = truncation });

                if (result.TryGet(out var lines, out var failure))
                    Assert.True(MrzParser.Parse(lines, Specimens.Inspection).StrictValid);
                else
                    Assert.NotEmpty(failure.Problems);
            },
            iter: 20_000);
    }

    [Fact]
    public void Apply_AnyText_NeverThrowsAndGivesMrzCharacters()
    {
        var character = Gen.Frequency(
            (3, Gen.Char['\u00C0', '\u024F']), (3, Gen.Char['\u0300', '\u04FF']), (3, Gen.Char['\u0600', '\u06FF']), (1, Gen.Char));
        var choices = Gen.Select(
            Gen.Enum<CyrillicLanguage>(), Gen.Enum<LatinForm>(),
            static (language, form) => new MrzTransliteration { Language = language, NTilde = form, UDiaeresis = form });

        Gen.Select(Gen.String[character, 0, 12], choices).Sample(static (name, choices) =>
        {
            if (!choices.Apply(name).TryGet(out var written, out var failure))
            {
                Assert.All(failure.Problems, problem => Assert.InRange(problem.Position, 1, name.Length));
                return;
            }

            Assert.True(written.All(static letter => letter == '<' || char.IsAsciiLetterUpper(letter)));
            Assert.False(written.StartsWith('<') || written.EndsWith('<') || written.Contains("<<", StringComparison.Ordinal));
        }, iter: 20_000);
    }

    /// <summary>Every component is the beginning of its own, in order, and at least a letter of it.</summary>
    private static void AssertShortened(string[] components, string written)
    {
        var parts = written.Split('<');
        Assert.True(parts.Length <= components.Length);
        Assert.All(parts.Zip(components), static pair =>
        {
            Assert.NotEmpty(pair.First);
            Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal);
        });
    }

    private static MrzFormat FormatOf(int width) => width switch
    {
        30 => MrzFormat.Td1,
        31 => MrzFormat.Td2,
        _ => MrzFormat.Td3,
    };

    private static string NameOf(ImmutableArray<string> lines) => lines.Length == 3 ? lines[2] : lines[0][5..];

    private static MrzFields Person(
        MrzFormat format, string surname, string givenNames, string number = "1", string optional = "") => new()
        {
            DocumentCode = CodeOf(format),
            IssuingState = format == MrzFormat.FrenchIdentityCard ? "FRA" : "UTO",
            DocumentNumber = number,
            Nationality = "UTO",
            BirthDate = PartialDate.Unknown,
            ExpiryDate = PartialDate.From(new DateOnly(2031, 6, 30)),
            Sex = 'X',
            Surname = surname,
            GivenNames = givenNames,
            OptionalData = optional,
        };

    private static string CodeOf(MrzFormat format) => format switch
    {
        MrzFormat.Td3 => "P",
        MrzFormat.MrvA or MrzFormat.MrvB => "V",
        MrzFormat.FrenchIdentityCard => "ID",
        _ => "I",
    };

    private static Gen<MrzFields> FieldsOf(MrzFormat format)
    {
        var isFrench = format == MrzFormat.FrenchIdentityCard;
        var isCard = format == MrzFormat.Td1;
        // What a long number of a card leaves of its optional data is small, so that is short on them.
        var number = Alphanumeric(isFrench ? 12 : 1, format switch
        {
            MrzFormat.Td1 => 20,
            MrzFormat.Td2 => 12,
            MrzFormat.FrenchIdentityCard => 12,
            _ => 9,
        });
        var optional = Alphanumeric(0, format switch
        {
            MrzFormat.Td1 or MrzFormat.Td2 => 2,
            MrzFormat.Td3 => 14,
            MrzFormat.MrvA => 16,
            MrzFormat.MrvB => 8,
            _ => 6,
        });
        return Gen.Select(
            number,
            optional,
            Alphanumeric(0, isCard ? 11 : 0),
            Gen.Select(Birth, Expiry),
            Gen.OneOfConst('M', 'F', 'X'),
            Name(1),
            // The national layout has room for 14 characters, and parts names by two.
            isFrench ? Gen.String[Gen.Char[Letters], 0, 14] : Name(0),
            (number, optional, second, dates, sex, surname, givenNames) => new MrzFields
            {
                DocumentCode = CodeOf(format),
                IssuingState = isFrench ? "FRA" : "D",
                DocumentNumber = number,
                Nationality = isFrench ? "FRA" : "UTO",
                BirthDate = dates.Item1,
                ExpiryDate = dates.Item2,
                Sex = sex,
                Surname = surname,
                GivenNames = givenNames,
                OptionalData = optional,
                SecondOptionalData = second,
            });
    }

    private static Gen<string> Alphanumeric(int least, int most) => Gen.String[Gen.Char["0123456789" + Letters], least, most];

    /// <summary>At most 14 characters, so that two of them fit into every format.</summary>
    private static Gen<string> Name(int least) =>
        Gen.String[Gen.Char[Letters], 1, 4].Array[least, 3].Select(static parts => string.Join(' ', parts));

    private static readonly Gen<PartialDate> Birth = Gen.Select(
        Gen.Int[1927, 2025], Gen.Int[0, 12], Gen.Int[0, 28],
        static (year, month, day) => PartialDate.TryCreate(year, month, month == 0 ? 0 : day, out var date) ? date : default);

    private static readonly Gen<PartialDate> Expiry = Gen.Select(
        Gen.Int[1977, 2074], Gen.Int[1, 12], Gen.Int[1, 28],
        static (year, month, day) => PartialDate.From(new DateOnly(year, month, day)));
}
