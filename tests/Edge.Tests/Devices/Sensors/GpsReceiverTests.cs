using System.IO.Pipelines;
using System.Text;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Sensors.Gps;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Sensors;

public sealed class GpsReceiverTests : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly SignallingTimeProvider _time = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly GpsReceiver _receiver;
    private readonly Task _running;
    private Pipe _line = new();

    public GpsReceiverTests()
    {
        _receiver = new GpsReceiver("GPS receiver", () => new OpenedLine(_line.Reader.AsStream(), new MemoryStream()), _time, NullLogger.Instance);
        _running = _receiver.RunAsync(_ending.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await TestDeadline.WithinAsync(_running);
        _ending.Dispose();
    }

    [Fact]
    public async Task Run_SentencesOfAFix_GivesItAndHowFarTheMachineIsAhead()
    {
        await _time.TimerStartedAsync(Silence);
        await SendAsync("GPRMC,000000.00,A,1230.0000,N,04515.0000,E,,,010100,,,A");

        Assert.Equal(DeviceState.Ok, _receiver.Health.State);
        Assert.Equal(new GpsPosition(12.5, 45.25), _receiver.Latest!.Value.Position);
        Assert.Equal(TimeSpan.Zero, _receiver.MachineAhead);
    }

    [Fact]
    public async Task Latest_OfAFixTenSecondsAgo_IsNone()
    {
        await _time.TimerStartedAsync(Silence);
        await SendAsync("GPRMC,000000.00,A,,,,,,,010100,,,A");

        _time.Advance(Silence + TimeSpan.FromMilliseconds(1));

        Assert.Null(_receiver.Latest);
        Assert.Null(_receiver.MachineAhead);
    }

    [Fact]
    public async Task Run_ReceiverWithoutAFix_AsksForTheSky()
    {
        await _time.TimerStartedAsync(Silence);
        await SendAsync("GPRMC,000000.00,V,,,,,,,010100,,,N");

        Assert.Equal(DeviceState.Attention, _receiver.Health.State);
        Assert.Contains("view of the sky", _receiver.Health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SilentLine_NamesSpeedAndWiring()
    {
        await _time.TimerStartedAsync(Silence);
        _time.Advance(Silence);
        await _time.TimerStartedAsync(Silence);

        Assert.Contains("check its speed and its wiring", _receiver.Health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Unplugged_FailsAndIsOpenedAgain()
    {
        await _time.TimerStartedAsync(Silence);
        var first = _line;
        _line = new Pipe();
        await first.Writer.CompleteAsync();
        await _time.TimerStartedAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((DeviceState.Failed, "The GPS receiver was unplugged"), (_receiver.Health.State, _receiver.Health.Detail));

        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.TimerStartedAsync(Silence);
        await SendAsync("GPRMC,000001.00,A,,,,,,,010100,,,A");

        Assert.Equal(DeviceState.Ok, _receiver.Health.State);
    }

    /// <summary>Sends a sentence with its checksum, and waits until the receiver has taken it and waits for the next.</summary>
    private async Task SendAsync(string body)
    {
        byte sum = 0;
        foreach (var letter in Encoding.ASCII.GetBytes(body))
            sum ^= letter;
        await _line.Writer.WriteAsync(Encoding.ASCII.GetBytes($"${body}*{sum:X2}\r\n"), TestContext.Current.CancellationToken);
        await _time.TimerStartedAsync(Silence);
    }
}
