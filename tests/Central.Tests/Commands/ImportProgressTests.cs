using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Tests.Watchlists;
using EdgeCheckpoint.Central.Watchlists;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Central.Tests.Commands;

public sealed class ImportProgressTests : IDisposable
{
    private readonly StringWriter _error = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public void Report_ShortReading_SaysNothing()
    {
        var progress = new ImportProgress(_error, isTerminal: true, _time);

        progress.Report(1, 10);
        _time.Advance(TimeSpan.FromSeconds(2));
        progress.Report(10, 10);
        progress.End();

        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void Report_NoTerminal_WritesALineEverySoOften()
    {
        var progress = new ImportProgress(_error, isTerminal: false, _time);

        for (var second = 0; second < 33; second++)
        {
            progress.Report((long)second << 20, 100L << 20);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["Reading: 3 of 100 MiB (3 %)", "Reading: 18 of 100 MiB (18 %)"], _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Report_Terminal_WritesOverItsLineAndEndsIt()
    {
        var progress = new ImportProgress(_error, isTerminal: true, _time);

        _time.Advance(TimeSpan.FromSeconds(4));
        progress.Report(1L << 20, 2L << 20);
        _time.Advance(TimeSpan.FromSeconds(1));
        progress.Report(2L << 20, 2L << 20);
        progress.End();

        Assert.Equal("\rReading: 1 of 2 MiB (50 %)\rReading: 2 of 2 MiB (100 %)\n", _error.ToString());
    }

    [Fact]
    public void Report_Pipe_TellsWhatWasRead()
    {
        var progress = new ImportProgress(_error, isTerminal: false, _time);
        using var pipe = new CountingStream(new RepeatedStream((byte)'A', 3L << 20), progress.Report);

        _time.Advance(TimeSpan.FromSeconds(4));
        pipe.ReadExactly(new byte[3 << 20]);

        Assert.Equal("Reading: 3 MiB\n", _error.ToString());
    }
}
