using System.Collections.Frozen;
using System.Text;

namespace EdgeCheckpoint.Names;

/// <summary>
/// Writes Arabic script, Persian and Urdu letters among it, as people romanise it in passports' visual zones and on lists.
/// Short vowels are not written in this script, so common names are looked up and the rest is left to comparison by sound.
/// </summary>
internal static class ArabicRomanisation
{
    /// <summary>Common names whose vowels everybody knows; written down by hand.</summary>
    private static readonly FrozenDictionary<string, string> Names = Build(
        "محمد MUHAMMAD احمد AHMAD محمود MAHMUD حامد HAMID حميد HAMID حمد HAMAD علی ALI علي ALI حسن HASSAN حسین HUSSEIN حسين HUSSEIN "
        + "عمر OMAR عثمان UTHMAN يوسف YUSUF یوسف YUSUF ابراهيم IBRAHIM ابراهیم IBRAHIM اسماعيل ISMAIL اسماعیل ISMAIL موسى MUSA "
        + "موسی MUSA عيسى ISA عیسی ISA داود DAWUD سليمان SULAYMAN سلیمان SULAYMAN خالد KHALID خليل KHALIL سعيد SAID سعید SAID "
        + "سعد SAAD سيد SAYYID سید SAYYID سالم SALEM سليم SALIM صالح SALIH صلاح SALAH سامي SAMI سمير SAMIR ناصر NASSER نصر NASR "
        + "طارق TARIQ طاهر TAHIR راشد RASHID رشيد RASHID رحمن RAHMAN رحمان RAHMAN رحيم RAHIM رحیم RAHIM كريم KARIM کریم KARIM "
        + "كمال KAMAL جمال JAMAL جميل JAMIL جلال JALAL جعفر JAFAR جابر JABIR جواد JAWAD حمزة HAMZA حمزه HAMZA هاني HANI حافظ HAFIZ "
        + "حكيم HAKIM هاشم HASHIM هشام HISHAM حيدر HAYDAR حیدر HAYDAR انور ANWAR اسد ASAD اسعد ASAAD ايمن AYMAN ايوب AYUB عزيز AZIZ "
        + "عزیز AZIZ بدر BADR بكر BAKR بلال BILAL بشير BASHIR بشار BASHAR فيصل FAISAL فاروق FARUQ فريد FARID فهد FAHD فاطمة FATIMA "
        + "فاطمه FATIMA غسان GHASSAN عماد IMAD عمران IMRAN مهدي MAHDI مهدی MAHDI ماجد MAJID مجيد MAJID مجید MAJID مالك MALIK "
        + "منصور MANSUR مروان MARWAN منير MUNIR مراد MURAD مصطفى MUSTAFA مصطفی MUSTAFA مختار MUKHTAR نبيل NABIL نادر NADIR نعيم NAIM "
        + "نور NUR قاسم QASIM قادر QADIR رضا REZA صادق SADIQ سيف SAYF شريف SHARIF شيخ SHAYKH سلطان SULTAN طالب TALIB وليد WALID "
        + "ياسين YASIN ياسر YASIR يحيى YAHYA یحیی YAHYA زيد ZAYD زين ZAYN عادل ADIL عدنان ADNAN اكرم AKRAM امين AMIN امیر AMIR امير AMIR "
        + "عارف ARIF اشرف ASHRAF عايشة AISHA زينب ZAYNAB ليلى LAYLA مريم MARYAM خان KHAN الله ALLAH دين DIN زاده ZADEH پور POUR "
        + "نژاد NEJAD بن BIN ابن BIN بنت BINT ابو ABU ابي ABU ام UMM عبد ABD غلام GHULAM حبيب HABIB حبیب HABIB مجتبی MOJTABA حاج HAJ "
        + "اکبر AKBAR اصغر ASGHAR عباس ABBAS حسني HUSNI صدام SADDAM قصي QUSAY عدي UDAY لطيف LATIF غفور GHAFUR سلام SALAM ستار SATTAR "
        + "جبار JABBAR وهاب WAHHAB ملك MALIK مولوي MAWLAWI ملا MULLAH جان JAN گل GUL "
        + "علاء ALAA نزار NIZAR فراس FIRAS باسل BASEL ماهر MAHER رامي RAMI رفعت RIFAAT طلال TALAL غازي GHAZI زياد ZIYAD وايل WAEL "
        + "هيثم HAYTHAM عصام ISSAM حسام HUSSAM نضال NIDAL جهاد JIHAD عبيد UBAYD رياض RIYAD فواد FUAD لوي LUAY مازن MAZIN قيس QAYS "
        + "معاذ MUADH معتز MUTAZ منذر MUNDHIR ناجي NAJI هلال HILAL وسام WISSAM يونس YUNUS ادريس IDRIS زكريا ZAKARIYA الياس ILYAS "
        + "اسحاق ISHAQ يعقوب YAQUB هارون HARUN شعبان SHABAN رمضان RAMADAN رجب RAJAB خميس KHAMIS جمعة JUMA حمدان HAMDAN سلمان SALMAN "
        + "عمار AMMAR عامر AMIR عمرو AMR انس ANAS باسم BASIM بسام BASSAM ثامر THAMIR جاسم JASSIM حازم HAZIM حاتم HATIM خلف KHALAF "
        + "خليفة KHALIFA رايد RAED رضوان RIDWAN زهير ZUHAYR سفيان SUFYAN شاكر SHAKIR شهاب SHIHAB صقر SAQR ضياء DIYA عاصم ASIM "
        + "عزت IZZAT عواد AWWAD عوض AWAD غالب GHALIB فارس FARIS فايز FAYEZ فتحي FATHI فوزي FAWZI كاظم KAZIM کاظم KAZEM كامل KAMIL "
        + "لطفي LUTFI مبارك MUBARAK محسن MUHSIN مسعود MASUD مطر MATAR معمر MUAMMAR مهند MUHANNAD نواف NAWAF هادي HADI هادی HADI "
        + "يزيد YAZID مرتضی MORTEZA مرتضى MURTADA تقی TAQI نقی NAQI مسلم MUSLIM معین MOIN بیژن BIJAN فضل FAZL حق HAQ عزيزي AZIZI "
        + "شمس SHAMS ضیاء ZIA نجيب NAJIB نجیب NAJIB جلیل JALIL جلال JALAL خلیل KHALIL حمید HAMID رشید RASHID شریف SHARIF سلیم SALIM "
        + "نعیم NAIM لطیف LATIF منیر MUNIR نصیر NASIR بشیر BASHIR صدیق SIDDIQ امین AMIN ایوب AYUB ذبیح ZABIH عبید OBAID حکیم HAKIM "
        + "صادقی SADEGHI کمال KAMAL مالک MALIK مبارک MUBARAK شاه SHAH سردار SARDAR نظر NAZAR بهرام BAHRAM بهمن BAHMAN فرهاد FARHAD "
        + "پرویز PARVIZ خسرو KHOSROW رستم RUSTAM داریوش DARIUSH کوروش KOUROSH هوشنگ HOUSHANG منوچهر MANOUCHEHR فریدون FEREYDOUN "
        + "سعود SAUD فخری FAKHRI فاطمی FATEMI زهرا ZAHRA زهراء ZAHRA سمیه SOMAYEH نرگس NARGES پروین PARVIN خدیجة KHADIJA خديجة KHADIJA");

