using System.Collections.Frozen;

namespace EdgeCheckpoint.Names;

/// <summary>Words of a name that are no names, and how they are treated. Written down by hand.</summary>
internal static class NameWords
{
    /// <summary>The Arabic article with its assimilated forms; left out, since half of the writers leave it out or glue it.</summary>
    private static readonly FrozenSet<string> Articles = Words("AL EL UL AR AS ASH AN AD AT AZ UR US UD UN UZ ESH ED ER ET AAL");

    /// <summary>The article's forms that are nothing else; the others are articles only between two words of a name.</summary>
    private static readonly FrozenSet<string> PlainArticles = Words("AL EL UL AAL");

    private static readonly FrozenSet<string> Servants = Words("ABD ABDUL ABDEL ABDAL ABDOL ABDU ABDO ABDOUL ABDIL ABDELL ABDUR ABDER ABDAR ABDIR ABDOR ABDUS ABDES ABDAS ABDUN ABDEN ABDAN ABDUZ ABDEZ ABDAZ ABDUSH ABDYL ABDAHL");

    private static readonly FrozenSet<string> Fathers = Words("ABU ABOU ABO ABI ABUL ABOUL UMM OUM OM");

    private static readonly FrozenSet<string> Sons =
        Words("BIN BEN IBN BINT BENT BINTI OULD WALAD WOULD VELED OGLU OGLY UGLI OGLI OGHLU KYZY KIZI QIZI");

    private static readonly FrozenSet<string> Particles = Words(
        "DE LA LAS LOS DEL DA DAS DO DOS DI DU DELLA DEGLI VAN VON VOM ZU ZUR DER DEN TER TEN TE LE Y E AF AV JR SR JUNIOR SENIOR II III IV");

    /// <summary>Ranks and honours. Many are names as well, so they are light only beside another name in the same field.</summary>
    private static readonly FrozenSet<string> Titles = Words(
        "MR MRS MS MISS DR DOCTOR PROF PROFESSOR SIR GENERAL GEN COLONEL COL COMMANDER "
        + "COMMANDANT CAPTAIN CAPT MAJOR MAJ LIEUTENANT LT SERGEANT SGT BRIGADIER BRIG ENGINEER ENG REV FATHER "
        + "HAJI HAJJI HADJI HAJ HAJJ HADJ ALHAJ ALHAJI HOJJAT MULLAH MULLA MOLLAH MAULAVI MAWLAWI MAULVI MOLVI MAULANA MAWLANA MOULANA "
        + "QARI HAFIZ HAFEZ SHEIKH SHAYKH SHEIK SHAIKH CHEIKH USTAD USTAZ MUFTI AYATOLLAH SAYYID SAYYED SAYED SYED SEYED AKHUND AKHOND SAHIB SAHEB SAHAB MOLAH MOLA MOLAVI MOLAWI MOULAVI MOULAWI MAULAWI MAWLAVI MOULVI HAJJE HADJE USTADH SARDAR MAALIM MUALLIM MOALLIM MALLAM HOJJATOLESLAM MARTYR AKA NEE ALIAS");

    private static readonly FrozenSet<string> CommonNames = Words(
        "MUHAMMAD MOHAMMED MOHAMED MOHAMMAD MUHAMMED MOHAMAD MUHAMAD MOHD MUHD MUH MOCHAMAD MD MHD AHMAD AHMED ALI HASSAN HASAN HUSSEIN HUSSAIN "
        + "HUSAYN HOSSEIN IBRAHIM ABDALLAH KHAN SINGH KAUR KUMAR BEGUM BIBI JOSE MARIA JUAN JOHN MOHAMMADI ALEXANDER ALEKSANDR "
        + "IVANOVICH NIKOLAEVICH VLADIMIROVICH ALEKSANDROVICH MAHMUD MAHMOUD OMAR YUSUF KIM LEE LI WANG ZHANG CHEN NGUYEN GARCIA "
        + "RODRIGUEZ GONZALEZ LOPEZ HERNANDEZ MARTINEZ PEREZ SMITH");

    /// <summary>Ends of Slavic patronymics in their romanisations, Ukrainian and Belarusian among them.</summary>
    private static readonly string[][] PatronymicEnds = ByLastLetter(
        ["OVICH", "EVICH", "OWITSCH", "EWITSCH", "OVICZ", "EVICZ", "OWNA", "EWNA", "OVYCH", "EVYCH", "AVICH", "OVITCH", "EVITCH", "ILYICH", "OVNA", "EVNA", "IVNA", "AUNA", "EUNA", "INICHNA", "YICH"]);

    /// <summary>Ends of family names, longest first where one ends in another.</summary>
    private static readonly string[][] FamilyEnds = ByLastLetter(
    [
        "SHVILI", "ZADEH", "NEJAD", "SKAYA", "SKIY", "SKYI", "SKII", "SKY", "SKI", "SKA", "ENKO", "ENKA", "OVA", "EVA", "INA", "YAN", "IAN", "OV",
        "EV", "IN", "DZE", "EZ", "SON", "SEN", "AVA", "AU",
    ]);

    internal static bool IsArticle(string word) => Articles.Contains(word);

    internal static bool IsPlainArticle(string word) => PlainArticles.Contains(word);

    internal static bool IsServant(string word) => Servants.Contains(word);

    internal static bool IsFather(string word) => Fathers.Contains(word);

    internal static bool IsSon(string word) => Sons.Contains(word);

    internal static bool IsParticle(string word) => Particles.Contains(word) || Sons.Contains(word);

    internal static bool IsTitle(string word) => Titles.Contains(word);

    internal static bool IsCommon(string word) => CommonNames.Contains(word);

    /// <summary>True for -OVICH, -OVNA and their like.</summary>
    internal static bool EndsAsPatronymic(ReadOnlySpan<char> word) => EndingLength(word, PatronymicEnds) > 0;

    /// <summary>Length of an ending that a great many names share and that therefore says nothing; 0 when there is none.</summary>
    internal static int CommonEndingLength(ReadOnlySpan<char> word)
    {
        var length = EndingLength(word, PatronymicEnds);
        return length > 0 ? length : EndingLength(word, FamilyEnds);
    }

    /// <summary>Endings by their last letter, A to Z: nearly every word is through after a look at its own.</summary>
    private static string[][] ByLastLetter(string[] ends) =>
        [.. Enumerable.Range('A', 26).Select(letter => ends.Where(end => end[^1] == letter).ToArray())];

    private static int EndingLength(ReadOnlySpan<char> word, string[][] ends)
    {
        if (word[^1] is < 'A' or > 'Z')
            return 0;
        foreach (var end in ends[word[^1] - 'A'])
        {
            if (word.Length >= end.Length + 2 && word.EndsWith(end, StringComparison.Ordinal))
                return end.Length;
        }

        return 0;
    }

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
