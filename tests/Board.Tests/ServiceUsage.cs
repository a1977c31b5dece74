namespace EdgeCheckpoint.Board.Tests;

/// <summary>What the service takes inside the board.</summary>
internal readonly record struct ServiceUsage(long ResidentKibibytes, long OpenFiles, long Threads)
{
    /// <summary>The middle of each figure.</summary>
    internal static ServiceUsage Median(IEnumerable<ServiceUsage> samples)
    {
        var all = samples.ToArray();
        return new ServiceUsage(
            Middle(all.Select(static sample => sample.ResidentKibibytes)), Middle(all.Select(static sample => sample.OpenFiles)), Middle(all.Select(static sample => sample.Threads)));
    }

    public override string ToString() => $"{ResidentKibibytes} KiB, {OpenFiles} files, {Threads} threads";

    private static long Middle(IEnumerable<long> figures)
    {
        long[] sorted = [.. figures.Order()];
        return sorted[sorted.Length / 2];
    }
}