    private static readonly FrozenDictionary<char, string> Letters = BuildLetters(
        "ا A|آ A|أ A|إ I|ٱ A|ب B|پ P|ت T|ة A|ۃ A|ث TH|ج J|چ CH|ح H|خ KH|د D|ذ DH|ر R|ز Z|ژ ZH|س S|ش SH|ص S|ض D|ط T|ظ Z|غ GH|ف F|ڤ V|"
        + "ق Q|ك K|ک K|گ G|ڭ NG|ل L|م M|ن N|ں N|ه H|ہ H|ھ H|ۂ H|ى A|ؤ U|ئ I|ٹ T|ټ T|ڈ D|ډ D|ڑ R|ړ R|ږ G|ښ SH|ڼ N|څ TS|ځ DZ|ے E|ې E|ۍ I|ۀ A|ە E");

    /// <summary>Letters in the order of their presentation forms from U+FE80 on, each with the number of its forms.</summary>
    private const string Forms = "ء1آ2أ2ؤ2إ2ئ4ا2ب4ة2ت4ث4ج4ح4خ4د2ذ2ر2ز2س4ش4ص4ض4ط4ظ4ع4غ4ف4ق4ك4ل4م4ن4ه4و2ى2ي4";

    internal static bool IsArabic(char character) => character is (>= '\u0600' and <= '\u06FF') or (>= '\u0750' and <= '\u077F')
        or (>= '\uFB50' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC');

    /// <summary>Writes the Arabic words of a text in Latin letters; other words stay.</summary>
    internal static string Apply(string text)
    {
        var latin = new StringBuilder(text.Length * 2);
        foreach (var word in Plain(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (latin.Length > 0)
                latin.Append(' ');
            AppendWord(latin, word);
        }

        return latin.ToString();
    }

    /// <summary>Leaves out what is not a letter of the word: vowel marks, tatweel; writes joiners and separators as spaces.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is (>= '\u064B' and <= '\u065F') or '\u0640' or '\u0670' or '\u0654' or '\u0655')
                continue;
            if (character is >= '\uFEF5' and <= '\uFEFC')
                plain.Append("لا");
            else
                plain.Append(character is '\u200C' or '\u060C' or '-' || char.IsWhiteSpace(character) ? ' ' : Base(character));
        }

        return plain.ToString();
    }

