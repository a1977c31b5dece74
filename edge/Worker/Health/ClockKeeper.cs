using System.Globalization;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>A reading of the clock as it goes into a record.</summary>
internal readonly record struct ClockReading(DateTimeOffset Wall, long MonotonicMicroseconds, Guid BootId, ClockQuality Quality)
{
    private static readonly DateTimeOffset Earliest = new(1000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal long WallUnixMicroseconds => ToUnixMicroseconds(Wall);

    /// <summary>The wall clock where it is trusted; null when it is doubtful.</summary>
    internal DateTimeOffset? Trusted => Quality == ClockQuality.Doubtful ? null : Wall;

    /// <summary>The same in microseconds since 1970.</summary>
    internal long? TrustedUnixMicroseconds => Quality == ClockQuality.Doubtful ? null : WallUnixMicroseconds;

    internal static long ToUnixMicroseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>A time off the wire or off the card. One that no clock shows is the nearest that leaves room to count from: damage must not stop the service.</summary>
    internal static DateTimeOffset FromUnixMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(
            Math.Clamp(microseconds, ToUnixMicroseconds(Earliest), ToUnixMicroseconds(Latest)) * TimeSpan.TicksPerMicrosecond);
}

/// <summary>
/// How far the clock is to be believed (DESIGN §6). A floor that only signed time raises lies under it: a clock below the
/// floor (by more than a slow clock explains) is doubtful, one that differs much from the signed time of this boot is, and one so far
/// above the floor that the appliance could no longer belong to its site. A doubtful clock ends no lease and no entry.
/// </summary>
internal sealed class ClockKeeper
{
    /// <summary>
    /// Farthest a clock may be above the last signed time, after a boot: the appliance's certificate had at most 90 days then and may
    /// renew itself for 180 more (DESIGN §10). Beyond that either the clock is wrong or a technician must enrol the appliance anew.
    /// </summary>
    internal static readonly TimeSpan OfflineMax = TimeSpan.FromDays(90 + 180);

    /// <summary>A clock farther from signed time than this is wrong, not slow.</summary>
    private static readonly TimeSpan OffsetMax = TimeSpan.FromMinutes(10);

    /// <summary>What a clock chip or satellites said longer ago is not said of now.</summary>
    private static readonly TimeSpan WitnessFresh = TimeSpan.FromMinutes(5);

    /// <summary>The floor is written at most this often, to spare the card.</summary>
    private static readonly TimeSpan PersistInterval = TimeSpan.FromMinutes(10);

    /// <summary>No clock of an appliance with this software can rightly be earlier.</summary>
    private static readonly DateTimeOffset SoftwareFloor = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimeProvider _time;
    private readonly MachineClock _machine;
    private readonly string _floorPath;
    private readonly Lock _gate = new();
    private DateTimeOffset _floor;
    private SignedMoment? _signed;
    private DateTimeOffset _persisted;
    private (TimeSpan MachineAhead, long Timestamp)? _witness;
    private bool _wasConfirmedThisBoot;
    private bool _wasConfirmedThisRun;

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
        lock (_gate)
        {
            return new ClockReading(wall, MonotonicMicroseconds(), _machine.BootId, Quality(wall));
        }
    }

    /// <summary>
    /// The times at which central's certificate may be good: the wall clock, and the last signed time with what has elapsed since. A
    /// clock that is wrong by years in either direction must not shut out central, which alone can say what time it is.
    /// </summary>
    internal (DateTimeOffset Wall, DateTimeOffset Signed) VerificationTimes()
    {
        var wall = _time.GetUtcNow();
        lock (_gate)
            return (wall < _floor ? _floor : wall, Expected() ?? _floor);
    }

    /// <summary>The likeliest time when only one will do: the wall clock where it is possible, else what signed time says.</summary>
    internal DateTimeOffset VerificationTime()
    {
        var wall = _time.GetUtcNow();
        lock (_gate)
        {
            if (Expected() is { } expected)
                return (wall - expected).Duration() <= OffsetMax ? wall : expected;
            return wall < _floor || wall > _floor + OfflineMax ? _floor : wall;
        }
    }

    /// <summary>Signed time of this run and what has elapsed since, whatever the wall clock says; null before the first.</summary>
    internal DateTimeOffset? SignedNow()
    {
        lock (_gate)
            return _wasConfirmedThisRun ? Expected() : null;
    }

    /// <summary>
    /// Takes a signed time that was carried here: it is at least as late. It confirms nothing, and one further ahead than an appliance may be
    /// without central is not believed.
    /// </summary>
    internal void Raise(DateTimeOffset signedTime)
    {
        string line;
        lock (_gate)
        {
            if (signedTime <= _floor || signedTime > _floor + OfflineMax)
                return;
            _floor = signedTime;
            if (_signed is { } signed)
                return; // Written with the next confirmation: what stands there says more.
            _persisted = _floor;
            line = string.Create(CultureInfo.InvariantCulture, $"{_persisted:O}");
        }

        DataFolder.Write(_floorPath, Encoding.ASCII.GetBytes(line));
    }

    /// <summary>
    /// Takes what a clock chip or a satellite receiver says of the machine's clock: how far that is ahead of it; null when neither says anything. It counts until
    /// <see cref="WitnessFresh"/> is over, only where this boot has no signed time, and never raises the floor.
    /// </summary>
    internal void TakeWitness(TimeSpan? machineAhead)
    {
        lock (_gate)
        {
            if (machineAhead is { } ahead)
                _witness = (ahead, _time.GetTimestamp());
        }
    }

    /// <summary>Takes a time whose signature and nonce have been verified.</summary>
    internal void Confirm(DateTimeOffset signedTime)
    {
        string line;
        lock (_gate)
        {
            _signed = new SignedMoment(signedTime, MonotonicMicroseconds());
            _wasConfirmedThisRun = true;
            _floor = signedTime > _floor ? signedTime : _floor;
            if (_wasConfirmedThisBoot && signedTime - _persisted < PersistInterval)
                return;
            _persisted = _floor;
            _wasConfirmedThisBoot = true;
            line = string.Create(
                CultureInfo.InvariantCulture, $"{_persisted:O} {_machine.BootId:D} {_signed.Value.Time:O} {_signed.Value.MonotonicMicroseconds}");
        }

        DataFolder.Write(_floorPath, Encoding.ASCII.GetBytes(line));
    }

    /// <summary>Signed time goes on by the monotonic clock; a wall clock that jumps away from it is doubtful at once.</summary>
    private ClockQuality Quality(DateTimeOffset wall)
    {
        if (Expected() is { } expected)
        {
            return (wall - expected).Duration() > OffsetMax ? ClockQuality.Doubtful
                : _wasConfirmedThisRun ? ClockQuality.Confirmed : ClockQuality.Held;
        }

        // Without a battery clock the time after a boot is a guess from the last shutdown: a list would look younger than it is.
        return wall < _floor - OffsetMax || wall > _floor + OfflineMax || !(_wasConfirmedThisBoot || (IsWitnessed() ?? _machine.HasBatteryClock))
            ? ClockQuality.Doubtful
            : ClockQuality.Held;
    }

    /// <summary>Null when nobody says anything.</summary>
    private bool? IsWitnessed() =>
        _witness is var (ahead, at) && _time.GetElapsedTime(at) <= WitnessFresh ? ahead.Duration() <= OffsetMax : null;

    private DateTimeOffset? Expected() =>
        _signed is { } signed ? signed.Time.AddTicks((MonotonicMicroseconds() - signed.MonotonicMicroseconds) * TimeSpan.TicksPerMicrosecond) : null;

    /// <summary>Comparable across restarts of the service, within one boot.</summary>
    private long MonotonicMicroseconds() => (long)(_time.GetTimestamp() * (1_000_000.0 / _time.TimestampFrequency));

    /// <summary>
    /// The floor that was kept, whether it was confirmed in this very boot, and then the signed time that goes on by the monotonic clock.
    /// File: floor, boot id, signed time, monotonic microseconds, with spaces between; the last two are missing in older files.
    /// </summary>
    private DateTimeOffset ReadFloor()
    {
        try
        {
            var parts = File.ReadAllText(_floorPath).Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0 || !TryTime(parts[0], out var floor))
                return DateTimeOffset.MinValue;
            _persisted = floor;
            _wasConfirmedThisBoot = parts.Length > 1
                && Guid.TryParse(parts[1], CultureInfo.InvariantCulture, out var bootId) && bootId == _machine.BootId;
            if (_wasConfirmedThisBoot && parts.Length > 3 && TryTime(parts[2], out var signed)
                && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var monotonic)
                && monotonic <= MonotonicMicroseconds())
            {
                _signed = new SignedMoment(signed, monotonic);
            }

            return floor;
        }
        catch (IOException)
        {
            // No signed time has been seen yet; the software's own floor holds.
            return DateTimeOffset.MinValue;
        }
    }

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private readonly record struct SignedMoment(DateTimeOffset Time, long MonotonicMicroseconds);
}
