using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

/// <summary>
/// The whole way over a real pseudo terminal, with the real clock: nothing here waits for a length of time.
/// </summary>
public sealed class SerialDocumentScannerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scanner-").FullName;

    private string LinkPath => Path.Combine(_directory, "reader");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(ReaderDressing.StxEtx, 0)]
    [InlineData(ReaderDressing.Cr, 7)]
    [InlineData(ReaderDressing.CrLf, 1)]
    public async Task ReadAll_DocumentLaid_GivesItsLines(ReaderDressing dressing, int pieceBytes)
    {
        using var reader = new SimulatedDocumentReader(LinkPath, dressing);
        reader.Plug();
        var scanner = Scanner();
        await using var scans = scanner.ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = TestDeadline.NextAsync(scans);

        reader.Scan(Specimens.Td3, pieceBytes);

        var scan = await next;
        Assert.Equal(Specimens.Td3, scan.Lines);
        Assert.True(TimeProvider.System.GetElapsedTime(scan.LastByteTimestamp) < TimeSpan.FromMinutes(1));
        Assert.Equal((DeviceState.Ok, ""), (scanner.Health.State, scanner.Health.Detail));
    }

    [Theory]
    [InlineData("generic")]
    [InlineData("3m-rte6701")]
    [InlineData("desko-cute")]
    [InlineData("honeywell-ocr")]
    [InlineData("code-rows")]
    [InlineData("newland")]
    [InlineData("opticon")]
    [InlineData("tokenworks")]
    public async Task ReadAll_SimulatedReaderOfAProfile_IsReadWithThatProfile(string profile)
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ProfileDressing.Of(profile)!.Value);
        reader.Plug();
        var options = new ScannerOptions { DevicePath = LinkPath, Profile = profile };
        if (profile == "opticon")
            (options.Prefix, options.Suffix) = (ReaderMessage.Prefix, ReaderMessage.Suffix);
        await using var scans = Scanner(options).ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        foreach (var lines in (string[][])[Specimens.Td3, Specimens.Td1, Specimens.Td2])
        {
            var next = TestDeadline.NextAsync(scans);

            reader.Scan(lines);

            var scan = await next;
            Assert.Equal(lines, scan.Lines);
            Assert.Equal(ScanProblem.None, scan.Problem);
        }
    }

    [Fact]
    public async Task ReadAll_BabblingReader_DoesNotHoldUpWhatFollows()
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ReaderDressing.StxEtx);
        reader.Plug();
        await using var scans = Scanner().ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = TestDeadline.NextAsync(scans);
        reader.Send(new byte[3_000]);
        reader.Send([.. Enumerable.Repeat((byte)'A', 600)]);
        reader.Scan(Specimens.Td3);

        Assert.Equal(ScanProblem.Overflow, (await next).Problem);
        Assert.Equal(Specimens.Td3, (await TestDeadline.NextAsync(scans)).Lines);
    }

    [Fact]
    public async Task ReadAll_PathIsNoSerialLine_FailsAndSaysSo()
    {
        var scanner = Scanner(new ScannerOptions { DevicePath = "/dev/null" });
        using var cancellation = new CancellationTokenSource();
        await using var scans = scanner.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = scans.MoveNextAsync().AsTask();
        await UntilAsync(() => scanner.Health.State == DeviceState.Failed);

        Assert.Equal("Reader at /dev/null cannot be opened: it is no serial line, or another program has it", scanner.Health.Detail);
        await cancellation.CancelAsync();
        Assert.False(await TestDeadline.WithinAsync(next));
    }

    [Fact]
    public async Task ReadAll_KindNone_IsNotFittedThoughAPathIsSet()
    {
        var scanner = Scanner(new ScannerOptions { DevicePath = LinkPath, Kind = ScannerKind.None });
        using var cancellation = new CancellationTokenSource();
        await using var scans = scanner.ReadAllAsync(cancellation.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = scans.MoveNextAsync().AsTask();

        Assert.Equal(DeviceState.NotFitted, scanner.Health.State);
        await cancellation.CancelAsync();
        Assert.False(await TestDeadline.WithinAsync(next));
    }

    [Fact]
    public async Task ReadAll_UnpluggedAndPluggedAgain_ReadsOn()
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ReaderDressing.Cr);
        reader.Plug();
        var scanner = Scanner();
        await using var scans = scanner.ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        reader.Scan(Specimens.Td1);
        Assert.Equal(Specimens.Td1, (await TestDeadline.NextAsync(scans)).Lines);

        var next = TestDeadline.NextAsync(scans);
        reader.Unplug();
        await UntilAsync(() => scanner.Health.State == DeviceState.Failed);
        Assert.Equal($"Reader at {LinkPath} is unplugged or missing", scanner.Health.Detail);
        Assert.False(next.IsCompleted);
        reader.Plug();
        reader.Scan(Specimens.Td2);

        Assert.Equal(Specimens.Td2, (await next).Lines);
        Assert.Equal(DeviceState.Ok, scanner.Health.State);
    }

    [Fact]
    public async Task ReadAll_ReaderMissingAtStart_FailsThenReadsWhenPlugged()
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ReaderDressing.StxEtx);
        var scanner = Scanner();
        Assert.Equal(DeviceState.Attention, scanner.Health.State);
        await using var scans = scanner.ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = TestDeadline.NextAsync(scans);
        await UntilAsync(() => scanner.Health.State == DeviceState.Failed);

        reader.Plug();
        reader.Scan(Specimens.Td3);

        Assert.Equal(Specimens.Td3, (await next).Lines);
    }

    [Fact]
    public async Task ReadAll_LastLineWithoutEnd_IsPartialAfterSilence()
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ReaderDressing.Bare);
        reader.Plug();
        await using var scans = Scanner().ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        reader.Scan([Specimens.Td3[0]]);

        var scan = await TestDeadline.NextAsync(scans);
        Assert.Equal(ScanProblem.Partial, scan.Problem);
        Assert.Equal([Specimens.Td3[0]], scan.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAll_Cancelled_EndsWithoutException(bool isPlugged)
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ReaderDressing.Cr);
        if (isPlugged)
            reader.Plug();
        using var cancellation = new CancellationTokenSource();
        var scanner = Scanner();
        await using var scans = scanner.ReadAllAsync(cancellation.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = scans.MoveNextAsync().AsTask();
        await UntilAsync(() => scanner.Health.State == (isPlugged ? DeviceState.Ok : DeviceState.Failed));

        await cancellation.CancelAsync();

        Assert.False(await TestDeadline.WithinAsync(next));
    }

    [Fact]
    public async Task ReadAll_NoReaderConfigured_IsNotFittedAndWaits()
    {
        using var cancellation = new CancellationTokenSource();
        var scanner = Scanner(new ScannerOptions());
        await using var scans = scanner.ReadAllAsync(cancellation.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = scans.MoveNextAsync().AsTask();
        Assert.Equal(DeviceState.NotFitted, scanner.Health.State);
        Assert.False(next.IsCompleted);

        await cancellation.CancelAsync();

        Assert.False(await TestDeadline.WithinAsync(next));
    }

    [Fact]
    public async Task ReadAll_SecondEnumeration_IsRefused()
    {
        using var cancellation = new CancellationTokenSource();
        var scanner = Scanner(new ScannerOptions());
        await using var first = scanner.ReadAllAsync(cancellation.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = first.MoveNextAsync().AsTask();
        await using var second = scanner.ReadAllAsync(cancellation.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidOperationException>(() => second.MoveNextAsync().AsTask());
        await cancellation.CancelAsync();
        await TestDeadline.WithinAsync(next);
    }

    [Fact]
    public async Task ReadAll_Scan_IsLoggedByLengthOnly()
    {
        using var reader = new SimulatedDocumentReader(LinkPath, ReaderDressing.Cr);
        reader.Plug();
        var log = new CapturingLogger<SerialDocumentScanner>();
        var scanner = new SerialDocumentScanner(new ScannerOptions { DevicePath = LinkPath }, TimeProvider.System, log);
        await using var scans = scanner.ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        reader.Scan(Specimens.Td3);
        await TestDeadline.NextAsync(scans);

        Assert.Contains(log.Lines, line => line.Contains("2 lines, 88 characters", StringComparison.Ordinal));
        foreach (var marked in (string[])["BRANDVOLD", "ISAURA", "UT4471X02", "910307"])
            Assert.DoesNotContain(log.Lines, line => line.Contains(marked, StringComparison.Ordinal));
    }

    private SerialDocumentScanner Scanner(ScannerOptions? options = null) => new(
        options ?? new ScannerOptions { DevicePath = LinkPath }, TimeProvider.System,
        NullLogger<SerialDocumentScanner>.Instance);

    /// <summary>Looks at a state that has no event of its own, on a timer.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!condition())
            await timer.WaitForNextTickAsync(limit.Token);
    }
}
