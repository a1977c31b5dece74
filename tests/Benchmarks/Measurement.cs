namespace EdgeCheckpoint.Benchmarks;

/// <summary>What one operation costs.</summary>
/// <param name="Name">As in budgets.json.</param>
/// <param name="NanosecondsMedian">Median over rounds of the mean of a round.</param>
/// <param name="NanosecondsBest">Fastest round: what the machine can do when nobody disturbs it.</param>
/// <param name="BytesPerOperation">Allocated on the measuring thread.</param>
internal sealed record Measurement(string Name, double NanosecondsMedian, double NanosecondsBest, double BytesPerOperation)
{
    private const int WarmUpRounds = 3;

    public double OperationsPerSecond => 1e9 / NanosecondsMedian;

    /// <summary>Times an operation in rounds.</summary>
    /// <param name="name">As in budgets.json.</param>
    /// <param name="rounds">Odd, so that the median is a round that was measured.</param>
    /// <param name="operationsPerRound">Enough that a round takes tens of milliseconds.</param>
    /// <param name="operation">Does this many operations and returns something that depends on all of them.</param>
    public static Measurement Of(string name, int rounds, int operationsPerRound, Func<int, long> operation)
    {
        var time = TimeProvider.System;
        long kept = 0;
        for (var round = 0; round < WarmUpRounds; round++)
            kept ^= operation(operationsPerRound);
        var nanoseconds = new double[rounds];
        var bytes = long.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = time.GetTimestamp();
            kept ^= operation(operationsPerRound);
            nanoseconds[round] = time.GetElapsedTime(start).TotalNanoseconds / operationsPerRound;
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }

        GC.KeepAlive(kept);
        Array.Sort(nanoseconds);
        return new Measurement(name, nanoseconds[rounds / 2], nanoseconds[0], (double)bytes / operationsPerRound);
    }
}
