using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Retention;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Central.Tests.Retention;

/// <summary>What goes when, on both engines: keys first, records last, and every chain verifies all along.</summary>
public abstract class RetentionRunSuite : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = SyntheticRecords.Start;

    private readonly FakeTimeProvider _time = new(Start);
    private SqlCentralStore _store = null!;
    private SyntheticRecords _records = null!;

    public async ValueTask InitializeAsync()
    {
        _store = new SqlCentralStore(await OpenAsync());
        _records = new SyntheticRecords(_store, "ap-1");
        await _records.EnrolAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        CleanUp();
        GC.SuppressFinalize(this);
    }

    private protected virtual void CleanUp()
    {
    }

    private protected abstract Task<ISqlDatabase> OpenAsync();

    [Fact]
    public async Task Run_AsTimePasses_MasksErasesAndRemoves()
    {
        var refused = Guid.NewGuid();
        await _records.AppendAsync(1, Start, Token, RecordKind.EncounterVerdict, refused);
        await _records.AppendAsync(1, Start.AddMinutes(1), Token, RecordKind.EncounterDecision, refused, "", (ushort)OutcomeCode.Refused);
        await _records.AppendAsync(1, Start.AddMinutes(2), Token, RecordKind.EncounterDecision, null, "", (ushort)OutcomeCode.Admitted);

        await At(5).RunAsync("test", Token);
        Assert.Equal(["key", "key", "key"], await KeysAsync());

        Assert.Equal(3, (await At(7).RunAsync("test", Token)).Masked);
        Assert.Equal(["masked", "masked", "masked"], await KeysAsync());
        Assert.Empty(await _store.Records.FindByTermAsync(_records.Runs[0].Records[0].BlindTerms[0], Token));
        Assert.Equal("records.retention-applied", (await _store.Audit.ReadNewestAsync(1, Token))[0].Event.Action);

        Assert.Equal(2, (await At(37).RunAsync("test", Token)).ErasedRefused);
        Assert.Equal(["gone", "gone", "masked"], await KeysAsync());

        Assert.Equal(1, (await At(61).RunAsync("test", Token)).ErasedAll);
        Assert.Equal(["gone", "gone", "gone"], await KeysAsync());
        await RequireWholeAsync(3);

        // A lane that went on is cut at its beginning, and goes on.
        await _records.AppendAsync(2, Start.AddMonths(61), Token);
        Assert.Equal(3, (await At(74).RunAsync("test", Token)).Dropped);
        await RequireWholeAsync(2);
        var again = await _store.Records.AppendAsync(_records.Runs[0], Token);
        Assert.Equal((AppendOutcome.Stored, 5L, 0), (again.Outcome, again.DurableThrough, again.Added));
        await _records.AppendAsync(1, Start.AddMonths(74), Token);
        await RequireWholeAsync(3);
        Assert.Empty(await _store.Records.CountForksAsync(Token));
        Assert.True((await At(74).RunAsync("test", Token)).IsNothing);
    }

    [Fact]
    public async Task Run_OwnCitizens_GoByTheirOwnTime()
    {
        await _records.AppendAsync(1, Start, Token, RecordKind.EncounterVerdict, null, "UTO");
        await _records.AppendAsync(1, Start, Token, RecordKind.EncounterVerdict, null, "XXA");

        var result = await At(4, new RetentionOptions { OwnState = "UTO", OwnCitizensMonths = 3 }).RunAsync("test", Token);

        Assert.Equal(1, result.ErasedOwnCitizens);
        Assert.Equal(["gone", "key"], await KeysAsync());
    }

    [Fact]
    public async Task Run_YoungRecordBeforeAnOldOne_LeavesNoHole()
    {
        // Two nodes whose clocks differ: arrival does not rise with the sequence everywhere.
        await _records.AppendAsync(1, Start, Token);
        await _records.AppendAsync(1, Start.AddMonths(3), Token);
        await _records.AppendAsync(1, Start, Token);

        Assert.Equal(1, (await At(74).RunAsync("test", Token)).Dropped);

        await RequireWholeAsync(2);
    }

    /// <summary>One transaction for a whole day would keep every post waiting; a kill between two costs nothing.</summary>
    [Fact]
    public async Task Run_BusyDay_GoesInPartsAndGoesOnAfterAKill()
    {
        const int Runs = 12;
        for (var i = 0; i < Runs; i++)
            await _records.AppendAsync(200, Start.AddMinutes(i), Token);
        var window = new ArrivalWindow(Start.AddMicroseconds(-1), Start.AddHours(20));

        // The first part, and then nothing more: as a kill leaves it.
        var end = await _store.Retention.ReadSliceEndAsync(RetentionRule.Mask, window, Token);
        var masked = await _store.Retention.MaskAsync(window with { Through = end }, Start.AddMonths(7), Token);
        await _records.AppendAsync(1, Start.AddMonths(7), Token);
        var rest = await At(7).RunAsync("test", Token);

        Assert.Equal((600L, Start.AddMinutes(2)), (masked, end));
        Assert.Equal((200L * Runs) - masked, rest.Masked);
        Assert.Equal((1L, 200L * Runs), ((await _store.Retention.CountThroughAsync(Start.AddMonths(8), Token)).Keys, (await _store.Retention.CountThroughAsync(Start.AddMonths(8), Token)).MaskedKeys));
        foreach (var rule in (RetentionRule[])[RetentionRule.EraseRefused, RetentionRule.EraseAll])
            Assert.Equal(Start.AddMinutes(2), await _store.Retention.ReadSliceEndAsync(rule, window, Token));
        Assert.Equal(200L * Runs, (await At(61).RunAsync("test", Token)).ErasedAll);
        Assert.Equal(200L * Runs, (await At(74).RunAsync("test", Token)).Dropped);
        await RequireWholeAsync(1);
    }

    /// <summary>A copy of a card from years ago writes on where the lane has long been removed: it must not pass for what was there.</summary>
    [Theory]
    [InlineData(1, 0, true)] // The same once more.
    [InlineData(3, 0, true)] // The same, up to where the lane begins now.
    [InlineData(3, 2, true)] // The same, and what is still here.
    [InlineData(2, -1, false)] // Made later, in the midst of what was removed.
    [InlineData(3, -1, false)] // Made later, up to where the lane begins now.
    public async Task Append_OfWhatWasRemoved_IsAForkUnlessItIsTheSame(int count, int further, bool isSame)
    {
        var start = await _records.AppendAsync(1, Start, Token);
        var copy = _records.Copy();
        var middle = await _records.AppendAsync(2, Start, Token);
        var kept = await _records.AppendAsync(2, Start.AddMonths(61), Token);
        Assert.Equal(3, (await At(74).RunAsync("test", Token)).Dropped);
        RecordRun offered;
        if (isSame)
            offered = start with { Records = [.. start.Records.Concat(middle.Records).Take(count).Concat(kept.Records.Take(further))], ReceivedAt = Start.AddMonths(74) };
        else
            offered = copy.Next(count - 1, Start.AddMonths(74));

        var result = await _store.Records.AppendAsync(offered, Token);

        Assert.Equal((isSame ? AppendOutcome.Stored : AppendOutcome.Fork, 5L, 0), (result.Outcome, result.DurableThrough, result.Added));
        Assert.Equal(isSame ? 0 : 1, (await _store.Records.ReadForksAsync("ap-1", Token)).Count);
        await RequireWholeAsync(2);
    }

    /// <summary>A board without a battery begins in whatever year it likes: its records come again after a restore, and it is no copied card for that.</summary>
    [Theory]
    [InlineData(ClockQuality.Doubtful, false)]
    [InlineData(ClockQuality.Held, true)]
    public async Task Append_OfWhatWasRemovedByAClockFarAhead_IsAForkUnlessTheClockWasDoubtful(ClockQuality quality, bool isFork)
    {
        (_records.ClockAhead, _records.ClockQuality) = (TimeSpan.FromDays(20 * 365), quality);
        var run = await _records.AppendAsync(3, Start, Token);
        await _records.AppendAsync(2, Start.AddMonths(61), Token);
        Assert.Equal(3, (await At(74).RunAsync("test", Token)).Dropped);

        // It ends before the lane begins now: nothing is left to compare it with.
        var result = await _store.Records.AppendAsync(run with { Records = [run.Records[0]], ReceivedAt = Start.AddMonths(74) }, Token);

        Assert.Equal((isFork ? AppendOutcome.Fork : AppendOutcome.Stored, 5L, 0), (result.Outcome, result.DurableThrough, result.Added));
        Assert.Equal(isFork ? 1 : 0, (await _store.Records.ReadForksAsync("ap-1", Token)).Count);
        await RequireWholeAsync(2);
    }

    /// <summary>The end is looked for once for all slices of a lane; each slice keeps to it.</summary>
    [Theory]
    [InlineData(200, 0)]
    [InlineData(500, 3)]
    [InlineData(620, 700)]
    public async Task Drop_SlicesBeforeAYoungRecord_RemovesUpToItAndNoFurther(int before, int behind)
    {
        await _records.AppendAsync(before, Start, Token);
        await _records.AppendAsync(before, Start.AddMinutes(1), Token);
        await _records.AppendAsync(1, Start.AddMonths(3), Token);
        if (behind > 0)
            await _records.AppendAsync(behind, Start, Token);

        Assert.Equal(2L * before, await _store.Retention.DropAsync(Start.AddMonths(1), Token));
        Assert.Equal(0, await _store.Retention.DropAsync(Start.AddMonths(2), Token));

        await RequireWholeAsync(1 + behind);
        Assert.Equal((2L * before) + 1, Assert.Single(await _store.Records.ListLanesAsync(Token)).FirstSequence);
    }

    /// <summary>The whole lane is gone: what a copied card has before and after its end must not be joined to it.</summary>
    [Fact]
    public async Task Append_AcrossTheEndOfALaneThatWasRemoved_IsComparedAtTheEnd()
    {
        await _records.AppendAsync(1, Start, Token);
        var copy = _records.Copy();
        await _records.AppendAsync(2, Start, Token);
        Assert.Equal(3, (await At(74).RunAsync("test", Token)).Dropped);

        var result = await _store.Records.AppendAsync(copy.Next(5, Start), Token);

        Assert.Equal((AppendOutcome.Fork, 3L, 0), (result.Outcome, result.DurableThrough, result.Added));
        await RequireWholeAsync(0);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RetentionRun At(int months, RetentionOptions? options = null)
    {
        _time.SetUtcNow(Start.AddMonths(months));
        return new RetentionRun(_store, options ?? new RetentionOptions(), _time);
    }

    private async Task<IEnumerable<string>> KeysAsync() =>
        (await _store.Records.ReadLaneAsync(_records.Key(1), 10, Token))
            .Select(static record => record.WrappedKey is not null ? "key" : record.IsMasked ? "masked" : "gone");

    private async Task RequireWholeAsync(int records)
    {
        var verified = await new AuditVerification(_store).VerifyAsync(null, static _ => { }, Token);
        Assert.True(verified.IsSuccess, verified.IsSuccess ? "" : verified.Failure.Reason);
        Assert.Equal(records, verified.Value.Records);
    }
}

