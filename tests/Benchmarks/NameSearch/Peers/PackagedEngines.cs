namespace EdgeCheckpoint.Benchmarks;

internal static partial class NameEngines
{
    static partial void AddPackaged(List<INameEngine> engines)
    {
        engines.Add(new LuceneEngine(isRarityKept: true));
        engines.Add(new LuceneEngine(isRarityKept: false));
        engines.Add(new FuzzySharpEngine());
    }
}
