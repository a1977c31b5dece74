using System.Text;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Warnings before an entry ends, once each, and what is published when it has ended.</summary>
public sealed class EntryWatchTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData(91, null)]
    [InlineData(90, 90)]
    [InlineData(31, 90)]
    [InlineData(30, 30)]
    [InlineData(8, 30)]
    [InlineData(7, 7)]
    [InlineData(1, 7)]
    [InlineData(0, 0)]
    [InlineData(-400, 0)]
    public void ThresholdOf_DaysLeft_IsTheOnePassedLast(int daysLeft, int? threshold) =>
        Assert.Equal(threshold, DueEntries.ThresholdOf(daysLeft));

    [Fact]
    public async Task Look_AsTheDaysPass_WarnsOnceAtEachThreshold()
    {
        await ImportAsync(("u1", Today.AddDays(100), null), ("u2", Today.AddDays(100), null), ("u3", Today.AddDays(800), null));
        var warned = new List<(int Day, string Detail)>();
        for (var day = 0; day <= 102; day++)
        {
            var before = (await WarningsAsync()).Count;
            await Watch.LookAsync(Token);
            await Watch.LookAsync(Token);
            warned.AddRange((await WarningsAsync()).Skip(before).Select(line => (day, line.Detail)));
            _site.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([10, 70, 93, 100], warned.Select(static line => line.Day));
        Assert.All(warned, static line => Assert.StartsWith("2 entries", line.Detail, StringComparison.Ordinal));
        Assert.Contains("suspended since", warned[^1].Detail, StringComparison.Ordinal);
        Assert.All(await WarningsAsync(), static line => Assert.Equal(("Utopia", Auditor.Central), (line.Subject, line.Actor)));
    }

    [Fact]
    public async Task Look_CentralWasAwayForMonths_WarnsOfWhereThingsStand()
    {
        await ImportAsync(("u1", Today.AddDays(100), null));
        _site.Time.Advance(TimeSpan.FromDays(95));

        await Watch.LookAsync(Token);

        Assert.Contains("warning of 7 days", Assert.Single(await WarningsAsync()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_EntryThatIsRenewed_IsWarnedOfAnew()
    {
        await ImportAsync(("u1", Today.AddDays(20), null));
        await Watch.LookAsync(Token);
        await ImportAsync(("u1", Today.AddDays(60), null));

        await Watch.LookAsync(Token);

        Assert.Equal(2, (await WarningsAsync()).Count);
    }

    [Fact]
    public async Task Publish_ExpiredAndUnreviewedEntries_AreLeftOutCountedAndComeBack()
    {
        await ImportAsync(
            ("u1", Today.AddDays(10), null), ("u2", Today.AddDays(500), Today.AddDays(10)), ("u3", Today.AddDays(500), Today.AddDays(400)), ("u4", Today.AddDays(500), null));
        var first = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;
        _site.Time.Advance(TimeSpan.FromDays(10));
        var second = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;
        await ImportAsync(
            ("u1", Today.AddDays(500), null), ("u2", Today.AddDays(500), Today.AddDays(400)), ("u3", Today.AddDays(500), Today.AddDays(400)), ("u4", Today.AddDays(500), null));
        var third = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;

        Assert.Equal([(4, 0), (2, 2), (4, 0)], new[] { first, second, third }.Select(static publication => (publication.Release.EntryCount, publication.SuspendedCount)));
        var compilation = (await _site.Store.Entries.FindCompilationAsync(second.Release.ReleaseId, Token))!;
        Assert.Equal(2, compilation.SuspendedCount);
        Assert.Contains(
            await _site.Store.Audit.ReadNewestAsync(10, Token), static line => line.Event.Action == AuditAction.ListPublished && line.Event.Detail.Contains("2 suspended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_EverythingExpired_IsRefused()
    {
        await ImportAsync(("u1", Today.AddDays(10), null));
        _site.Time.Advance(TimeSpan.FromDays(10));

        var answer = await _site.Publication.PublishAsync("", TestSite.Actor, Token);

        Assert.Contains("delist everybody", answer.Failure.Reason, StringComparison.Ordinal);
        Assert.Null(await _site.Store.Releases.FindNewestAsync(ReleaseKind.Watchlist, Token));
    }

    [Fact]
    public async Task Due_Command_NamesWhatEndsAndWhatIsSuspended()
    {
        // Commands go by the machine's clock, the server of the test by its own, which starts there.
        await ImportAsync(("u1", Today.AddDays(-1), null), ("u2", Today.AddDays(400), Today.AddDays(40)), ("u3", Today.AddDays(400), null));

        var (code, output, _) = await _site.CommandAsync("watchlists", "due");
        var json = await _site.CommandAsync("watchlists", "due", "--within", "30", "--json");
        var wrong = await _site.CommandAsync("watchlists", "due", "--within", "-1");

        Assert.Equal((0, 0), (code, json.Code));
        Assert.Contains($"SUSPENDED  {EntryWords.Day(Today.AddDays(-1))}  expiry  u1  Utopia", output, StringComparison.Ordinal);
        Assert.Contains($"{EntryWords.Day(Today.AddDays(40))}  review  u2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("u3", output, StringComparison.Ordinal);
        Assert.Contains("1 entries end or are to be reviewed within 90 days; 1 are suspended", output, StringComparison.Ordinal);
        Assert.DoesNotContain("u2", json.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, wrong.Code);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_site.Time.GetUtcNow().UtcDateTime);

    private EntryWatch Watch => _site.App.Services.GetRequiredService<EntryWatch>();

    private async Task<List<AuditEvent>> WarningsAsync() =>
        [.. (await _site.Store.Audit.ReadAfterAsync(0, 1_000, Token)).Select(static line => line.Event).Where(static line => line.Action == AuditAction.EntriesDue)];

    private async Task ImportAsync(params (string Id, DateOnly ExpiresOn, DateOnly? ReviewOn)[] entries)
    {
        var text = "entry_id,names,expires_on,review_on\n" + string.Concat(entries.Select(static entry =>
            $"{entry.Id},Name {entry.Id},{EntryWords.Day(entry.ExpiresOn)},{(entry.ReviewOn is { } review ? EntryWords.Day(review) : "")}\n"));
        var report = await _site.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(text)),
            ListFormat.Csv,
            new ListDefaults
            {
                ListName = "Utopia",
                Owner = "police",
                LegalBasis = "act",
                Purpose = "check",
                Action = RequestedAction.Inquire,
                Evidence = EvidenceGrade.Documented,
            },
            mayRemove: true,
            TestSite.Actor,
            Token);
        Assert.Equal(ImportOutcome.Imported, report.Outcome);
    }
}
