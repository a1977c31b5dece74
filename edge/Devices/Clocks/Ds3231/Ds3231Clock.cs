using System.Device.I2c;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging;
using Polly;

namespace EdgeCheckpoint.Devices.Clocks.Ds3231;

/// <summary>A DS3231 that the kernel does not drive, as a witness of the machine's clock.</summary>
internal sealed class Ds3231Clock : IBatteryClock, ISupervised
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const int FreshIntervals = 2;

    /// <summary>What the chip measures at its own temperature sensor while it works, generously.</summary>
    private const double DegreesCelsiusMin = -45;
    private const double DegreesCelsiusMax = 90;

    private readonly TimeProvider _time;
    private readonly HealthCell _health;
    private readonly DeviceLoop _loop;
    private readonly ResiliencePipeline _transfers;
    private readonly string _name;
    private readonly Func<IClockChip> _open;
    private volatile Offset? _offset;
    private Due? _due;

    public Ds3231Clock(string name, Func<I2cDevice> open, TimeProvider time, ILogger log)
        : this(name, () => new Ds3231(open()), time, log)
    {
    }

    /// <param name="open">Makes the driver.</param>
    public Ds3231Clock(string name, Func<IClockChip> open, TimeProvider time, ILogger log)
    {
        (_name, _open, _time) = (name, open, time);
        _health = new HealthCell(time, DeviceState.Attention, $"The {name} has not been read yet");
        _loop = new DeviceLoop(name, _health, time, log);
        _transfers = TransferRetry.Create(time);
    }

    public DeviceHealth Health => _health.Current;

    /// <summary>Of a chip that is no longer read, nothing: an old word is none of now.</summary>
    public TimeSpan? MachineAhead =>
        _offset is { } offset && _time.GetElapsedTime(offset.Timestamp) <= FreshIntervals * Interval ? offset.MachineAhead : null;

    public void Set(DateTimeOffset signedTime) => Interlocked.Exchange(ref _due, new Due(signedTime, _time.GetTimestamp()));

    public Task RunAsync(CancellationToken cancellationToken) => _loop.RunAsync(token => _transfers.RunAsync(Open, token), UseAsync, cancellationToken);

    private IClockChip Open()
    {
        var driver = _open();
        try
        {
            // The chip has no identity register; its thermometer is the one thing that other chips at the address do not have.
            if (driver.ReadTemperature() is { DegreesCelsius: < DegreesCelsiusMin or > DegreesCelsiusMax } impossible)
                throw new DeviceUnavailableException($"What answers at the address of the {_name} says {impossible} and is no DS3231: compare Board:Clock with what is fitted");
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    private async Task UseAsync(IClockChip driver, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Volatile.Read(ref _due) is { } due)
            {
                await _transfers.RunAsync(() => SetTime(driver, due), cancellationToken);
                Interlocked.CompareExchange(ref _due, null, due);
            }

            if (await _transfers.RunAsync(() => Read(driver), cancellationToken) is { } ahead)
            {
                _offset = new Offset(ahead, _time.GetTimestamp());
                _health.Set(DeviceState.Ok);
            }
            else
            {
                _offset = null;
                _health.Set(DeviceState.Attention, $"The {_name} has stood still: its battery is empty or was changed. Signed time sets it at the next contact");
            }

            await Task.Delay(Interval, _time, cancellationToken);
        }
    }

    private bool SetTime(IClockChip driver, Due due)
    {
        driver.SetTime(due.SignedTime + _time.GetElapsedTime(due.Timestamp));
        return true;
    }

    private TimeSpan? Read(IClockChip driver) => driver.TryReadTime(out var time) ? _time.GetUtcNow() - time : null;

    private sealed record Due(DateTimeOffset SignedTime, long Timestamp);

    private sealed record Offset(TimeSpan MachineAhead, long Timestamp);
}
