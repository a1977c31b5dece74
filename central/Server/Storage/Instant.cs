namespace EdgeCheckpoint.Central.Storage;

/// <summary>Instants as the store and the wire keep them: microseconds since 1970-01-01T00:00:00Z.</summary>
internal static class Instant
{
    public static long ToMicroseconds(DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Clamped to what a date can be: the value may come from an appliance.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds)
    {
        const long Earliest = -62_135_596_800_000_000;
        const long Latest = 253_402_300_799_999_999;
        return DateTimeOffset.UnixEpoch.AddTicks(
            Math.Clamp(microseconds, Earliest, Latest) * TimeSpan.TicksPerMicrosecond);
    }
}
