namespace EdgeCheckpoint.Benchmarks;

/// <summary>Who takes part. Peers that need packages are compiled in with -p:Peers=true only.</summary>
internal static partial class NameEngines
{
    public static List<INameEngine> Create(bool withPeers)
    {
        var ours = new OwnEngine();
        List<INameEngine> engines = [ours, new DatedEngine(ours)];
        if (!withPeers)
            return engines;
        var own = engines.Count;
        AddPackaged(engines);
        if (engines.Count == own)
            Console.Error.WriteLine("Lucene.Net and FuzzySharp are left out: build with -p:Peers=true.");
        engines.Add(new PgTrgmEngine());
        return engines;
    }

    static partial void AddPackaged(List<INameEngine> engines);
}
