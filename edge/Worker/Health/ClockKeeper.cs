using System.Globalization;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>A reading of the clock as it goes into a record.</summary>
internal readonly record struct ClockReading(DateTimeOffset Wall, long MonotonicMicroseconds, Guid BootId, ClockQuality Quality)
{
    internal long WallUnixMicroseconds => ToUnixMicroseconds(Wall);

    /// <summary>The wall clock where it is trusted; null when it is doubtful.</summary>
    internal DateTimeOffset? Trusted => Quality == ClockQuality.Doubtful ? null : Wall;

    internal static long ToUnixMicroseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    internal static DateTimeOffset FromUnixMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds * TimeSpan.TicksPerMicrosecond));
}

/// <summary>
/// How far the clock is to be believed (DESIGN §6). A floor that only signed time raises lies under it: a clock below the
/// floor (by more than a slow clock explains) is doubtful, and so is one that differs much from the signed time of this run.
/// </summary>
internal sealed class ClockKeeper
{
    /// <summary>A clock farther from signed time than this is wrong, not slow.</summary>
    private static readonly TimeSpan OffsetMax = TimeSpan.FromMinutes(10);

    /// <summary>The floor is written at most this often, to spare the card.</summary>
    private static readonly TimeSpan PersistInterval = TimeSpan.FromMinutes(10);

    /// <summary>No clock of an appliance with this software can rightly be earlier.</summary>
    private static readonly DateTimeOffset SoftwareFloor = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimeProvider _time;
    private readonly string _floorPath;
    private readonly Lock _gate = new();
    private DateTimeOffset _floor;
    private (DateTimeOffset Time, long Timestamp)? _signed;
    private DateTimeOffset _persisted;

    internal ClockKeeper(TimeProvider time, DataFolder data, DateTimeOffset enrolledFloor)
    {
        _time = time;
        _floorPath = Path.Combine(data.State, "time-floor");
        _floor = new[] { SoftwareFloor, enrolledFloor, ReadFloor() }.Max();
        BootId = ReadBootId();
    }

    internal Guid BootId { get; }

    /// <summary>Reads wall clock, monotonic clock and quality together.</summary>
    internal ClockReading Read()
    {
        var wall = _time.GetUtcNow();
        var monotonic = (long)(_time.GetTimestamp() * (1_000_000.0 / _time.TimestampFrequency));
        lock (_gate)
        {
            return new ClockReading(wall, monotonic, BootId, Quality(wall));
        }
    }

    /// <summary>The time at which certificates are judged: never below the floor.</summary>
    internal DateTimeOffset VerificationTime()
    {
        var wall = _time.GetUtcNow();
        lock (_gate)
            return wall < _floor ? _floor : wall;
    }

    /// <summary>Takes a time whose signature and nonce have been verified.</summary>
    internal void Confirm(DateTimeOffset signedTime)
    {
        lock (_gate)
        {
            _signed = (signedTime, _time.GetTimestamp());
            if (signedTime <= _floor)
                return;
            _floor = signedTime;
            if (signedTime - _persisted < PersistInterval)
                return;
            _persisted = signedTime;
        }

        DataFolder.Write(_floorPath, Encoding.ASCII.GetBytes(signedTime.ToString("O", CultureInfo.InvariantCulture)));
    }

    /// <summary>Signed time goes on by the monotonic clock; a wall clock that jumps away from it is doubtful at once.</summary>
    private ClockQuality Quality(DateTimeOffset wall)
    {
        if (_signed is { } signed)
        {
            var expected = signed.Time + _time.GetElapsedTime(signed.Timestamp);
            return (wall - expected).Duration() <= OffsetMax ? ClockQuality.Confirmed : ClockQuality.Doubtful;
        }

        return wall < _floor - OffsetMax ? ClockQuality.Doubtful : ClockQuality.Held;
    }

    private DateTimeOffset ReadFloor()
    {
        try
        {
            return DateTimeOffset.TryParseExact(
                File.ReadAllText(_floorPath).Trim(), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var floor)
                ? floor
                : DateTimeOffset.MinValue;
        }
        catch (IOException)
        {
            // No signed time has been seen yet; the software's own floor holds.
            return DateTimeOffset.MinValue;
        }
    }

    /// <summary>The kernel's boot id: monotonic readings of one boot are comparable across restarts of the service.</summary>
    private static Guid ReadBootId()
    {
        const string Source = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Source) && Guid.TryParse(File.ReadAllText(Source).Trim(), CultureInfo.InvariantCulture, out var id) ? id : Guid.NewGuid();
    }
}
