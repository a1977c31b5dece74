using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Core.Tests.Names;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it. Invented people only.</summary>
public sealed class NamePreparationTests
{
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("<<<")]
    [InlineData("ทวิก")]
    [InlineData("王麤明")]
    [InlineData("()")]
    public void Listed_NothingToFold_HasNoReading(string name) => Assert.Empty(NamePreparation.Listed(name));

    [Theory]
    [InlineData("Abd al-Rahman Tavik", "ABDRAHMAN TAVIK")]
    [InlineData("Abdul Rahman Tavik", "ABDRAHMAN TAVIK")]
    [InlineData("Abdurrahman Tavik", "ABDRAHMAN TAVIK")]
    [InlineData("Abdulrahman Tavik", "ABDRAHMAN TAVIK")]
    [InlineData("ABDUR REHMAN TAVIK", "ABDRAHMAN TAVIK")]
    [InlineData("Abdel-Kader Tavik", "ABDQADIR TAVIK")]
    [InlineData("Abdullah Tavik", "ABDALLAH TAVIK")]
    [InlineData("Saif al-Din Tavik", "SAIFDIN TAVIK")]
    [InlineData("Saifuddin Tavik", "SAIFDIN TAVIK")]
    [InlineData("Saif-ud-Din Tavik", "SAIFDIN TAVIK")]
    [InlineData("Habib Ullah Tavik", "HABIBALLAH TAVIK")]
    [InlineData("Habibullah Tavik", "HABIBALLAH TAVIK")]
    [InlineData("Abou Tavik Okonjo", "ABUTAVIK OKONJO")]
    [InlineData("El Tavik Okonjo", "TAVIK OKONJO")]
    [InlineData("Tavik Al", "TAVIK AL")]
    public void Listed_CompoundName_IsGluedAlike(string name, string tokens) => Assert.Equal(tokens, Texts(NamePreparation.Listed(name)[0]));

    [Theory]
    [InlineData("Юрий Щукин", "IURII SHCHUKIN", "YURY SHCHUKIN")]
    [InlineData("Jörg Ångholm", "JOERG AANGHOLM", "JORG ANGHOLM")]
    [InlineData("Iver Tavik / Iver Tavek", "IVER TAVIK", "IVER TAVEK")]
    [InlineData("Lena TAVIK (OKONJO)", "TAVIK LENA", "TAVIK OKONJO LENA")]
    public void Listed_SeveralWaysToReadIt_GivesEach(string name, string first, string second) =>
        Assert.Equal([first, second], NamePreparation.Listed(name).Select(Texts));

    [Theory]
    [InlineData("عبد الرحمن تاويك", "ABDRAHMAN TAWIK")]
    [InlineData("محمدرضا تاويك", "MUHAMMAD REZA TAWIK")]
    [InlineData("김옥별", "KIM OK PYOL")]
    [InlineData("Νίκος Ταβίκης", "NIKOS TAVIKIS")]
    [InlineData("ნიკა ტავიკი", "NIKA TAVIKI")]
    public void Listed_OtherScript_IsRomanised(string name, string tokens) => Assert.Equal(tokens, Texts(NamePreparation.Listed(name)[0]));

    [Fact]
    public void Query_Fields_ComeFromCommaCapitalsOrTheZone()
    {
        string[] fields = ["Surname OKONJO", "Given TARIK"];

        Assert.Equal(fields, NamePreparation.Query("OKONJO", "TARIK").Select(Fielded));
        Assert.Equal(fields, NamePreparation.Query("Okonjo, Tarik").Select(Fielded));
        Assert.Equal(fields, NamePreparation.Query("Tarik OKONJO").Select(Fielded));
        Assert.All(NamePreparation.Query("TARIK OKONJO"), static token => Assert.Equal(NameField.Unknown, token.Field));
    }

    [Theory]
    [InlineData("Tarik bin Okonjo Quill", "BIN", TokenTraits.Particle)]
    [InlineData("Tarik bin Okonjo Quill", "OKONJO", TokenTraits.Patronymic)]
    [InlineData("Ivar Tavikovich Quill", "TAVIKOVICH", TokenTraits.Patronymic)]
    [InlineData("Ivar TAVIKOVICH", "TAVIKOVICH", TokenTraits.None)]
    [InlineData("Ivar Tavikovich", "TAVIKOVICH", TokenTraits.None)]
    [InlineData("Haji Tarik Okonjo", "HAJI", TokenTraits.Particle)]
    [InlineData("OKONJO, Haji", "HAJI", TokenTraits.None)]
    [InlineData("Tarik K. Okonjo", "K", TokenTraits.Initial)]
    [InlineData("Muhammad Okonjo", "MUHAMMAD", TokenTraits.Common)]
    [InlineData("Abu Tarik", "ABUTARIQ", TokenTraits.Joined | TokenTraits.Kunya)]
    public void Listed_Token_HasItsTraits(string name, string text, TokenTraits traits) =>
        Assert.Equal(traits, NamePreparation.Listed(name)[0].Single(token => token.Text == text).Traits);

    [Fact]
    public void Listed_AnyText_HasCleanTokensOfLimitedNumber() => Gen.String.Sample(static name =>
    {
        foreach (var reading in NamePreparation.Listed(name))
        {
            Assert.InRange(reading.Length, 1, NamePreparation.TokensMax);
            Assert.All(reading, static token => Assert.Matches("^[A-Z0-9]+$", token.Text));
        }
    }, iter: 5_000);

    private static string Texts(ImmutableArray<NameToken> tokens) => string.Join(' ', tokens.Select(static token => token.Text));

    private static string Fielded(NameToken token) => $"{token.Field} {token.Text}";
}
