using CsCheck;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Core.Tests.Names;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class NameFoldingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("<<<", "")]
    [InlineData("брандволд", "BRANDVOLD")]
    [InlineData("Щукин, Ёжи", "SHCHUKIN EZHI")]
    [InlineData("Ђорђе Ѓорче", "DORDE GORCHE")]
    [InlineData("Müller-Ångström", "MUELLER AANGSTROEM")]
    [InlineData("Đặng Thị Ả", "DANG THI A")]
    [InlineData("Mehriban Əliyeva-ə", "MEHRIBAN ELIYEVA E")]
    [InlineData("D'Artagnan", "DARTAGNAN")]
    [InlineData("O\u2019Neill", "ONEILL")]
    [InlineData("Jose\u0301", "JOSE")]
    [InlineData("Weiß ẞ", "WEISS SS")]
    [InlineData("BRANDVOLD<<ISAURA<LENE<<<", "BRANDVOLD ISAURA LENE")]
    [InlineData(" a.b,c-d/e\tf ", "A B C D E F")]
    [InlineData("Henry 8", "HENRY 8")]
    [InlineData("عبد", "ABD")]
    [InlineData("Γιώργος", "GIORGOS")]
    [InlineData("김", "KIM")]
    [InlineData("王", "")]
    public void Fold_Name_GivesLettersAndSingleSpaces(string name, string folded) => Assert.Equal(folded, NameFolding.Fold(name));

    [Fact]
    public void Fold_AnyText_IsCleanAndFoldsToItself() => Gen.String.Sample(text =>
    {
        var folded = NameFolding.Fold(text);

        Assert.All(folded, static character => Assert.True(char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || character == ' '));
        Assert.DoesNotContain("  ", folded, StringComparison.Ordinal);
        Assert.Equal(folded.Trim(), folded);
        Assert.Equal(folded, NameFolding.Fold(folded));
    }, iter: 5_000);

    [Fact]
    public void Fold_SmallAndCapitalLetter_FoldAlike()
    {
        // Latin with diacritics, Cyrillic, Latin extended additional.
        foreach (var letter in Range(0x00C0, 0x024F).Concat(Range(0x0400, 0x045F)).Concat(Range(0x1E00, 0x1EFF)))
        {
            var folded = NameFolding.Fold([letter]);
            if (folded.Length != 0)
                Assert.True(folded == NameFolding.Fold([char.ToLowerInvariant(letter)]), $"U+{(int)letter:X4}");
        }
    }

    [Fact]
    public void Fold_LettersOfTheMrzTables_AreAllKnown()
    {
        // Doc 9303-3 §6: Latin 1 to extended A, and the Cyrillic letters of living alphabets.
        foreach (var letter in Range(0x00C0, 0x017E).Except("×÷ſ").Concat(Range(0x0400, 0x045F).Except("Ьь")).Except("ЀЍѐѝ"))
            Assert.True(NameFolding.Fold([letter]).Length != 0, $"U+{(int)letter:X4}");
    }

    private static IEnumerable<char> Range(int first, int last) => Enumerable.Range(first, last - first + 1).Select(static code => (char)code);
}
