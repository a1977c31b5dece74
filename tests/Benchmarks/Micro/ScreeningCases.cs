using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// Short operations of name search through their public entrances, on a small invented list: what <c>bytes</c> counts and
/// <c>micro</c> times.
/// </summary>
internal sealed class ScreeningCases
{
    private const int Listed = 20_000;
    /// <summary>Letters of the names that are compared, at most.</summary>
    private const int LettersMax = 64;

    /// <summary>Entries of one name: as many as a search scores.</summary>
    private const int Namesakes = 64;
    private const int Seed = 20_261_124;

    private static readonly DateOnly Today = new(2026, 11, 24);

    private readonly WatchlistMatcher _matcher;
    private readonly (string Surname, string GivenNames) _prepared = ("AL MASRI", "ABDUL RAHMAN TARIK");
    private readonly (string Query, string Listed) _tokens = ("SHEVCHENKO", "SCHEWTSCHENKO");
    private readonly NameToken[] _query = [.. NamePreparation.Query("QUILLFEATHER", "OBADJAH TAVIK")];
    private readonly NameToken[] _listed = [.. NamePreparation.Query("QUILFEATHER", "OBADIAH TAVIK")];
    private readonly TokenMatch[] _matrix = new TokenMatch[NamePreparation.TokensMax * NamePreparation.TokensMax];
    private readonly sbyte[] _partners = new sbyte[NamePreparation.TokensMax];

    /// <exception cref="InvalidOperationException">A traveller is not what it is meant to be: the list or the matcher has changed.</exception>
    internal ScreeningCases()
    {
        Package = WatchlistPackageWriter.Write(
            [.. new NameListGenerator(Seed).Take(Listed).Select(OwnEngine.Entry), .. Enumerable.Range(0, Namesakes).Select(OneOfMany), Wanted()], 1, 1, "micro", new byte[16]);
        _matcher = new WatchlistMatcher(Open(), MatchThresholds.Current);
        if (Screen(Stranger) != 0 || _matcher.Screen(WithDate, Today, isClockDoubtful: false).Hits.Count() != 1)
            throw new InvalidOperationException("The stranger is listed, or the wanted traveller is not found once.");
        var undated = _matcher.Screen(Namesake with { BirthDate = default }, Today, isClockDoubtful: false, Namesakes);
        if (Screen(Namesake) != 0 || undated.Candidates.Length != Namesakes)
            throw new InvalidOperationException("The namesakes are taken for one another, or not all of them are scored.");
    }

    /// <summary>Names as a machine readable zone has them; the wanted person's, one letter wrong.</summary>
    internal static MatchQuery NameOnly { get; } = new() { Surname = "QUILLFEATHER", GivenNames = "OBADJAH TAVIK" };

    internal static MatchQuery WithDate { get; } = NameOnly with { BirthDate = PartialDate.From(new DateOnly(1966, 1, 2)) };

    internal static MatchQuery WithDocument { get; } = WithDate with { DocumentNumber = DocumentNumber.Parse("UT0158Z20") };

    /// <summary>Nearly everybody: nothing like the name and nothing of the document is listed.</summary>
    internal static MatchQuery Stranger { get; } = WithDocument with { Surname = "ZYXQUVORTH", GivenNames = "WYGFRIDJE" };

    /// <summary>The name of as many entries as are scored at once, and a date that contradicts them all: all the work, and no result.</summary>
    internal static MatchQuery Namesake { get; } =
        WithDocument with { Surname = "QUENNELL", GivenNames = "TAVARA OSMUND", BirthDate = PartialDate.From(new DateOnly(1901, 1, 2)) };

    internal byte[] Package { get; }

    internal WatchlistPackage Open() => WatchlistPackage.Open(new MemorySectionSource(Package), checkRecords: false).Value;

    internal int Prepare() => NamePreparation.Query(_prepared.Surname, _prepared.GivenNames).Length;

    internal float CompareTokens() => TokenSimilarity.Compare(_tokens.Query, _tokens.Listed, queryIsPrefix: false).Similarity;

    internal float CompareNames()
    {
        var query = ComparedName.Of(_query, stackalloc ComparedToken[NamePreparation.TokensMax], stackalloc char[LettersMax]);
        var listed = ComparedName.Of(_listed, stackalloc ComparedToken[NamePreparation.TokensMax], stackalloc char[LettersMax]);
        NameComparer.FillMatrix(query, false, listed, _matrix);
        return NameComparer.Score(query, false, listed, _matrix, _partners).Score;
    }

    internal int Screen(MatchQuery query) => _matcher.Screen(query, Today, isClockDoubtful: false).Candidates.Length;

    /// <summary>Bytes of the operations that have a budget.</summary>
    internal static IEnumerable<Measurement> Measure(int rounds, int operationsPerRound)
    {
        var cases = new ScreeningCases();
        yield return Of("name-prepare", () => cases.Prepare());
        yield return Of("token-compare", () => (long)(1000 * cases.CompareTokens()));
        yield return Of("name-compare", () => (long)(1000 * cases.CompareNames()));
        // A traveller is folded once: a query that was screened before has its tokens.
        yield return Of("screen-nothing", () => cases.Screen(Anew(Stranger)));
        yield return Of("screen-prepared-nothing", () => cases.Screen(Stranger));
        yield return Of("screen-prepared-many-scored", () => cases.Screen(Namesake));
        yield return Of("screen-one-alert", () => cases.Screen(Anew(WithDate)));
        yield return Of("screen-prepared-one-alert", () => cases.Screen(WithDate));

        Measurement Of(string name, Func<long> operation) => Measurement.Of(name, rounds, operationsPerRound, count =>
        {
            long sum = 0;
            for (var i = 0; i < count; i++)
                sum += operation();
            return sum;
        });
    }

    /// <summary>The same traveller, of whom nothing has been prepared.</summary>
    internal static MatchQuery Anew(MatchQuery query) => query with { Surname = query.Surname };

    private static WatchlistEntry Wanted() => Entry("wanted", "QUILLFEATHER, Obadiah Tavik", new DateOnly(1966, 1, 2));

    private static WatchlistEntry OneOfMany(int ordinal) => Entry($"namesake:{ordinal}", "QUENNELL, Tavara Osmund", new DateOnly(1958, 6, 17).AddDays(ordinal));

    private static WatchlistEntry Entry(string id, string name, DateOnly born) => new()
    {
        EntryId = id,
        ListName = "bench",
        Owner = "bench",
        LegalBasis = "none: for measurements only",
        Purpose = "measurement",
        Action = RequestedAction.Inquire,
        Evidence = EvidenceGrade.Documented,
        ExpiresOn = new DateOnly(9999, 1, 1),
        Names = [new ListedName(name, NameQuality.Primary)],
        BirthDates = [new ListedBirthDate(PartialDate.From(born), PartialDate.From(born), IsApproximate: false)],
        Nationalities = ["UTO"],
        Documents = [new ListedDocument("Passport", "UT4471X02", "UTO")],
    };
}
