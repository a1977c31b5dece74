using System.Globalization;

namespace EdgeCheckpoint.Load;

/// <summary>Times of many calls, and how they lie.</summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class Percentiles
{
    private readonly List<double> _milliseconds = [];
    private readonly Lock _gate = new();

    internal int Count
    {
        get
        {
            lock (_gate)
                return _milliseconds.Count;
        }
    }

    internal void Add(TimeSpan elapsed)
    {
        lock (_gate)
            _milliseconds.Add(elapsed.TotalMilliseconds);
    }

    /// <summary>The smallest time that this share of the calls did not exceed, in milliseconds; 0 without a call.</summary>
    internal double At(double share)
    {
        lock (_gate)
        {
            if (_milliseconds.Count == 0)
                return 0;
            _milliseconds.Sort();
            return _milliseconds[Math.Min(_milliseconds.Count - 1, (int)(share * _milliseconds.Count))];
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"p50 {At(0.5):N0}, p90 {At(0.9):N0}, p99 {At(0.99):N0}, worst {At(1):N0} ms of {Count:N0}");
}
