using BenchmarkDotNet.Attributes;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>What BenchmarkDotNet runs for <c>micro</c>; it asks for a public class that is not sealed.</summary>
[MemoryDiagnoser]
public class MicroBenchmarks
{
    private ScreeningCases _cases = null!;

    [GlobalSetup]
    public void Compile() => _cases = new ScreeningCases();

    [Benchmark]
    public int PrepareName() => _cases.Prepare();

    [Benchmark]
    public float CompareTokens() => _cases.CompareTokens();

    [Benchmark]
    public float CompareNames() => _cases.CompareNames();

    [Benchmark(Baseline = true)]
    public int ScreenStranger() => _cases.Screen(ScreeningCases.Anew(ScreeningCases.Stranger));

    [Benchmark]
    public int ScreenPreparedStranger() => _cases.Screen(ScreeningCases.Stranger);

    [Benchmark]
    public int ScreenPreparedNamesake() => _cases.Screen(ScreeningCases.Namesake);

    [Benchmark]
    public int ScreenByNameOnly() => _cases.Screen(ScreeningCases.Anew(ScreeningCases.NameOnly));

    [Benchmark]
    public int ScreenWithDate() => _cases.Screen(ScreeningCases.Anew(ScreeningCases.WithDate));

    [Benchmark]
    public int ScreenWithDocument() => _cases.Screen(ScreeningCases.Anew(ScreeningCases.WithDocument));

    [Benchmark]
    public int OpenPackage() => _cases.Open().EntryCount;
}
