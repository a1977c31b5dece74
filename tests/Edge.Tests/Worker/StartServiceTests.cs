using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.SelfTesting;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class StartServiceTests
{
    [Fact]
    public async Task Start_WithAJournalThatTakesNothing_ComesUpAndSaysSo()
    {
        using var bench = new Bench();
        bench.FillUp();
        using var board = new SimulatedBoard(Path.Combine(bench.Data.Path, "board"), bench.Time, NullLoggerFactory.Instance);
        var scanner = new SilentScanner();
        var certificate = new CertificateWatch(bench.Credentials, bench.Link, bench.Clock, bench.Time);
        var health = new ApplianceHealth(scanner, board, new BoardOptions(), bench.Journal, bench.List, bench.Tamper, bench.Climate, bench.Power, bench.KeyStore, certificate,
            new BlockBook(bench.Data), new CommandBook(bench.Data), new RefusedEpochs(bench.Time, Options.Create(new SyncOptions())), new SelfTestBook(), bench.Clock, bench.Time);
        var service = new StartService(
            bench.PeopleInstaller, bench.People, bench.Journal, bench.List, NullLogger<StartService>.Instance);

        await service.StartAsync(TestContext.Current.CancellationToken);

        Assert.Contains(health.Parts(), static part => part.Name == "journal" && part.Health.State == DeviceState.Failed);
    }

    private sealed class SilentScanner : IDocumentScanner
    {
        public string Name => "silent";

        public DeviceHealth Health { get; } = new(DeviceState.Ok, "", DateTimeOffset.UnixEpoch);

        public async IAsyncEnumerable<DocumentScan> ReadAllAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
