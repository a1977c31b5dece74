using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>Invented listed people of Utopia, and packages made of them.</summary>
internal static class ListFixtures
{
    internal const long CompiledAt = 1_795_400_000_000_000;

    internal static readonly byte[] DocumentKey = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];

    /// <summary>32 bytes where a content key is wanted.</summary>
    internal static readonly byte[] DocumentKeyTwice = [.. DocumentKey, .. DocumentKey];

    internal static readonly DateOnly Expiry = new(2030, 1, 1);

    internal static WatchlistEntry Entry(
        string id,
        string name,
        string birth = "",
        string nationality = "",
        char sex = '\0',
        string document = "",
        RequestedAction action = RequestedAction.Inquire,
        DateOnly? expiresOn = null,
        ImmutableArray<ListedName>? aliases = null,
        ImmutableArray<ListedBirthDate>? births = null) => new()
        {
            EntryId = id,
            ListName = "Utopia national list",
            Reference = "U-1",
            Owner = "Utopia Border Agency",
            LegalBasis = "Utopian Aliens Act, section 4",
            Purpose = "invented for tests",
            Action = action,
            Evidence = EvidenceGrade.Documented,
            ExpiresOn = expiresOn ?? Expiry,
            Names = [new ListedName(name, NameQuality.Primary), .. aliases ?? []],
            BirthDates = births ?? (birth.Length == 0 ? [] : [Born(birth)]),
            Nationalities = nationality.Length == 0 ? [] : [nationality],
            Sex = sex,
            Documents = document.Length == 0 ? [] : [new ListedDocument("Passport", document, "UTO")],
            Contact = "duty desk",
        };

    internal static ListedBirthDate Born(string from, string? to = null, bool isApproximate = false) =>
        new(Date(from), Date(to ?? from), isApproximate);

    internal static PartialDate Date(string text)
    {
        Assert.True(PartialDate.TryParse(text, out var date), text);
        return date;
    }

    internal static WatchlistEntry[] Several() =>
    [
        Entry("uto:1", "Brandvold, Isaura Lene", "1991-03-07", "UTO", 'F', "UT 4471-X02",
            aliases: [new ListedName("Isaura Brandwold", NameQuality.Good), new ListedName("Lene the Ferrywoman", NameQuality.Weak)]),
        Entry("uto:2", "Okonjo-Halvard, Tarik", "1980", "UTO", 'M', "ZE123"),
        Entry("uto:3", "Maridottir, Signe", births: [Born("1970", "1975"), Born("1977-05", isApproximate: true)]),
        Entry("uto:4", "Quillfeather, Obadiah", "1966-01-02", action: RequestedAction.Discreet),
    ];

    /// <summary>An alert at exit with everything such an alert must say.</summary>
    internal static WatchlistEntry ExitAlert() => ExitAlert(new DateOnly(2027, 3, 1));

    internal static WatchlistEntry ExitAlert(DateOnly? reviewOn) => new()
    {
        EntryId = "uto:5",
        ListName = "Utopia national list",
        Owner = "Utopia Border Agency",
        LegalBasis = "Utopian Aliens Act, section 9",
        Purpose = "invented for tests",
        Action = RequestedAction.Inquire,
        Evidence = EvidenceGrade.Decision,
        ExpiresOn = new DateOnly(2028, 1, 1),
        Names = [new ListedName("Vandermeer, Ottoline", NameQuality.Primary)],
        BirthDates = [Born("1983-11-30")],
        Nationalities = ["UTO"],
        Documents = [new ListedDocument("Passport", "UT 0815-K", "UTO")],
        Cleared = [new ClearedTraveller("UT555", "UTO", Date("1983-11-30"), new DateOnly(2027, 6, 1), "redress 9")],
        Direction = CrossingDirection.Exit,
        CourtReference = "Utopia District Court 3 K 14/26",
        Supervisor = "Head of shift, North Gate",
        ReviewOn = reviewOn,
    };

    internal static byte[] Package(params WatchlistEntry[] entries) =>
        WatchlistPackageWriter.Write(entries, 12, CompiledAt, "Utopia national list", DocumentKey);

    internal static WatchlistPackage Open(params WatchlistEntry[] entries) => Open(Package(entries)).Value;

    internal static Result<WatchlistPackage, PackageFailure> Open(byte[] package) =>
        WatchlistPackage.Open(new MemorySectionSource(package));

    private static readonly Gen<string> Text = Gen.String[Gen.Char["ABCDEFGHIJ KLMNOpqrstuvwxyzäёł-'"], 0, 20];

    private static readonly Gen<PartialDate> AnyDate = Gen.Select(
        Gen.Int[0, 9999], Gen.Int[0, 12], Gen.Int[0, 28],
        static (year, month, day) => PartialDate.TryCreate(year, month, month == 0 ? 0 : day, out var date) ? date : default);

    internal static readonly Gen<WatchlistEntry> AnyEntry = Gen.Select(
        Gen.Select(Gen.Guid, Text, Text, Text, Text, Gen.Enum<RequestedAction>(), Gen.Enum<EvidenceGrade>()),
        Gen.Select(Gen.Int[0, DateOnly.MaxValue.DayNumber], Gen.OneOfConst('\0', 'M', 'F', 'X'), Text),
        Gen.Select(Text, Gen.Enum<NameQuality>(), static (text, quality) => new ListedName(text, quality)).Array[0, 4],
        Gen.Select(AnyDate, AnyDate, Gen.Bool, static (from, to, about) => new ListedBirthDate(from, to, about)).Array[0, 3],
        Text.Array[0, 3],
        Gen.Select(Text, Text, Text, static (type, number, state) => new ListedDocument(type, number, state)).Array[0, 3],
        static (what, more, names, births, nationalities, documents) => new WatchlistEntry
        {
            EntryId = "uto:" + what.Item1,
            ListName = what.Item2,
            Owner = what.Item3,
            LegalBasis = what.Item4,
            Purpose = what.Item5,
            Action = what.Item6,
            Evidence = what.Item7,
            ExpiresOn = DateOnly.FromDayNumber(more.Item1),
            Sex = more.Item2,
            Contact = more.Item3,
            Reference = more.Item3,
            Names = [.. names],
            BirthDates = [.. births],
            Nationalities = [.. nationalities],
            Documents = [.. documents],
        });

    /// <summary>The names that contain a token, read in pieces of three.</summary>
    internal static List<int> NamesWith(PackageIndex index, int token)
    {
        var all = new List<int>();
        var postings = index.Postings(token);
        var names = new int[3];
        for (var read = postings.Read(names); read > 0; read = postings.Read(names))
            all.AddRange(names.AsSpan(0, read));
        return all;
    }
}
