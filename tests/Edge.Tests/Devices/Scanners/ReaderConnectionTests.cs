using System.IO.Pipelines;
using System.Text;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

public sealed class ReaderConnectionTests
{
    private const int IdleMilliseconds = 200;

    private readonly Pipe _pipe = new();
    private readonly SignallingTimeProvider _time = new();
    private readonly ReaderConnection _connection;

    public ReaderConnectionTests() =>
        _connection = new ReaderConnection(_pipe.Reader.AsStream(), new MrzFramer(), _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Next_PartOfADocument_ComesAfterIdleTimeAndNotBefore()
    {
        var next = _connection.NextAsync(Cancellation);
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(Specimens.Td3[0][..43]), Cancellation);
        await _time.TimerStartedAsync(TimeSpan.FromMilliseconds(IdleMilliseconds));

        _time.Advance(TimeSpan.FromMilliseconds(IdleMilliseconds - 1));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        var scan = await TestDeadline.WithinAsync(next);
        Assert.Equal(ScanProblem.Partial, scan!.Problem);
    }

    [Fact]
    public async Task Next_OneWholeRow_WaitsForTheNextOneLonger()
    {
        var next = _connection.NextAsync(Cancellation);
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(Specimens.Td3[0] + "\r\n"), Cancellation);
        await _time.TimerStartedAsync(ReaderProfiles.Generic.LineGap);

        _time.Advance(ReaderProfiles.Generic.LineGap - TimeSpan.FromMilliseconds(1));
        Assert.False(next.IsCompleted);
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(Specimens.Td3[1] + "\r\n"), Cancellation);

        Assert.Equal(Specimens.Td3, (await TestDeadline.WithinAsync(next))!.Lines);
    }

    [Fact]
    public async Task Next_TapAndTwoDocumentsInOneRead_SeesNoByteOfTheSecondBeforeTheFirstIsShown()
    {
        var tap = new CountingTap();
        var connection = new ReaderConnection(_pipe.Reader.AsStream(), new MrzFramer(), _time, tap);
        await _pipe.Writer.WriteAsync(
            (byte[])[.. ReaderMessage.Compose(Specimens.Td1, ReaderDressing.Bare), .. ReaderMessage.Compose(Specimens.Td3, ReaderDressing.Bare)],
            Cancellation);

        Assert.Equal(Specimens.Td1, (await TestDeadline.WithinAsync(connection.NextAsync(Cancellation)))!.Lines);

        Assert.Equal(92, tap.Count);
        Assert.Equal(Specimens.Td3, (await TestDeadline.WithinAsync(connection.NextAsync(Cancellation)))!.Lines);
    }

    [Fact]
    public async Task Next_TapAndNoise_IsToldOfTheSilence()
    {
        var tap = new CountingTap();
        var connection = new ReaderConnection(_pipe.Reader.AsStream(), new MrzFramer(), _time, tap);
        var next = connection.NextAsync(Cancellation);
        await _pipe.Writer.WriteAsync("K"u8.ToArray(), Cancellation);
        await _time.TimerStartedAsync(TimeSpan.FromMilliseconds(IdleMilliseconds));
        _time.Advance(TimeSpan.FromMilliseconds(IdleMilliseconds));
        await TestDeadline.WithinAsync(tap.Silent);

        Assert.False(next.IsCompleted);
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

    private sealed class CountingTap : IReaderTap
    {
        private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; private set; }

        public Task Silent => _silent.Task;

        public void Take(byte value) => Count++;

        public void Silence() => _silent.TrySetResult();
    }
}
