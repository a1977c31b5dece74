using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Core.Tests.Documents.Transliteration;

/// <summary>Invented names; those marked so are words of the standard's own examples.</summary>
public sealed class MrzTransliterationTests
{
    [Theory]
    [InlineData("Brandvold", "BRANDVOLD")]
    [InlineData("  Lene   Mai ", "LENE<MAI")]
    [InlineData("Quist-Ormeval", "QUIST<ORMEVAL")]
    [InlineData("Quist - Ormeval", "QUIST<ORMEVAL")]
    [InlineData("Quist\u2010Ormeval", "QUIST<ORMEVAL")]
    [InlineData("d'Ormeval", "DORMEVAL")]
    [InlineData("d\u2019Ormeval", "DORMEVAL")]
    [InlineData("Go\u02BBrdana", "GORDANA")]
    [InlineData("Lene, Mai", "LENE<MAI")]
    [InlineData("Lene,Mai", "LENE<MAI")]
    [InlineData("L. (Mai) \u201CLulu\u201D", "L<MAI<LULU")]
    [InlineData("LENE<MAI<<", "LENE<MAI")]
    [InlineData("'", "")]
    [InlineData("", "")]
    public void Apply_SpacesAndPunctuation_FollowTheConvention(string name, string expected) =>
        Assert.Equal(expected, MrzTransliteration.Standard.Apply(name).Value);

    [Theory]
    [InlineData("Br\u00E5ndh\u00F6j", "BRAANDHOEJ")]
    [InlineData("Gr\u00FCn\u00E4\u00DFer", "GRUENAESSER")]
    [InlineData("GR\u00DCN\u00C4\u1E9EER", "GRUENAESSER")]
    [InlineData("S\u00F8lv\u00E6", "SOELVAE")]
    [InlineData("\u00DE\u00F3rgu\u00F0r", "THORGUDR")]
    [InlineData("\u0130smi Yal\u0131n", "ISMI<YALIN")]
    [InlineData("\u0132lst \u0153rle", "IJLST<OERLE")]
    [InlineData("\u0160t\u011Bpka \u0141u\u017Cna", "STEPKA<LUZNA")]
    [InlineData("Can\u0303or", "CANOR")]
    [InlineData("\u0218erb\u0103u \u021Auc", "SERBAU<TUC")]
    [InlineData("Nguy\u1EC5m", "NGUYEM")]
    public void Apply_Latin_FollowsTheFirstRecommendation(string name, string expected) =>
        Assert.Equal(expected, MrzTransliteration.Standard.Apply(name).Value);

    [Theory]
    [InlineData(LatinForm.Recommended, "AEAANOEUE")]
    [InlineData(LatinForm.Plain, "AANOU")]
    [InlineData(LatinForm.Escaped, "AEAANXXOEUXX")]
    public void Apply_LettersWithAChoice_FollowIt(LatinForm form, string expected)
    {
        var choices = new MrzTransliteration { ADiaeresis = form, ARing = form, NTilde = form, ODiaeresis = form, UDiaeresis = form };

        Assert.Equal(expected, choices.Apply("\u00E4\u00E5\u00F1\u00F6\u00FC").Value);
        Assert.Equal(expected, choices.Apply("A\u0308A\u030AN\u0303O\u0308U\u0308").Value);
    }

    [Fact]
    public void Apply_OneLetterChosen_LeavesTheOthers()
    {
        var choices = new MrzTransliteration { UDiaeresis = LatinForm.Escaped };

        Assert.Equal("GRUXXNAEN", choices.Apply("Gr\u00FCn\u00E4\u00F1").Value);
    }

    [Theory]
    // A combining mark that makes no letter of the tables, alone and behind one that does.
    [InlineData("x\u0304e\u0302\u0301", "XE")]
    [InlineData("Gru\u0308\u0304n", "GRUEN")]
    [InlineData("\u0413\u043E\u0301\u0440\u043D\u0430", "GORNA")]
    [InlineData("\u0438\u0306\u0415\u0308\u0456\u0308", "IEI")]
    public void Apply_CombiningMarks_MakeLettersOrGo(string name, string expected) =>
        Assert.Equal(expected, MrzTransliteration.Standard.Apply(name).Value);

