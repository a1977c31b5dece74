using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.People;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class InspectionServiceTests
{
    [Fact]
    public async Task Scan_WithAJournalThatTakesNothing_ClearsNobodyAndTheNextScanIsTaken()
    {
        using var bench = new Bench();
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04"));
        bench.FillUp();
        var scanner = new ScriptedScanner(
            Bench.Passport("LINDQUIST", "ASTRID", "U10000001", 1988, 4, 17), Bench.Passport("OYELARAN", "BABATUNDE", "U10000002", 1979, 12, 2));
        using var service = Service(bench, scanner);

        await service.StartAsync(TestContext.Current.CancellationToken);
        await service.ExecuteTask!;

        Assert.Equal(2, scanner.Taken);
        Assert.Empty(bench.Encounters.State.Open);
        Assert.StartsWith("NOT RECORDED", bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);
        Assert.NotNull(bench.Journal.Problem);
    }

    [Fact]
    public async Task Scan_WithNobodyOrATechnicianSignedIn_IsNotChecked()
    {
        using var bench = new Bench();
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04"));
        var document = Bench.Passport("LINDQUIST", "ASTRID", "U10000001", 1988, 4, 17);
        bench.Session.End();
        await RunAsync(bench, document);
        Assert.StartsWith("NOT CHECKED", bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);

        bench.Session.Begin(new SignedInPerson("TEC-1", "C. Vance", PostRole.Technician), "bench");
        bench.Encounters.ClearNotice();
        await RunAsync(bench, document);

        Assert.StartsWith("NOT CHECKED", bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);
        Assert.Empty(bench.Encounters.State.Open);
        Assert.Null(bench.Journal.ReadUnsent(Lane.Encounters));
    }

    [Fact]
    public async Task Scan_BehindALockedScreen_IsNotChecked()
    {
        using var bench = new Bench();
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04"));
        bench.Session.Lock();

        await RunAsync(bench, Bench.Passport("LINDQUIST", "ASTRID", "U10000001", 1988, 4, 17));

        Assert.Empty(bench.Encounters.State.Open);
    }

    [Fact]
    public async Task Badge_OnASerialReader_WaitsForItsPinAndIsWrittenNowhere()
    {
        using var bench = new Bench();
        var code = BadgeCode.Create();

        await RunAsync(bench, [code]);

        Assert.True(bench.Badge.IsThere);
        Assert.Equal(code, bench.Badge.Take(""));
        Assert.Equal("", bench.Badge.Take(""));
        Assert.Null(bench.Journal.ReadUnsent(Lane.Audit));
        Assert.DoesNotContain(code, bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Badge_Misread_IsNeitherABadgeNorADocument()
    {
        using var bench = new Bench();
        var code = BadgeCode.Create();
        var wrong = code[..^1] + (code[^1] == '0' ? '1' : '0');

        await RunAsync(bench, [wrong]);

        Assert.False(bench.Badge.IsThere);
        Assert.Null(bench.Journal.ReadUnsent(Lane.Audit));
    }

    [Fact]
    public async Task Badge_NotFollowedByASignIn_IsForgotten()
    {
        using var bench = new Bench();
        await RunAsync(bench, [BadgeCode.Create()]);

        bench.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("", bench.Badge.Take(""));
    }

    [Fact]
    public async Task Scan_WhileEncountersAreHeldUp_IsAnsweredAndNotTaken()
    {
        using var bench = new Bench();
        bench.Hold.Set("climate", "STOPPED: too hot.");

        await RunAsync(bench, Bench.Passport("MARLOW", "ANNA", "U1234567", 1980, 5, 17));

        Assert.Empty(bench.Encounters.State.Open);
        Assert.Equal("NOT CHECKED: nothing of this document was taken. STOPPED: too hot.", bench.Encounters.State.Notice!.Text);
        Assert.Empty(bench.Written(EdgeCheckpoint.Records.Lane.Encounters));
    }

    private static async Task RunAsync(Bench bench, IReadOnlyList<string> lines)
    {
        using var service = Service(bench, new ScriptedScanner(lines));
        await service.StartAsync(TestContext.Current.CancellationToken);
        await service.ExecuteTask!;
    }

    private static InspectionService Service(Bench bench, IDocumentScanner scanner) => new(
        scanner, bench.Pipeline, bench.Encounters, bench.Session, bench.Hold, bench.Badge, NullLogger<InspectionService>.Instance);

    /// <summary>Gives these documents one after another, then ends.</summary>
    private sealed class ScriptedScanner(params IReadOnlyList<string>[] documents) : IDocumentScanner
    {
        internal int Taken { get; private set; }

        public string Name => "scripted";

        public DeviceHealth Health { get; } = new(DeviceState.Ok, "", DateTimeOffset.UnixEpoch);

        public async IAsyncEnumerable<DocumentScan> ReadAllAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var lines in documents)
            {
                await Task.Yield();
                yield return new DocumentScan { Lines = [.. lines], LastByteTimestamp = 0 };
                Taken++;
            }
        }
    }
}
