namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Lets whole documents through, always, and bad scans no faster than an officer can cause them: ten at once, and then one
/// a second.
/// </summary>
internal sealed class NoiseGate(TimeProvider time)
{
    private const int BurstMax = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private int _room = BurstMax;
    private long _countedFrom = time.GetTimestamp();

    public bool Admits(ScanProblem problem)
    {
        if (problem == ScanProblem.None)
            return true;
        Refill();
        if (_room == 0)
            return false;
        _room--;
        return true;
    }

    private void Refill()
    {
        var passed = (long)(time.GetElapsedTime(_countedFrom) / Interval);
        if (passed == 0)
            return;
        _room = (int)Math.Min(BurstMax, _room + passed);
        _countedFrom = time.GetTimestamp();
    }
}