    [Theory]
    [InlineData(CyrillicLanguage.Other, "\u042E\u0440\u0435\u0439 \u042F\u0433\u0456\u043B\u044C", "IUREI<IAGIL")]
    [InlineData(CyrillicLanguage.Ukrainian, "\u042E\u0440\u0435\u0439 \u042F\u0433\u0456\u043B\u044C", "YUREI<YAHIL")]
    [InlineData(CyrillicLanguage.Ukrainian, "\u0404\u0433\u0438\u0447-\u0407\u0436\u0438\u043D \u0419\u043E\u0441", "YEHYCH<YIZHYN<YOS")]
    [InlineData(CyrillicLanguage.Ukrainian, "\u043C\u0430\u0440\u2019\u044F\u043D\u0430\u0454\u0457", "MARIANAIEI")]
    // И + breve at the beginning, as a decomposed first letter.
    [InlineData(CyrillicLanguage.Ukrainian, "\u0418\u0306\u043E\u0441", "YOS")]
    [InlineData(CyrillicLanguage.Belarusian, "\u0413\u0430\u0451\u045E", "HAIOU")]
    [InlineData(CyrillicLanguage.Other, "\u0413\u0430\u0451\u045E", "GAEU")]
    [InlineData(CyrillicLanguage.Bulgarian, "\u0429\u044A\u0440\u043E\u0432", "SHTIEROV")]
    [InlineData(CyrillicLanguage.Other, "\u0429\u044A\u0440\u043E\u0432", "SHCHIEROV")]
    [InlineData(CyrillicLanguage.Serbian, "\u0425\u0430\u0446\u0447\u0438\u0448\u0436\u0433\u045B\u0452", "HACCISZHCD")]
    [InlineData(CyrillicLanguage.Macedonian, "\u0425\u0446\u045C\u045F\u0453\u0493", "HCKJDJGJGJ")]
    [InlineData(CyrillicLanguage.Other, "\u0425\u0446\u045C\u045F\u0453\u0493", "KHTSKDZGG")]
    public void Apply_Cyrillic_FollowsTheLanguage(CyrillicLanguage language, string name, string expected) =>
        Assert.Equal(expected, new MrzTransliteration { Language = language }.Apply(name).Value);

    [Theory]
    // Teh marbuta at the end of each component, inside one, and before what is not written.
    [InlineData("\u0631\u0645\u0644\u0629 \u0633\u0644\u0629", "RMLXAH<SLXAH")]
    [InlineData("\u0631\u0645\u0629\u0644", "RMXTAL")]
    [InlineData("\u0631\u0645\u0644\u0629\u064E\u0640", "RMLXAH")]
    [InlineData("\u0631\u0645\u0644\u0629-\u0633", "RMLXAH<S")]
    // Shadda: on one letter, on an escaped one, behind a vowel, before the vowel.
    [InlineData("\u0633\u0644\u0651\u0627\u0631", "SLLAR")]
    [InlineData("\u0634\u0636\u0651\u0629", "XSHXDZXDZXAH")]
    [InlineData("\u0633\u0644\u064E\u0651\u0627\u0631", "SLLAR")]
    [InlineData("\u0633\u064E\u0644\u0651\u064E\u0627\u0652\u0631", "SLLAR")]
    // The hamza in its six shapes, composed and decomposed.
    [InlineData("\u0621\u0622\u0623\u0624\u0625\u0626", "XEXAAXAEUIXI")]
    [InlineData("\u0627\u0653\u0627\u0654\u0648\u0654\u0627\u0655\u064A\u0654", "XAAXAEUIXI")]
    // Tatweel and all vowel marks.
    [InlineData("\u0633\u0640\u0640\u064B\u064C\u064D\u064E\u064F\u0650\u0652\u0670\u0631", "SR")]
    // Letters of Persian, Urdu and Pashto, and a joiner between two of them.
    [InlineData("\u0686\u06AF\u06CC\u200C\u06BE\u0693\u06D3", "XCXGGXYAXDOXRRXBE")]
    [InlineData("\u0680", null)]
    // The name of God, with and without marks, and as part of a longer word.
    [InlineData("\u0633\u0639\u062F \u0627\u0644\u0644\u0647", "SED<ALLXH")]
    [InlineData("\u0633\u0639\u062F\u0627\u0644\u0644\u0651\u0670\u0647\u0650", "SEDALLXH")]
    [InlineData("\u0627\u0644\u0644\u0647\u0627", "ALLHA")]
    public void Apply_Arabic_FollowsItsRules(string name, string? expected)
    {
        var result = MrzTransliteration.Standard.Apply(name);

        Assert.Equal(expected, result.IsSuccess ? result.Value : null);
    }

