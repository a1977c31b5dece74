using System.Globalization;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>
/// A long time at the board with random events. Every decision that the counter acknowledged must stand at central in the end, once, and within a
/// shift, from one power cut to the next, the service's memory, files and threads must not grow.
/// </summary>
[Collection(BoardCollection.Name)]
public sealed class SoakTests(BoardSite site, ITestOutputHelper output)
{
    private const string SecondsVariable = "CHECKPOINT_SOAK_SECONDS";
    private const string SeedVariable = "CHECKPOINT_SEED";
    private const int ShiftsMax = 3;

    // What a third of a shift may have more than the third before: a collection that has not come yet, a connection that is being renewed.
    private const double ResidentGrowthMax = 1.10;
    private const long ResidentSlackKibibytes = 4096;
    private const long OpenFilesSlack = 6;
    private const long ThreadsSlack = 6;

    /// <summary>Too short a shift has too few events to compare.</summary>
    private static readonly TimeSpan ShiftMin = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, int> _events = [];
    private int _documents;
    private int _decided;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BoardAppliance Board => site.Board;

    [Fact]
    [Trait("When", "Nightly")]
    public async Task RandomEvents_OverHours_LoseNothingAndLeaveMemoryAndHandlesFlat()
    {
        var seconds = Environment.GetEnvironmentVariable(SecondsVariable);
        Assert.SkipUnless(seconds is { Length: > 0 }, $"{SecondsVariable} says for how long; tests/nightly.sh sets it.");
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"{SeedVariable}={seed}");
        var random = new Random(seed);
        var duration = TimeSpan.FromSeconds(double.Parse(seconds!, CultureInfo.InvariantCulture));
        var shifts = (int)Math.Clamp(duration / ShiftMin, 1, ShiftsMax);
        await site.ReadyAsync(Cancel);
        var before = await site.Central.DecidedEncountersAsync(Cancel);

        for (var i = 0; i < shifts; i++)
        {
            await site.ReadyAsync(Cancel);
            AssertFlat(i, await WorkAsync(duration / shifts, random));
            await Board.PowerOffAsync();
        }

        await site.ReadyAsync(Cancel);
        await site.DurableAsync(before + _decided, Cancel);
        output.WriteLine($"{_decided} decided; {string.Join(", ", _events.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key} {one.Value}"))}");
        Assert.Equal(before + _decided, await site.Central.DecidedEncountersAsync(Cancel));
    }

    private async Task<List<ServiceUsage>> WorkAsync(TimeSpan duration, Random random)
    {
        var samples = new List<ServiceUsage>();
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < duration)
        {
            await HappenAsync(random);
            samples.Add(await Board.UsageAsync(Cancel));
        }

        return samples;
    }

    private void AssertFlat(int shift, List<ServiceUsage> samples)
    {
        // The first third is the warming up: caches fill, threads come.
        var third = samples.Count / 3;
        Assert.True(third >= 3, $"Shift {shift}: {samples.Count} events are too few to compare; take longer.");
        var (middle, last) = (ServiceUsage.Median(samples.Skip(third).Take(third)), ServiceUsage.Median(samples.Skip(2 * third)));
        output.WriteLine($"Shift {shift}: {samples.Count} events; middle {middle}; last {last}");
        Assert.True(last.ResidentKibibytes <= (middle.ResidentKibibytes * ResidentGrowthMax) + ResidentSlackKibibytes, $"Memory grew: {middle} to {last}");
        Assert.True(last.OpenFiles <= middle.OpenFiles + OpenFilesSlack, $"Open files grew: {middle} to {last}");
        Assert.True(last.Threads <= middle.Threads + ThreadsSlack, $"Threads grew: {middle} to {last}");
    }

    private async Task HappenAsync(Random random)
    {
        switch (random.Next(60))
        {
            // Once in a while: the kernel holds it back for up to a minute (hardware/rig/decisions).
            case 0:
                await EventAsync("bridge pulled", PullBridgeAsync);
                break;
            case < 6:
                await EventAsync("reader pulled", PullReaderAsync);
                break;
            case < 9:
                await EventAsync("tamper", OpenAndCloseAsync);
                break;
            case < 14:
                await EventAsync("link cut", CutLinkAsync);
                break;
            case < 18:
                await EventAsync("mains lost", LoseMainsAsync);
                break;
            case < 24:
                var errors = Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(2) == 0 ? "121" : "110").ToArray();
                await EventAsync("bus errors", () => Board.DoAsync(Cancel, ["faults", .. errors]));
                break;
            case < 28:
                await EventAsync("light barrier", () => Board.Machine.PressPowerButtonAsync(Cancel));
                break;
            default:
                await EventAsync("document", () => ServeAsync(random.Next(4) == 0));
                break;
        }
    }

    private async Task EventAsync(string name, Func<Task> happen)
    {
        await happen();
        _events[name] = _events.GetValueOrDefault(name) + 1;
    }

    private async Task ServeAsync(bool isListed)
    {
        var number = string.Create(CultureInfo.InvariantCulture, $"S{++_documents:00000000}");
        var lines = isListed
            ? InventedPassport.Lines("DRAGOVAR", "VIKTOR ANSELM", number, new DateOnly(1971, 3, 4))
            : InventedPassport.Lines("OYELARAN", "BABATUNDE", number, new DateOnly(1979, 12, 2));
        await site.DecideAsync(await Board.ScanAsync(lines, Cancel), Cancel);
        _decided++;
    }

    private async Task PullReaderAsync()
    {
        await Board.DoAsync(Cancel, "unplug-reader");
        await site.PartIsAsync("reader", "Failed", Cancel);
        await Board.DoAsync(Cancel, "plug-reader");
        await site.PartIsAsync("reader", "Ok", Cancel);
    }

    private async Task OpenAndCloseAsync()
    {
        await Board.SetLineAsync(BoardLine.Tamper, isHigh: true, Cancel);
        await site.PartIsAsync("tamper", "Failed", Cancel);
        await Board.SetLineAsync(BoardLine.Tamper, isHigh: false, Cancel);
        await site.OnDutyAsync(Cancel);
    }

    private async Task CutLinkAsync()
    {
        await Board.Machine.SetLinkAsync(isUp: false, Cancel);
        await Board.Machine.SetLinkAsync(isUp: true, Cancel);
        await ServeAsync(isListed: false);
    }

    private async Task LoseMainsAsync()
    {
        await Board.SetLineAsync(BoardLine.PowerLost, isHigh: true, Cancel);
        await ServeAsync(isListed: false);
        await Board.SetLineAsync(BoardLine.PowerLost, isHigh: false, Cancel);
    }

    private async Task PullBridgeAsync()
    {
        await Board.DoAsync(Cancel, "unplug-bridge");
        await ServeAsync(isListed: true);
        await Board.DoAsync(Cancel, "plug-bridge");
    }
}
