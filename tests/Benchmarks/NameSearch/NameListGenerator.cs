namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// Invents lists of persons: names of five shapes from all over the world, two to five tokens each, with the skew of real
/// lists (the commonest token in some 7 % of names). The same seed gives the same list; a longer list begins with the shorter.
/// </summary>
/// <remarks>Common name tokens are those that millions bear; they are put together at random and mean nobody.</remarks>
internal sealed class NameListGenerator
{
    /// <summary>DESIGN of the lists that were looked at: four in ten persons without any date.</summary>
    private const double MissingDateShare = 0.4;

    private const double YearOnlyShare = 0.15;

    private readonly Random _random;
    private readonly Shape[] _shapes;

    public NameListGenerator(int seed)
    {
        _random = new Random(seed);
        _shapes = Shapes(seed);
    }

    /// <summary>The next persons.</summary>
    public ListedPerson[] Take(int count)
    {
        var people = new ListedPerson[count];
        for (var i = 0; i < count; i++)
            people[i] = Next();
        return people;
    }

    private static Shape[] Shapes(int seed) =>
    [
        new(0.34, "IRQ SYR JOR EGY DZA MAR YEM SAU LBY TUN", Arabic,
            new NameVocabulary(
                "MUHAMMAD AHMED ALI HASSAN MAHMOUD OMAR KHALID YUSUF IBRAHIM FATIMA MUSTAFA HUSSEIN SAID AISHA SALEH ABDULLAH MARYAM TARIQ NASSER JAMAL",
                0.3, "AB AD AM AS BA BAS DA FA FAD GHA HA HAM HI IB JA JAM KA KHA LA LAT MA MAH MU NA NAS QA RA RAH SA SAL SHA SU TA TAW WA YA ZA ZAY", "IR AN IM UD I A AH IL AR OUM EH IN ID ULLAH", seed + 1),
            new NameVocabulary(
                "MASRI HADDAD NAJJAR KHOURY SHAMI BAGHDADI TIKRITI HASHIMI QURAISHI DOURI ZUBAIDI JABOURI OTAIBI HARBI GHAMDI",
                0.2, "BA DU FAR GHA HA HAL JA JAZ KA KHA MAN MAS NA NU QA RAS SA SAM SHA TAM TU WA ZA ZAR ZU", "I AWI ANI OURI ISHI AT AOUI ITI ALI", seed + 2)),
        new(0.18, "RUS UKR BLR BGR SRB KAZ", Slavic,
            new NameVocabulary(
                "ALEKSANDR SERGEI IVAN DMITRI ANDREI OLGA ELENA NATALIA MIKHAIL NIKOLAI TATIANA VLADIMIR IGOR ANNA OLEG PETR PAVEL YURI",
                0.35, "AL AN AR BO BRA DA DRA GRI IL KIR LE LIU MA MI MIL NA OK RA RO SE STA SVE TA VA VE VIK VLA YA ZO", "SLAV MIR AN EI IN A IA ENA OR ILA IK", seed + 3),
            new NameVocabulary(
                "IVANOV PETROV SMIRNOV KUZNETSOV POPOV SOKOLOV MOROZOV VOLKOV NOVIKOV FEDOROV KOVALENKO SHEVCHENKO BONDARENKO",
                0.1, "BA BEL BO CHER DO DU GOR GRI KAL KAR KO KRA KU LA LUK MA MAR MI NO OR PAN PO RA ROM SA SHE SO TA TKA VA VOR ZAI ZHU", "OV EV IN SKI ENKO CHUK OVA EVA INA SKAYA ICH YAN", seed + 4)),
        new(0.2, "GBR FRA ESP PRT ITA DEU MEX COL NGA KEN", Western,
            new NameVocabulary(
                "MARIA JOSE JOHN JUAN ANTONIO DAVID MICHAEL CARLOS ANNA PETER PAUL LUIS JEAN LUCIA MARTIN ROBERT SARAH THOMAS",
                0.3, "AD AL AN BEL BER CAR CLA DA DE EL EM FE FLO GA GER HEL HU IS JO JU KA LE LO LU MA MAR MO NI OS PA RO SAN SI TE VI WIL", "A O E IN ETTE ARD US IA EL ERT ON INE IO ALD", seed + 5),
            new NameVocabulary(
                "GARCIA SILVA RODRIGUEZ MARTINEZ SMITH LOPEZ SANTOS MULLER ROSSI JONES MARTIN BROWN DUBOIS WEBER OKAFOR",
                0.15, "AL AR BAR BEL BER BRAN CAR CO DA DEL DU FER FON GAL GRE HAR HOL KEL LAM LE MAR MEN MON NOR OR PE RAM RI SAL SCH STE TAL TOR VAL WAL WIN", "EZ SON ER ON ARD I A OS LEY TON ETTI MANN BERG EAU IER", seed + 6)),
        new(0.18, "IND PAK BGD LKA NPL AFG", SouthAsian,
            new NameVocabulary(
                "MUHAMMAD KUMAR RAJ ABDUL RAM SITA LAKSHMI ANIL SUNIL IMRAN FATIMA BILAL VIJAY SANJAY RAVI PRIYA ASIF NADIA",
                0.3, "AB AJ AK AM AN AR ASH BA BHA CHA DE DI FAR GU HAR IM JA KA KI LA MA MO NA NI PRA RA RI SA SHA SU TA UM VI YA ZA", "ESH ENDRA AN IT A I IKA ULLAH UDDIN EEP AL INDER", seed + 7),
            new NameVocabulary(
                "SINGH KHAN KUMAR SHARMA HUSSAIN AHMED DEVI PATEL BEGUM ALI GUPTA DAS ROY MALIK SHAH CHOWDHURY",
                0.3, "AG BA BHA CHAU CHA DA DU GA GHO JO KA KUL LA MA MI MU NA PA PRA RA RAO RE SA SE SRI SUB THA VA VEN YA", "WAL KAR RI IA JI ANI AN DDY YAR RAN ANNA ASAMY", seed + 8)),
        new(0.1, "CHN KOR VNM THA IDN PHL", EastAsian,
            new NameVocabulary(
                "WEI MIN JUN HONG HUI LAN MEI XIN YAN THI VAN MINH ANH JI HYUN SEO DUC NGOC LING",
                0.2, "AN BAI BO CHEN CHUN DA DE FANG FEI GUO HAI HAO HE HUA JIA JIN JING KAI LE LI LONG MING NA NING PENG QI QING RUI SHAN SHU TAO TING XIA YA YU ZHI ZONG", "A AN G HUA I LI N U YI YUN", seed + 9),
            new NameVocabulary(
                "WANG LI ZHANG NGUYEN KIM LIU CHEN TRAN YANG LE PARK PHAM WU HUANG ZHAO LEE CHOI",
                0.75, "BU CHA DANG DENG DO FAN FU GAO GU HAN HO HU JIANG LAM LIN LU LUO MA NAM PENG QIN SONG SU SUN TAN TANG VO XIE XU YE YU ZENG ZHU", "A G H I N O SUK WATI WAN CHAI", seed + 10)),
    ];

