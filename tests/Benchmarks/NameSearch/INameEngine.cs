namespace EdgeCheckpoint.Benchmarks;

/// <summary>Something that finds listed names. Ours and the peers answer the same queries in the same rounds.</summary>
internal interface INameEngine : IDisposable
{
    string Name { get; }

    /// <summary>How many queries it can be asked in reasonable time; the table says how many it was.</summary>
    int QueriesMax { get; }

    /// <summary>Bytes of the finished index, as far as the engine can tell.</summary>
    long IndexBytes { get; }

    /// <summary>Processor time so far of whatever process answers.</summary>
    TimeSpan ProcessorTime => Environment.CpuUsage.TotalTime;

    /// <summary>Builds the index.</summary>
    /// <returns>Null, or why this engine is left out.</returns>
    string? TryBuild(IReadOnlyList<ListedPerson> people);

    /// <summary>At most ten ordinals, best first. By name alone.</summary>
    IReadOnlyList<int> Top10(NameQuery query);
}
