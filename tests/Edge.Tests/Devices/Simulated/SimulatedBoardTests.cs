using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Simulated;

public sealed class SimulatedBoardTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("board-").FullName;
    private readonly SignallingTimeProvider _time = new();

    private string TamperPath => Path.Combine(_directory, SimulatedBoard.TamperFile);

    private string Lamps => File.ReadAllText(Path.Combine(_directory, SimulatedBoard.StackLightFile)).TrimEnd();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Tamper_OpenedByAnotherProcess_IsReportedOnce()
    {
        using var board = new SimulatedBoard(_directory, _time, NullLoggerFactory.Instance);
        await using var changes = board.Contact(ContactRole.Tamper).WatchAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.Equal(ContactLevel.Closed, (await TestDeadline.NextAsync(changes)).Level);
        var next = TestDeadline.NextAsync(changes);
        await _time.TimerStartedAsync(TimeSpan.FromMilliseconds(250));

        await File.WriteAllTextAsync(TamperPath, "open\n", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await _time.TimerStartedAsync(ContactTiming.Default.Debounce);
        _time.Advance(ContactTiming.Default.Debounce);

        Assert.Equal(ContactLevel.Open, (await next).Level);
        Assert.Equal(DeviceState.Ok, board.Contact(ContactRole.Tamper).Health.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("clos")]
    public void Tamper_FileWithoutMeaning_IsUnknownAndFailed(string content)
    {
        using var board = new SimulatedBoard(_directory, _time, NullLoggerFactory.Instance);
        File.WriteAllText(TamperPath, content);

        Assert.Equal(ContactLevel.Unknown, board.Contact(ContactRole.Tamper).Level);
        Assert.Equal(DeviceState.Failed, board.Contact(ContactRole.Tamper).Health.State);
    }

    [Fact]
    public void Tamper_FileRemoved_IsUnknown()
    {
        using var board = new SimulatedBoard(_directory, _time, NullLoggerFactory.Instance);
        File.Delete(TamperPath);

        Assert.Equal(ContactLevel.Unknown, board.Contact(ContactRole.Tamper).Level);
    }

    [Fact]
    public void Board_StartedAgain_KeepsTheOpenLoop()
    {
        using (var board = new SimulatedBoard(_directory, _time, NullLoggerFactory.Instance))
            board.Set(ContactRole.Tamper, ContactLevel.Open);

        using var again = new SimulatedBoard(_directory, _time, NullLoggerFactory.Instance);

        Assert.Equal(ContactLevel.Open, again.Contact(ContactRole.Tamper).Level);
    }

    [Fact]
    public void StackLight_ShownThenDisposed_WritesFileAndPutsLampsOut()
    {
        var board = new SimulatedBoard(_directory, _time, NullLoggerFactory.Instance);
        Assert.Equal("red=0 amber=0 green=0", Lamps);

        board.StackLight.Show(new StackLightState(Red: false, Amber: true, Green: false));
        Assert.Equal("red=0 amber=1 green=0", Lamps);

        board.Dispose();
        Assert.Equal("red=0 amber=0 green=0", Lamps);
        Assert.DoesNotContain(Directory.GetFiles(_directory), path => path.EndsWith(".new", StringComparison.Ordinal));
    }
}
