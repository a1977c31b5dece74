using System.IO.Pipelines;
using System.Text;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

public sealed class ReaderSupervisorTests
{
    private const int AtOnce = 10;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly FakeTimeProvider _time = new();
    private readonly CapturingLogger<ReaderSupervisorTests> _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAll_FloodOfBadScans_IsThinnedOutAndDocumentsComeThrough()
    {
        var supervisor = Supervisor();
        await using var scans = supervisor.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await WriteAsync(Noise(500));
        await WriteAsync(ReaderMessage.Compose(Specimens.Td3, ReaderDressing.StxEtx));

        for (var count = 0; count < AtOnce; count++)
            Assert.Equal(ScanProblem.Partial, (await TestDeadline.NextAsync(scans)).Problem);
        Assert.Equal(Specimens.Td3, (await TestDeadline.NextAsync(scans)).Lines);

        Assert.Equal(DeviceState.Ok, supervisor.Health.State);
        Assert.Single(_log.Lines, static line => line.Contains("ReaderNoisy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAll_AfterAQuietTime_LetsBadScansThroughAgain()
    {
        var supervisor = Supervisor();
        await using var scans = supervisor.ReadAllAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await WriteAsync(Noise(AtOnce));
        for (var count = 0; count < AtOnce; count++)
            await TestDeadline.NextAsync(scans);

        _time.Advance(TimeSpan.FromSeconds(2));
        await WriteAsync(Noise(3));
        await WriteAsync(ReaderMessage.Compose(Specimens.Td1, ReaderDressing.StxEtx));

        Assert.Equal(
            [ScanProblem.Partial, ScanProblem.Partial, ScanProblem.None],
            [(await TestDeadline.NextAsync(scans)).Problem, (await TestDeadline.NextAsync(scans)).Problem, (await TestDeadline.NextAsync(scans)).Problem]);
    }

    private static byte[] Noise(int count) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("\u0002ABCDE\u0003", count)));

    private ReaderSupervisor Supervisor() => new(
        "pipe", () => new OpenedLine(_pipe.Reader.AsStream(), new MemoryStream()), ReaderProfiles.Generic, _time, _log, tap: null);

    private async Task WriteAsync(byte[] bytes) => await _pipe.Writer.WriteAsync(bytes, Cancellation);
}
