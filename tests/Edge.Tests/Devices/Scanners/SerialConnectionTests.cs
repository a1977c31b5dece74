using System.IO.Pipelines;
using System.Text;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

public sealed class SerialConnectionTests
{
    private const int IdleMilliseconds = 200;

    private readonly Pipe _pipe = new();
    private readonly SignallingTimeProvider _time = new();
    private readonly SerialConnection _connection;

    public SerialConnectionTests() =>
        _connection = new SerialConnection(_pipe.Reader.AsStream(), new MrzFramer(), _time, IdleMilliseconds);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Next_PartOfADocument_ComesAfterIdleTimeAndNotBefore()
    {
        var next = _connection.NextAsync(Cancellation);
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(Specimens.Td3[0]), Cancellation);
        await _time.TimerStartedAsync(TimeSpan.FromMilliseconds(IdleMilliseconds));

        _time.Advance(TimeSpan.FromMilliseconds(IdleMilliseconds - 1));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        var scan = await TestDeadline.WithinAsync(next);
        Assert.Equal(ScanProblem.Partial, scan!.Problem);
    }

    [Fact]
    public async Task Next_WholeDocument_NeedsNoIdleTime()
    {
        var arrival = _time.GetTimestamp();
        await _pipe.Writer.WriteAsync(ReaderMessage.Compose(Specimens.Td1, ReaderDressing.CrLf), Cancellation);

        var scan = await TestDeadline.WithinAsync(_connection.NextAsync(Cancellation));

        Assert.Equal(Specimens.Td1, scan!.Lines);
        Assert.Equal(arrival, scan.LastByteTimestamp);
    }

    [Fact]
    public async Task Next_BytesAfterAnIdleTime_AreNotLost()
    {
        var first = _connection.NextAsync(Cancellation);
        await _pipe.Writer.WriteAsync("P<UTO"u8.ToArray(), Cancellation);
        await _time.TimerStartedAsync(TimeSpan.FromMilliseconds(IdleMilliseconds));
        _time.Advance(TimeSpan.FromMilliseconds(IdleMilliseconds));
        Assert.NotNull(await TestDeadline.WithinAsync(first));

        var second = _connection.NextAsync(Cancellation);
        await _pipe.Writer.WriteAsync(ReaderMessage.Compose(Specimens.Td2, ReaderDressing.Cr), Cancellation);

        Assert.Equal(Specimens.Td2, (await TestDeadline.WithinAsync(second))!.Lines);
    }

    [Fact]
    public async Task Next_EndOfStream_IsGone()
    {
        await _pipe.Writer.CompleteAsync();

        Assert.Null(await TestDeadline.WithinAsync(_connection.NextAsync(Cancellation)));
    }

    [Fact]
    public async Task Next_BrokenStream_IsGone()
    {
        await _pipe.Writer.CompleteAsync(new IOException("The cable was pulled."));

        Assert.Null(await TestDeadline.WithinAsync(_connection.NextAsync(Cancellation)));
    }

    [Fact]
    public async Task Next_Cancelled_EndsWithoutException()
    {
        using var cancellation = new CancellationTokenSource();
        var next = _connection.NextAsync(cancellation.Token);

        await cancellation.CancelAsync();

        Assert.Null(await TestDeadline.WithinAsync(next));
    }
}
