using System.Collections.Immutable;

namespace EdgeCheckpoint.Names;

/// <summary>
/// The syllables of Chinese names with their spelling in Pinyin and in Wade-Giles, a row each as in <see cref="NameGroupTable"/>.
/// XUE and HSUEH are one; WANG and WENG, LI and LU are two, though a single letter parts them.
/// </summary>
internal static class PinyinSyllables
{
    /// <summary>Syllables of Pinyin that names have, by their initial; NÜ and LÜ are written without their mark.</summary>
    private static readonly string[] Pinyin =
    [
        "BA BAI BAN BANG BAO BEI BEN BENG BI BIAN BIAO BIE BIN BING BO BU",
        "PAI PAN PANG PAO PEI PEN PENG PI PIAN PIAO PIE PIN PING PO PU",
        "MAI MAN MANG MAO MEI MEN MENG MI MIAN MIAO MIN MING MO MU",
        "FA FAN FANG FEI FEN FENG FU",
        "DAI DAN DANG DAO DENG DIAN DIAO DIE DING DONG DOU DUAN DUI DUN DUO",
        "TAI TAN TANG TAO TENG TI TIAN TIAO TIE TING TONG TOU TU TUAN TUI TUN TUO",
        "NAI NAN NANG NENG NI NIAN NIE NING NIU NONG NU NUAN NUO",
        "LAI LAN LANG LAO LEI LENG LI LIAN LIANG LIAO LIE LIN LING LIU LONG LOU LU LUAN LUN LUO",
        "GAI GAN GANG GAO GE GEN GENG GONG GOU GU GUAN GUANG GUI GUN GUO",
        "KAI KAN KANG KE KONG KOU KU KUAI KUAN KUANG KUI KUN KUO",
        "HAI HAN HANG HAO HE HEI HENG HONG HOU HU HUA HUAI HUAN HUANG HUI HUN HUO",
        "JI JIA JIAN JIANG JIAO JIE JIN JING JIONG JIU JU JUAN JUE JUN",
        "QI QIA QIAN QIANG QIAO QIE QIN QING QIONG QIU QU QUAN QUE QUN",
        "XI XIA XIAN XIANG XIAO XIE XIN XING XIONG XIU XU XUAN XUE XUN",
        "ZHA ZHAI ZHAN ZHANG ZHAO ZHE ZHEN ZHENG ZHI ZHONG ZHOU ZHU ZHUAN ZHUANG ZHUI ZHUO",
        "CHA CHAI CHAN CHANG CHAO CHE CHEN CHENG CHI CHONG CHOU CHU CHUAN CHUANG CHUI CHUN",
        "SHA SHAN SHANG SHAO SHE SHEN SHENG SHI SHOU SHU SHUAI SHUAN SHUANG SHUI SHUN SHUO",
        "RAN RANG RAO REN RENG RONG ROU RU RUAN RUI RUN RUO",
        "ZAI ZAN ZANG ZAO ZE ZENG ZI ZONG ZOU ZU ZUI ZUN ZUO",
        "CAI CAN CANG CAO CEN CENG CI CONG CUI CUN CUO",
        "SAI SANG SEN SI SONG SU SUI SUN SUO",
        "YAN YANG YAO YE YI YIN YING YONG YOU YU YUAN YUE YUN",
        "WAN WANG WEI WEN WENG WO WU AI AO OU ER",
    ];

    /// <summary>What Wade and Giles write for an initial; theirs do not tell the aspirated sound when the apostrophe is lost.</summary>
    private static readonly (string Pinyin, string Wade)[] Initials =
    [
        ("ZH", "CH"), ("CH", "CH"), ("SH", "SH"), ("B", "P"), ("D", "T"), ("G", "K"), ("J", "CH"), ("Q", "CH"), ("X", "HS"),
        ("Z", "TS"), ("C", "TS"), ("R", "J"),
    ];

    /// <summary>A row for each syllable; a spelling that is another syllable's in Pinyin stands after the bar.</summary>
    internal static ImmutableArray<string> Rows()
    {
        var syllables = Pinyin.SelectMany(static line => line.Split(' ')).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. syllables.Select(syllable =>
            {
                var wade = Wade(syllable);
                return wade == syllable ? syllable : syllables.Contains(wade) ? $"{syllable} | {wade}" : $"{syllable} {wade}";
            }),
        ];
    }

    private static string Wade(string syllable)
    {
        switch (syllable)
        {
            case "YAN" or "YE" or "YONG":
                return syllable switch { "YAN" => "YEN", "YE" => "YEH", _ => "YUNG" };
            case "YOU" or "YI" or "ER":
                return syllable switch { "YOU" => "YU", "YI" => "I", _ => "ERH" };
            case "ZI" or "CI" or "SI":
                return syllable == "SI" ? "SSU" : "TZU";
        }

        foreach (var (pinyin, wade) in Initials)
        {
            if (syllable.StartsWith(pinyin, StringComparison.Ordinal))
                return wade + Final(pinyin, syllable[pinyin.Length..]);
        }

        return syllable[..1] + Final(syllable[..1], syllable[1..]);
    }

    private static string Final(string initial, string final) => final switch
    {
        "I" when initial is "ZH" or "CH" or "SH" or "R" => "IH",
        "E" when initial is "G" or "K" or "H" => "O",
        "E" when initial is "ZH" or "CH" or "SH" or "Z" => "E",
        "IAN" => "IEN",
        "IE" => "IEH",
        "UE" => "UEH",
        "ONG" => "UNG",
        "IONG" => "IUNG",
        "UI" when initial is "G" or "K" => "UEI",
        "UO" when initial is not ("G" or "K" or "H" or "SH") => "O",
        _ => final,
    };
}
