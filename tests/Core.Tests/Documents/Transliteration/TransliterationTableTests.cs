using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Core.Tests.Documents.Transliteration;

public sealed class TransliterationTableTests
{
    private static readonly TableRow[] Rows = [.. TableGenerator.FileNames.SelectMany(TableGenerator.Read)];

    [Fact]
    public void Table_MadeAgainFromItsDataFiles_IsTheCommittedOne()
    {
        var generated = TableGenerator.Generate();
        if (Environment.GetEnvironmentVariable(TableGenerator.WriteVariable) == "1")
            File.WriteAllText(TableGenerator.TablePath, generated);

        Assert.Equal(generated, File.ReadAllText(TableGenerator.TablePath));
    }

    [Fact]
    public void Files_InTheFolder_AreAllUsed() =>
        Assert.Equal(
            TableGenerator.FileNames.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(TableGenerator.Folder, "*.tsv").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("latin.tsv", 95)]
    [InlineData("cyrillic.tsv", 48)]
    [InlineData("arabic.tsv", 82)]
    public void Files_OfTheStandard_HaveItsNumberOfRows(string fileName, int count) =>
        Assert.Equal(count, TableGenerator.Read(fileName).Count());

    [Fact]
    public void Rows_EveryOne_HasOneMeaningAndMrzLetters()
    {
        var characters = Rows.SelectMany(static row => row.Characters).ToArray();
        var texts = Rows.SelectMany(static row => row.Exceptions.Select(static exception => exception.Mrz).Append(row.Mrz));

        Assert.Equal(characters.Length, characters.Distinct().Count());
        Assert.DoesNotContain(characters, static character => char.IsAscii(character));
        Assert.All(texts, static text => Assert.True(text == "double" || text.All(char.IsAsciiLetterUpper), text));
        Assert.All(Rows, static row => Assert.True(row.Parts.Length is 0 or 2));
    }

    [Fact]
    public void Apply_EveryRow_GivesItsText()
    {
        // A letter on either side, so that no rule on first or last characters speaks.
        foreach (var row in Rows.Where(static row => row.Mrz != "double"))
        {
            foreach (var written in row.Characters.Select(static character => character.ToString()).Append(row.Parts))
            {
                if (written.Length != 0)
                    Assert.Equal($"A{row.Mrz}A", MrzTransliteration.Standard.Apply($"a{written}a").Value);
            }
        }
    }

    [Fact]
    public void Apply_EveryException_GivesItsText()
    {
        var count = 0;
        foreach (var row in Rows)
        {
            foreach (var (name, mrz) in row.Exceptions)
            {
                var (before, after) = (name == "uk-first" ? "" : "a", name == "final" ? "" : "a");
                count++;

                Assert.Equal(
                    $"{before}{mrz}{after}".ToUpperInvariant(),
                    ChoicesOf(name).Apply($"{before}{row.Characters[^1]}{after}").Value,
                    ignoreCase: false);
            }
        }

        Assert.Equal(29, count);
    }

    private static MrzTransliteration ChoicesOf(string name) => name switch
    {
        "plain" => EveryLatin(LatinForm.Plain),
        "escaped" => EveryLatin(LatinForm.Escaped),
        "be" => MrzTransliteration.ForIssuingState("BLR"),
        "bg" => MrzTransliteration.ForIssuingState("BGR"),
        "mk" => MrzTransliteration.ForIssuingState("MKD"),
        "sr" => MrzTransliteration.ForIssuingState("SRB"),
        "uk" or "uk-first" => MrzTransliteration.ForIssuingState("UKR"),
        _ => MrzTransliteration.Standard,
    };

    private static MrzTransliteration EveryLatin(LatinForm form) => new()
    {
        ADiaeresis = form,
        ARing = form,
        NTilde = form,
        ODiaeresis = form,
        UDiaeresis = form,
    };
}
