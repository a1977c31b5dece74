using System.Device.I2c;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Clocks.Ds3231;

/// <summary>A DS3231 that the kernel does not drive, as a witness of the machine's clock.</summary>
internal sealed class Ds3231Clock : IBatteryClock, ISupervised
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>What the chip measures at its own temperature sensor while it works, generously.</summary>
    private const double DegreesCelsiusMin = -45;
    private const double DegreesCelsiusMax = 90;

    private readonly TimeProvider _time;
    private readonly HealthCell _health;
    private readonly DeviceLoop _loop;
    private readonly string _name;
    private readonly Func<I2cDevice> _open;
    private volatile Offset? _offset;
    private Due? _due;

    public Ds3231Clock(string name, Func<I2cDevice> open, TimeProvider time, ILogger log)
    {
        (_name, _open, _time) = (name, open, time);
        _health = new HealthCell(time, DeviceState.Attention, $"The {name} has not been read yet");
        _loop = new DeviceLoop(name, _health, time, log);
    }

    public DeviceHealth Health => _health.Current;

    public TimeSpan? MachineAhead => _offset?.MachineAhead;

    public void Set(DateTimeOffset signedTime) => Interlocked.Exchange(ref _due, new Due(signedTime, _time.GetTimestamp()));

    public Task RunAsync(CancellationToken cancellationToken) => _loop.RunAsync(Open, UseAsync, cancellationToken);

    private ValueTask<Ds3231> Open(CancellationToken cancellationToken)
    {
        var driver = new Ds3231(_open());
        try
        {
            // The chip has no identity register; its thermometer is the one thing that other chips at the address do not have.
            if (driver.ReadTemperature() is { DegreesCelsius: < DegreesCelsiusMin or > DegreesCelsiusMax } impossible)
                throw new DeviceUnavailableException($"What answers at the address of the {_name} says {impossible} and is no DS3231: compare Board:Clock with what is fitted");
            return ValueTask.FromResult(driver);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    private async Task UseAsync(Ds3231 driver, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Interlocked.Exchange(ref _due, null) is { } due)
                driver.SetTime(due.SignedTime + _time.GetElapsedTime(due.Timestamp));
            if (driver.TryReadTime(out var time))
            {
                _offset = new Offset(_time.GetUtcNow() - time);
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

    private sealed record Due(DateTimeOffset SignedTime, long Timestamp);

    private sealed record Offset(TimeSpan MachineAhead);
}
