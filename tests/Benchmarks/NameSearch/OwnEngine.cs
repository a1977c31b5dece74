using System.Globalization;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>Ours: compiles the list into a package, maps it, and asks the matcher by name alone.</summary>
internal sealed class OwnEngine : INameEngine
{
    private static readonly DateOnly Today = new(2026, 11, 23);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"edge-checkpoint-{Guid.NewGuid():N}.pkg");
    private MappedPackage? _mapped;
    private WatchlistMatcher? _matcher;

    public string Name => "EdgeCheckpoint";

    public int QueriesMax => int.MaxValue;

    public long IndexBytes => _mapped?.Length ?? 0;

    public string? TryBuild(IReadOnlyList<ListedPerson> people)
    {
        using (var file = File.Create(_path))
            WatchlistPackageWriter.Write(file, people.Select(Entry), 1, 1, "bench", new byte[16]);
        _mapped = new MappedPackage(_path);
        if (!WatchlistPackage.Open(_mapped, checkRecords: false).TryGet(out var package, out var failure))
            return failure.ToString();
        _matcher = new WatchlistMatcher(package, MatchThresholds.Current with { CandidatesMax = 10, WeakWithoutDate = MatchThresholds.Current.RetrievalFloor });
        var start = TimeProvider.System.GetTimestamp();
        var names = _matcher.Anticipate(CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{names:#,0} common names looked up beforehand in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s, as a post does in the background after it opened its list"));
        return null;
    }

    public IReadOnlyList<int> Top10(NameQuery query) => Top10(query, default);

    /// <summary>The same with the date of birth that the document gives.</summary>
    public IReadOnlyList<int> Top10Dated(NameQuery query) =>
        PartialDate.TryCreate(query.Person.BirthYear, query.Person.BirthMonth, query.Person.BirthDay, out var born)
            ? Top10(query, born)
            : throw new ArgumentException("The traveller has no date of birth.", nameof(query));

    public void Dispose()
    {
        _mapped?.Dispose();
        File.Delete(_path);
    }

    private IReadOnlyList<int> Top10(NameQuery query, PartialDate born)
    {
        var result = _matcher!.Screen(
            new MatchQuery
            {
                Surname = query.Person.Surname,
                GivenNames = query.Person.GivenNames,
                IsTruncated = query.Kind == QueryKind.Truncated,
                BirthDate = born,
            },
            Today,
            isClockDoubtful: false);
        return [.. result.Candidates.Select(static candidate => int.Parse(candidate.Entry.EntryId, CultureInfo.InvariantCulture))];
    }

    internal static WatchlistEntry Entry(ListedPerson person, int ordinal) => new()
    {
        EntryId = ordinal.ToString(CultureInfo.InvariantCulture),
        ListName = "bench",
        Owner = "bench",
        LegalBasis = "none: for measurements only",
        Purpose = "measurement",
        Action = RequestedAction.Inform,
        Evidence = EvidenceGrade.Reported,
        ExpiresOn = new DateOnly(9999, 1, 1),
        Names = [new ListedName($"{person.Surname}, {person.GivenNames}", NameQuality.Primary)],
        BirthDates = PartialDate.TryCreate(person.BirthYear, person.BirthMonth, person.BirthDay, out var born) && born.HasYear
            ? [new ListedBirthDate(born, born, IsApproximate: false)]
            : [],
        Nationalities = [person.Nationality],
    };
}