    [Fact]
    public void Apply_NameOfGodLetterByLetter_HasHeh()
    {
        var choices = new MrzTransliteration { UsesSpecialCaseOfAllah = false };

        Assert.Equal("ALLH", choices.Apply("\u0627\u0644\u0644\u0647").Value);
    }

    [Theory]
    [InlineData("Br4nd", 3, TransliterationReason.Digit)]
    [InlineData("Br\u0664nd", 3, TransliterationReason.Digit)]
    [InlineData("\u03A9mega", 1, TransliterationReason.NoEntry)]
    [InlineData("Lene \u4E2D", 6, TransliterationReason.NoEntry)]
    [InlineData("Lene \U0001F600", 6, TransliterationReason.NoEntry)]
    [InlineData("Le?e", 3, TransliterationReason.NoEntry)]
    [InlineData("\u0259l", 1, TransliterationReason.NoEntry)]
    [InlineData("a \u0308b", 3, TransliterationReason.StrayMark)]
    [InlineData("\u0651\u0631", 1, TransliterationReason.StrayMark)]
    [InlineData("\u0631\u0301", 2, TransliterationReason.StrayMark)]
    [InlineData("r\u0651", 2, TransliterationReason.StrayMark)]
    public void Apply_CharacterThatCannotBeWritten_TellsPlaceAndReason(string name, int position, TransliterationReason reason)
    {
        var failure = MrzTransliteration.Standard.Apply(name).Failure;

        Assert.Equal([new TransliterationProblem(position, reason)], failure.Problems.AsEnumerable());
    }

    [Fact]
    public void Apply_HalfACharacter_TellsItsPlace()
    {
        var failure = MrzTransliteration.Standard.Apply("Lene \uD800").Failure;

        Assert.Equal([new TransliterationProblem(6, TransliterationReason.NoEntry)], failure.Problems.AsEnumerable());
    }

    [Fact]
    public void Apply_SeveralSuchCharacters_TellsAll()
    {
        var failure = MrzTransliteration.Standard.Apply("L3ne \u03A9 M4i").Failure;

        Assert.Equal([2, 6, 9], failure.Problems.Select(static problem => problem.Position));
        Assert.Equal("Digit at 2; NoEntry at 6; Digit at 9", failure.ToString());
    }

    [Theory]
    [InlineData("BLR", CyrillicLanguage.Belarusian)]
    [InlineData("BGR", CyrillicLanguage.Bulgarian)]
    [InlineData("MKD", CyrillicLanguage.Macedonian)]
    [InlineData("SRB", CyrillicLanguage.Serbian)]
    [InlineData("UKR", CyrillicLanguage.Ukrainian)]
    [InlineData("UTO", CyrillicLanguage.Other)]
    public void ForIssuingState_KnownAndOther_GivesTheLanguage(string state, CyrillicLanguage language) =>
        Assert.Equal(new MrzTransliteration { Language = language }, MrzTransliteration.ForIssuingState(state));
}
