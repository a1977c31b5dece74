using FuzzySharp;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>FuzzySharp: the token-sort ratio of the query with every name in turn, so only a few queries.</summary>
internal sealed class FuzzySharpEngine : INameEngine
{
    private const int Wanted = 10;

    /// <summary>Seconds a query at a million names.</summary>
    private const int MostNameComparisons = 40_000_000;

    private string[] _names = [];

    public string Name => "FuzzySharp 2.0.2";

    public int QueriesMax => Math.Max(5, MostNameComparisons / Math.Max(1, _names.Length));

    /// <summary>There is none: it reads the names.</summary>
    public long IndexBytes => 0;

    public string? TryBuild(IReadOnlyList<ListedPerson> people)
    {
        _names = [.. people.Select(static person => person.FullName)];
        return null;
    }

    public IReadOnlyList<int> Top10(NameQuery query)
    {
        var best = new PriorityQueue<int, int>();
        var name = query.Person.FullName;
        for (var i = 0; i < _names.Length; i++)
        {
            var score = Fuzz.TokenSortRatio(name, _names[i]);
            if (best.Count < Wanted)
                best.Enqueue(i, score);
            else
                best.EnqueueDequeue(i, score);
        }

        var found = new int[best.Count];
        for (var i = found.Length - 1; i >= 0; i--)
            found[i] = best.Dequeue();
        return found;
    }

    public void Dispose()
    {
    }
}