public sealed class SqliteRetentionRunTests : RetentionRunSuite
{
    private readonly TemporaryFolder _folder = new();

    private protected override void CleanUp() => _folder.Dispose();

    private protected override Task<ISqlDatabase> OpenAsync() =>
        Task.FromResult<ISqlDatabase>(SqliteDatabase.Open(_folder.File("central.db"), SyntheticRecords.Start));
}

public sealed class PostgresRetentionRunTests : RetentionRunSuite
{
    private string _address = "";

    [Fact]
    public async Task Drop_MonthThatIsOver_GivesItsPartitionsBack()
    {
        await using var database = PostgresRig.Open(_address, SyntheticRecords.Start);

        await new SqlCentralStore(database).Retention.DropAsync(SyntheticRecords.Start.AddMonths(2), TestContext.Current.CancellationToken);

        var months = await database.ReadAsync(
            static transaction => transaction.Query("SELECT relname::text FROM pg_class WHERE relname LIKE 'blind_terms_20%' AND relkind = 'r'", static row => row.GetString(0)),
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain("blind_terms_2026_11", months);
        Assert.Contains("blind_terms_2027_02", months);
    }

    private protected override async Task<ISqlDatabase> OpenAsync()
    {
        _address = await PostgresRig.NewDatabaseAsync(TestContext.Current.CancellationToken);
        return PostgresRig.Open(_address, SyntheticRecords.Start);
    }
}
