using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Inspection;
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
        using var service = new InspectionService(scanner, bench.Pipeline, bench.Encounters, NullLogger<InspectionService>.Instance);

        await service.StartAsync(TestContext.Current.CancellationToken);
        await service.ExecuteTask!;

        Assert.Equal(2, scanner.Taken);
        Assert.Empty(bench.Encounters.State.Open);
        Assert.StartsWith("NOT RECORDED", bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);
        Assert.NotNull(bench.Journal.Problem);
    }

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
