using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Edge.Tests.Worker.Journal;

/// <summary>A card that rots while the appliance runs.</summary>
public sealed class JournalCheckTests : IDisposable
{
    private const int PageSize = 4096;
    private const int RecordCount = 60;

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.FromHours(1));

    private readonly Bench _bench = new();

    public JournalCheckTests()
    {
        for (var i = 0; i < RecordCount; i++)
        {
            _bench.Journal.Append(new RecordDraft(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1")
            {
                EncounterId = Guid.NewGuid(),
                Personal = new PersonalPart { Note = new string('N', 900) },
            });
        }

        _bench.Journal.Append(new RecordDraft(Lane.Health, RecordKind.Health, RecordDraft.Appliance));
        _bench.Journal.Checkpoint();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void CheckWhenDue_ThroughTheWeeks_LooksByNightOnceAWeekAndByDayWhenNoNightCame()
    {
        var done = new List<double>();
        // Hour by hour; after ten days the appliance is on by day only.
        for (var hour = 0; hour < 24 * 40; hour++)
        {
            var now = Noon.AddHours(hour);
            if (hour < 24 * 10 || now.Hour is > 8 and < 18)
            {
                if (_bench.Journal.CheckWhenDue(now, Token))
                    done.Add(hour / 24.0);
            }
        }

        // The first night at two (14 hours on), a week later, and then, without a night, two weeks later.
        Assert.Equal([14 / 24.0, (14 / 24.0) + 7], done.Take(2));
        Assert.Equal(21.875, done[2]);
        Assert.InRange(done[3], 35, 36.5);
        Assert.Equal(0, _bench.Journal.Recoveries);
    }

    [Fact]
    public void CheckWhenDue_ClockThatWentBack_LooksInTheNextNight()
    {
        Assert.True(Check());

        Assert.False(_bench.Journal.CheckWhenDue(Noon.AddDays(-300), Token));
        Assert.True(_bench.Journal.CheckWhenDue(Noon.AddDays(-300).AddHours(15), Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CheckWhenDue_PageThatRotted_IsPutAsideAndToldWithoutARestart(bool isStructure)
    {
        var before = ReadAll().Select(static record => Convert.ToHexString(record.Chain.Span)).ToHashSet();
        Assert.Equal(RecordCount, before.Count);
        Rot(isStructure);

        Assert.True(Check());

        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Null(_bench.Journal.Problem);
        Assert.Equal(RecordKind.JournalRecovered, RecordHeader.Parse(_bench.Journal.ReadUnsent(Lane.Alerts)!.Records[0].Header).Value.Kind);
        Assert.Contains("journal.db", Directory.GetFiles(Assert.Single(Directory.GetDirectories(JournalRebuild.EvidenceIn(_bench.Data.Journal)))).Select(Path.GetFileName));
        var after = ReadAll();
        Assert.InRange(after.Count, RecordCount - 10, RecordCount - 1);
        Assert.All(
            after.Where(static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.EncounterVerdict),
            record => Assert.Contains(Convert.ToHexString(record.Chain.Span), before));
        // The next look finds all in order.
        Assert.True(Check(weeks: 2));
        Assert.Equal(1, _bench.Journal.Recoveries);
    }

    [Fact]
    public void CheckWhenDue_ToldToStop_NotesNothing()
    {
        Assert.False(_bench.Journal.CheckWhenDue(Noon, Token));
        var noted = _bench.Journal.CheckedAt;
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => _bench.Journal.CheckWhenDue(Noon.AddDays(30), stop.Token));

        Assert.Equal(noted, _bench.Journal.CheckedAt);
        Assert.Equal(0, _bench.Journal.Recoveries);
    }

    /// <summary>The card does not let the damage be put aside: the service goes on, the page says it, and the look is due still.</summary>
    [Fact]
    public void Look_DamageThatCannotBePutAside_IsSaidAndTriedAgain()
    {
        Assert.False(_bench.Journal.CheckWhenDue(_bench.Time.GetLocalNow(), Token));
        Rot(isStructure: true);
        var inTheWay = JournalRebuild.EvidenceIn(_bench.Data.Journal);
        File.WriteAllText(inTheWay, "");
        var service = new PageCheckService(_bench.Journal, _bench.Time, NullLogger<PageCheckService>.Instance);
        _bench.Time.Advance(TimeSpan.FromDays(15));

        service.Look(Token);

        Assert.Contains("paper procedure", _bench.Journal.Problem, StringComparison.Ordinal);
        File.Delete(inTheWay);
        service.Look(Token);
        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Equal(_bench.Time.GetLocalNow(), _bench.Journal.CheckedAt);
    }

    private bool Check(int weeks = 0)
    {
        _bench.Journal.CheckWhenDue(Noon, Token);
        return _bench.Journal.CheckWhenDue(Noon.AddDays(7 * weeks).AddHours(14), Token);
    }

    /// <summary>Spoils a page on the card behind SQLite's back: its structure, which SQLite checks, or a record's sealed part, which only the chain covers.</summary>
    private void Rot(bool isStructure)
    {
        var path = _bench.Journal.FilePath;
        var sealedPart = _bench.Journal.ReadUnsent(Lane.Encounters)!.Records[30].Ciphertext.Span[..60];
        var at = File.ReadAllBytes(path).AsSpan().IndexOf(sealedPart);
        Assert.True(at > PageSize);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = isStructure ? at / PageSize * PageSize : at;
        file.Write(Enumerable.Repeat((byte)0xA5, isStructure ? PageSize : 1).ToArray());
    }

    private List<SealedRecord> ReadAll()
    {
        var all = new List<SealedRecord>();
        while (_bench.Journal.ReadUnsent(Lane.Encounters) is { } batch)
        {
            all.AddRange(batch.Records);
            _bench.Journal.SetDurable(batch.Epoch, Lane.Encounters, batch.FirstSequence + (ulong)batch.Records.Length - 1, 0);
        }

        foreach (var epoch in _bench.Journal.Epochs(16))
            _bench.Journal.SetDurable(epoch, Lane.Encounters, 0, 0);
        _bench.Journal.Checkpoint();
        return all;
    }

    public void Dispose() => _bench.Dispose();
}