    private static (string Surname, string Given) Arabic(Shape shape, Random random)
    {
        var given = shape.Given.Draw(random);
        if (random.NextDouble() < 0.12)
            given = random.Next(2) == 0 ? $"ABDUL {given}" : $"ABU {given}";
        if (random.NextDouble() < 0.75)
            given += random.NextDouble() < 0.15 ? $" BIN {shape.Given.Draw(random)}" : $" {shape.Given.Draw(random)}";
        if (random.NextDouble() < 0.35)
            given += $" {shape.Given.Draw(random)}";
        var surname = shape.Surname.Draw(random);
        return (random.NextDouble() < 0.22 ? $"AL {surname}" : surname, given);
    }

    private static (string Surname, string Given) Slavic(Shape shape, Random random)
    {
        var given = shape.Given.Draw(random);
        if (random.NextDouble() < 0.6)
            given += $" {shape.Given.Draw(random)}{(random.Next(2) == 0 ? "OVICH" : "OVNA")}";
        return (shape.Surname.Draw(random), given);
    }

    private static (string Surname, string Given) Western(Shape shape, Random random)
    {
        var given = shape.Given.Draw(random);
        if (random.NextDouble() < 0.45)
            given += $" {shape.Given.Draw(random)}";
        var surname = shape.Surname.Draw(random);
        if (random.NextDouble() < 0.08)
            surname = $"{(random.Next(2) == 0 ? "DE" : "VAN")} {surname}";
        return (random.NextDouble() < 0.3 ? $"{surname} {shape.Surname.Draw(random)}" : surname, given);
    }

    private static (string Surname, string Given) SouthAsian(Shape shape, Random random)
    {
        var given = shape.Given.Draw(random);
        if (random.NextDouble() < 0.5)
            given += $" {shape.Given.Draw(random)}";
        return (shape.Surname.Draw(random), given);
    }

    private static (string Surname, string Given) EastAsian(Shape shape, Random random)
    {
        var given = shape.Given.Draw(random);
        return (shape.Surname.Draw(random), random.NextDouble() < 0.6 ? $"{given} {shape.Given.Draw(random)}" : given);
    }

    private ListedPerson Next()
    {
        var shape = PickShape();
        var (surname, given) = shape.Compose(shape, _random);
        var (year, month, day) = (1940 + _random.Next(70), 1 + _random.Next(12), 1 + _random.Next(28));
        var precision = _random.NextDouble();
        if (precision < MissingDateShare)
            (year, month, day) = (0, 0, 0);
        else if (precision < MissingDateShare + YearOnlyShare)
            (month, day) = (0, 0);
        return new ListedPerson(surname, given, year, month, day, shape.Nationalities[_random.Next(shape.Nationalities.Length)]);
    }

    private Shape PickShape()
    {
        var at = _random.NextDouble();
        foreach (var shape in _shapes)
        {
            at -= shape.Share;
            if (at < 0)
                return shape;
        }

        return _shapes[^1];
    }

    private sealed class Shape(
        double share, string nationalities, Func<Shape, Random, (string Surname, string Given)> compose, NameVocabulary given, NameVocabulary surname)
    {
        public double Share { get; } = share;

        public string[] Nationalities { get; } = nationalities.Split(' ');

        public Func<Shape, Random, (string Surname, string Given)> Compose { get; } = compose;

        public NameVocabulary Given { get; } = given;

        public NameVocabulary Surname { get; } = surname;
    }
}
