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

    /// <summary>The same in microseconds since 1970.</summary>
    internal long? TrustedUnixMicroseconds => Quality == ClockQuality.Doubtful ? null : WallUnixMicroseconds;

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
    private readonly MachineClock _machine;
    private readonly string _floorPath;
    private readonly Lock _gate = new();
    private DateTimeOffset _floor;
    private (DateTimeOffset Time, long Timestamp)? _signed;
    private DateTimeOffset _persisted;
    private bool _wasConfirmedThisBoot;

    internal ClockKeeper(TimeProvider time, DataFolder data, DateTimeOffset enrolledFloor, MachineClock machine)
    {
        (_time, _machine) = (time, machine);
        _floorPath = Path.Combine(data.State, "time-floor");
        _floor = new[] { SoftwareFloor, enrolledFloor, ReadFloor() }.Max();
    }

    /// <summary>Reads wall clock, monotonic clock and quality together.</summary>
    internal ClockReading Read()
    {
        var wall = _time.GetUtcNow();
        var monotonic = (long)(_time.GetTimestamp() * (1_000_000.0 / _time.TimestampFrequency));
        lock (_gate)
        {
            return new ClockReading(wall, monotonic, _machine.BootId, Quality(wall));
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
            _floor = signedTime > _floor ? signedTime : _floor;
            if (_wasConfirmedThisBoot && signedTime - _persisted < PersistInterval)
                return;
            _persisted = _floor;
            _wasConfirmedThisBoot = true;
        }

        DataFolder.Write(_floorPath, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_persisted:O} {_machine.BootId:D}")));
    }

    /// <summary>Signed time goes on by the monotonic clock; a wall clock that jumps away from it is doubtful at once.</summary>
    private ClockQuality Quality(DateTimeOffset wall)
    {
        if (_signed is { } signed)
        {
            var expected = signed.Time + _time.GetElapsedTime(signed.Timestamp);
            return (wall - expected).Duration() <= OffsetMax ? ClockQuality.Confirmed : ClockQuality.Doubtful;
        }

        // Without a battery clock the time after a boot is a guess from the last shutdown: a list would look younger than it is.
        return wall < _floor - OffsetMax || !(_wasConfirmedThisBoot || _machine.HasBatteryClock)
            ? ClockQuality.Doubtful
            : ClockQuality.Held;
    }

    /// <summary>The floor that was kept, and whether it was confirmed in this very boot. File: time, space, boot id.</summary>
    private DateTimeOffset ReadFloor()
    {
        try
        {
            var parts = File.ReadAllText(_floorPath).Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0
                || !DateTimeOffset.TryParseExact(parts[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var floor))
            {
                return DateTimeOffset.MinValue;
            }

            _persisted = floor;
            _wasConfirmedThisBoot = parts.Length > 1
                && Guid.TryParse(parts[1], CultureInfo.InvariantCulture, out var bootId) && bootId == _machine.BootId;
            return floor;
        }
        catch (IOException)
        {
            // No signed time has been seen yet; the software's own floor holds.
            return DateTimeOffset.MinValue;
        }
    }
}
