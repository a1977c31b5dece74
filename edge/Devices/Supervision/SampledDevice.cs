using Microsoft.Extensions.Logging;
using Polly;

namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>
/// One chip that is asked every so often. A transfer that fails is tried again at once (errno 121 and 110 come and go on long wires); an
/// answer that is wrong counts as none; several in a row, and the chip is set up anew.
/// </summary>
internal sealed class SampledDevice<TDriver, TReading> : ISensor<TReading>, ISupervised
    where TDriver : IDisposable
    where TReading : struct
{
    /// <summary>So many samples without a right answer: the chip is closed and set up again.</summary>
    private const int BadSamplesMax = 5;

    /// <summary>A reading older than so many intervals is none.</summary>
    private const int FreshIntervals = 3;

    private readonly SampledDeviceSpecification<TDriver, TReading> _device;
    private readonly TimeProvider _time;
    private readonly HealthCell _health;
    private readonly DeviceLoop _loop;
    private readonly ResiliencePipeline _transfers;
    private volatile Sample? _latest;

    public SampledDevice(SampledDeviceSpecification<TDriver, TReading> device, TimeProvider time, ILogger log)
    {
        (_device, _time) = (device, time);
        _health = new HealthCell(time, DeviceState.Attention, $"The {device.Name} has not been read yet");
        _loop = new DeviceLoop(device.Name, _health, time, log);
        _transfers = TransferRetry.Create(time);
    }

    public string Name => _device.Name;

    public DeviceHealth Health => _health.Current;

    public TReading? Latest =>
        _latest is { } sample && _time.GetElapsedTime(sample.Timestamp) <= FreshIntervals * _device.Interval ? sample.Reading : null;

    public Task RunAsync(CancellationToken cancellationToken) =>
        _loop.RunAsync(token => _transfers.ExecuteAsync(OpenAsync, token), SampleAsync, cancellationToken);

    private async ValueTask<TDriver> OpenAsync(CancellationToken cancellationToken)
    {
        var driver = _device.Open();
        try
        {
            await _device.IdentifyAsync(driver, cancellationToken);
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    private async Task SampleAsync(TDriver driver, CancellationToken cancellationToken)
    {
        var bad = 0;
        while (true)
        {
            var reading = await _transfers.ExecuteAsync(token => _device.SampleAsync(driver, token), cancellationToken);
            var doubt = reading is { } value ? _device.Doubt(value) : $"The {Name} gives wrong answers";
            if (doubt.Length == 0)
            {
                bad = 0;
                _latest = new Sample(reading!.Value, _time.GetTimestamp());
                _health.Set(DeviceState.Ok);
            }
            else if (++bad >= BadSamplesMax)
            {
                throw new DeviceUnavailableException($"{doubt}: check its wiring, and that nothing else has its address");
            }
            else
            {
                _health.Set(DeviceState.Attention, doubt);
            }

            await Task.Delay(_device.Interval, _time, cancellationToken);
        }
    }

    private sealed record Sample(TReading Reading, long Timestamp);
}
