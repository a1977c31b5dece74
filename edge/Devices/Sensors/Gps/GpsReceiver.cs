using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>
/// A receiver on a serial line that sends NMEA 0183 without being asked, as all do. Its time is a witness of the machine's clock and nothing more.
/// </summary>
internal sealed class GpsReceiver : IGpsReceiver, ISupervised
{
    /// <summary>Receivers send once a second; so long without a right sentence, and something is wrong.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>A fix older than this says nothing of now.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Func<OpenedLine> _open;
    private readonly TimeProvider _time;
    private readonly HealthCell _health;
    private readonly DeviceLoop _loop;
    private volatile Heard? _heard;

    /// <param name="open">Opens the line. Trouble is any exception of <see cref="DeviceLoop.IsTrouble"/>.</param>
    public GpsReceiver(string name, Func<OpenedLine> open, TimeProvider time, ILogger log)
    {
        (Name, _open, _time) = (name, open, time);
        _health = new HealthCell(time, DeviceState.Attention, $"The {name} has not been heard yet");
        _loop = new DeviceLoop(name, _health, time, log);
    }

    public string Name { get; }

    public DeviceHealth Health => _health.Current;

    public GpsFix? Latest => _heard is { } heard && _time.GetElapsedTime(heard.Timestamp) <= Fresh ? heard.Fix : null;

    /// <inheritdoc/>
    public TimeSpan? MachineAhead => Latest is null ? null : _heard?.MachineAhead;

    public Task RunAsync(CancellationToken cancellationToken) => _loop.RunAsync(_ => ValueTask.FromResult(_open()), ListenAsync, cancellationToken);

    private async Task ListenAsync(OpenedLine line, CancellationToken cancellationToken)
    {
        var sentences = new GpsSentences();
        var buffer = new byte[256];
        var text = new GpsLineBuffer();
        var heardAt = _time.GetTimestamp();
        Task<int>? read = null;
        while (true)
        {
            // A pending read outlives the silence: cancelling it would risk bytes on their way.
            read ??= line.Stream.ReadAsync(buffer, cancellationToken).AsTask();
            if (!await CompletesAsync(read, cancellationToken))
            {
                _health.Set(DeviceState.Attention, $"The {Name} sends nothing that can be read: check its speed and its wiring");
                continue;
            }

            var count = await read;
            read = null;
            if (count == 0)
                throw new DeviceUnavailableException($"The {Name} was unplugged");
            var before = sentences.SentenceCount;
            for (var i = 0; i < count; i++)
            {
                if (text.Push(buffer[i]) && sentences.Take(text.Line) is { } fix)
                    _heard = new Heard(fix, _time.GetTimestamp(), _time.GetUtcNow() - fix.Time);
            }

            if (sentences.SentenceCount > before)
                heardAt = _time.GetTimestamp();
            Judge(_time.GetElapsedTime(heardAt));
        }
    }

    private void Judge(TimeSpan sinceSentence)
    {
        if (sinceSentence > Silence)
            _health.Set(DeviceState.Attention, $"The {Name} sends nothing that can be read: check its speed and its wiring");
        else if (Latest is null)
            _health.Set(DeviceState.Attention, $"The {Name} has no fix: its antenna needs a view of the sky");
        else
            _health.Set(DeviceState.Ok);
    }

    private async Task<bool> CompletesAsync(Task read, CancellationToken cancellationToken)
    {
        if (read.IsCompleted)
            return true;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(read, Task.Delay(Silence, _time, timer.Token));
        await timer.CancelAsync();
        return first == read || cancellationToken.IsCancellationRequested;
    }

    private sealed record Heard(GpsFix Fix, long Timestamp, TimeSpan MachineAhead);
}
