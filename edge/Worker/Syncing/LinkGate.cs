namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// When central may be called again. One gate for everybody who calls, so that an appliance without a link is quiet as a whole: after
/// a call that failed it is shut for a time of decorrelated jitter, longer with each failure, and only an answer resets that. The first
/// time after a loss of the link is spread further, so that a nation's appliances do not come back in one second. Alerts have a door
/// of their own, without the spread and never shut for long.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class LinkGate
{
    /// <summary>Longest wait of an alert (lane 0), in seconds.</summary>
    internal const double AlertSecondsMax = 30;

    private readonly TimeProvider _time;
    private readonly SyncBackoff _everybody;
    private readonly SyncBackoff _alerts;
    private readonly Lock _gate = new();
    private Shut _shut;
    private Shut _alertsShut;
    private Shut _asked;

    internal LinkGate(SyncOptions options, TimeProvider time, Random random)
    {
        _time = time;
        _everybody = new SyncBackoff(options, random);
        _alerts = new SyncBackoff(options.ForAlerts(), random);
    }

    /// <summary>How long the gate stays shut; zero when it is open.</summary>
    internal TimeSpan Wait(bool isAlert)
    {
        lock (_gate)
        {
            var wait = Left(isAlert ? _alertsShut : _shut);
            var asked = Left(_asked);
            return wait > asked ? wait : asked;
        }
    }

    /// <summary>Central answered.</summary>
    internal void Answered()
    {
        lock (_gate)
        {
            _everybody.Succeeded();
            _alerts.Succeeded();
            (_shut, _alertsShut) = (default, default);
        }
    }

    /// <summary>A call got no answer. Calls that were under way together fail together and count once.</summary>
    internal void Failed(bool isAlert)
    {
        lock (_gate)
        {
            if (Left(_shut) == TimeSpan.Zero)
                _shut = new Shut(_time.GetTimestamp(), _everybody.Failed(TimeSpan.Zero, isUrgent: false));
            if (isAlert && Left(_alertsShut) == TimeSpan.Zero)
                _alertsShut = new Shut(_time.GetTimestamp(), _alerts.Failed(TimeSpan.Zero, isUrgent: true));
        }
    }

    /// <summary>Central itself asked this appliance to wait: that holds for alerts too.</summary>
    internal void Asked(TimeSpan wait)
    {
        lock (_gate)
            _asked = new Shut(_time.GetTimestamp(), wait);
    }

    private TimeSpan Left(Shut shut)
    {
        var left = shut.Length - _time.GetElapsedTime(shut.Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private readonly record struct Shut(long Since, TimeSpan Length);
}