    /// <summary>The letter itself for a shape of it, as texts taken from printed pages have them.</summary>
    private static char Base(char character)
    {
        switch (character)
        {
            case >= '\uFB56' and <= '\uFB59':
                return 'پ';
            case >= '\uFB7A' and <= '\uFB7D':
                return 'چ';
            case '\uFB8A' or '\uFB8B':
                return 'ژ';
            case >= '\uFB8E' and <= '\uFB91':
                return 'ک';
            case >= '\uFB92' and <= '\uFB95':
                return 'گ';
            case >= '\uFBFC' and <= '\uFBFF':
                return 'ی';
            case < '\uFE80' or > '\uFEF4':
                return character;
        }

        var form = character - '\uFE80';
        for (var i = 0; i < Forms.Length; i += 2)
        {
            form -= Forms[i + 1] - '0';
            if (form < 0)
                return Forms[i];
        }

        return character;
    }

    private static void AppendWord(StringBuilder latin, string word)
    {
        if (!IsArabic(word[0]))
        {
            latin.Append(word);
            return;
        }

        var simple = word.Replace('أ', 'ا').Replace('إ', 'ا').Replace('آ', 'ا').Replace('ٱ', 'ا').Replace('ؤ', 'و').Replace('ئ', 'ي');
        if (Names.TryGetValue(simple, out var known))
        {
            latin.Append(known);
        }
        else if (simple.Length >= 5 && simple.StartsWith("ال", StringComparison.Ordinal))
        {
            latin.Append("AL ");
            AppendWord(latin, word[2..]);
        }
        else if (simple.Length >= 6 && simple.StartsWith("عبدال", StringComparison.Ordinal))
        {
            latin.Append("ABD AL ");
            AppendWord(latin, simple == "عبدالله" ? "الله" : word[5..]);
        }
        else if (simple.Length >= 6 && simple.EndsWith("الله", StringComparison.Ordinal))
        {
            AppendWord(latin, word[..^4]);
            latin.Append(" ALLAH");
        }
        else if (simple.Length >= 6 && simple.EndsWith("الدين", StringComparison.Ordinal))
        {
            AppendWord(latin, word[..^5]);
            latin.Append(" AL DIN");
        }
        else if (simple.Length >= 4 && simple[^1] is 'ي' or 'ی' && Names.TryGetValue(simple[..^1], out known))
        {
            // The name of a family or a place is that of its founder with this ending.
            latin.Append(known).Append('I');
        }
        else if (!TryAppendTwo(latin, simple))
        {
            AppendLetters(latin, word);
        }
    }

    /// <summary>Two known names in one word, as Persian writes them.</summary>
    private static bool TryAppendTwo(StringBuilder latin, string word)
    {
        for (var i = 3; i <= word.Length - 3; i++)
        {
            if (!Names.TryGetValue(word[..i], out var first) || !Names.TryGetValue(word[i..], out var second))
                continue;
            latin.Append(first).Append(' ').Append(second);
            return true;
        }

        return false;
    }

    private static void AppendLetters(StringBuilder latin, string word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            var isFirst = i == 0;
            var isBeforeVowel = i + 1 < word.Length && word[i + 1] is 'ا' or 'آ' or 'ى' or 'ة' or 'ي' or 'ی' or 'و';
            if (word[i] is 'و')
                latin.Append(isFirst || isBeforeVowel ? 'W' : 'U');
            else if (word[i] is 'ي' or 'ی')
                latin.Append(isFirst || isBeforeVowel ? 'Y' : 'I');
            else if (word[i] is 'ع')
                latin.Append('A');
            else if (Letters.TryGetValue(word[i], out var letters))
                latin.Append(letters);
        }
    }

    private static FrozenDictionary<string, string> Build(string table)
    {
        var cells = table.Split(' ');
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < cells.Length; i += 2)
            names[cells[i]] = cells[i + 1];
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<char, string> BuildLetters(string table) =>
        table.Split('|').ToFrozenDictionary(static row => row[0], static row => row[2..]);
}
