namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>The machine's clock, off by as much as a test says; timers and elapsed time are real.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    /// <summary>How far this clock is ahead of the machine's.</summary>
    internal TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _ticks));
        set => Volatile.Write(ref _ticks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
