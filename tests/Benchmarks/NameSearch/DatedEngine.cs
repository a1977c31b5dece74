namespace EdgeCheckpoint.Benchmarks;

/// <summary>Ours on the same package, asked with the date of birth as a booth does; no peer takes part in that.</summary>
internal sealed class DatedEngine(OwnEngine own) : INameEngine
{
    public string Name => "  with the date";

    public int QueriesMax => own.QueriesMax;

    public long IndexBytes => 0;

    public string? TryBuild(IReadOnlyList<ListedPerson> people) => null;

    public IReadOnlyList<int> Top10(NameQuery query) => own.Top10Dated(query);

    /// <summary>The package is the other one's.</summary>
    public void Dispose()
    {
    }
}
