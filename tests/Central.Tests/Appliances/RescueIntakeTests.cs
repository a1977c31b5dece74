using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Records;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Appliances;

/// <summary>What a technician took from a card comes in by the checks of a push.</summary>
public sealed class RescueIntakeTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Take_SignedRun_IsStoredOnceHoweverOftenItComes()
    {
        var file = FileOf(Run(4, isSigned: true));

        var first = await TakeAsync(file);
        var second = await TakeAsync(file);

        Assert.Equal((4, 0), (first.Records, first.Problems.Count));
        Assert.Empty(second.Problems);
        Assert.Equal(4, (await ReadAsync()).Count);
        var audit = (await _site.Store.Audit.ReadNewestAsync(10, Token)).Where(static line => line.Event.Action == AuditAction.RecordsRescued).ToArray();
        Assert.Equal(2, audit.Length);
        Assert.Equal(("a.admin", _appliance.Id), (audit[0].Event.Actor, audit[0].Event.Subject));
    }

    [Fact]
    public async Task Take_UnsignedRun_OnlyWithAReasonThatTheAuditKeeps()
    {
        var file = FileOf(Run(3, isSigned: false));

        var refused = await TakeAsync(file);
        Assert.Contains("--unsigned", Assert.Single(refused.Problems), StringComparison.Ordinal);
        Assert.Empty(await ReadAsync());
        var taken = await TakeAsync(file, "card of post north, brought by the technician");

        Assert.Empty(taken.Problems);
        Assert.Equal(3, (await ReadAsync()).Count);
        Assert.Contains(
            await _site.Store.Audit.ReadNewestAsync(10, Token),
            static line => line.Event.Action == AuditAction.RecordsRescued && line.Event.Detail.Contains("brought by the technician", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Take_ChangedRun_IsRefusedThoughUnsignedOnesAreTaken()
    {
        var run = Run(3, isSigned: false);
        var spoilt = run with { Records = run.Records.SetItem(1, run.Records[0]) };

        var answer = await TakeAsync(FileOf(spoilt), "a reason");

        Assert.Single(answer.Problems);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task Take_RunBehindAGap_IsRefusedWithThePlace()
    {
        _appliance.Next(Lane.Audit, RecordKind.Started);
        var answer = await TakeAsync(FileOf(Run(2, isSigned: true)));

        Assert.Contains("record 1", Assert.Single(answer.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_OfAnotherSite_IsRefused()
    {
        var run = Run(1, isSigned: false);

        var answer = await TakeAsync(FileOf(run with { Statement = run.Statement with { ApplianceId = "ap-elsewhere" } }), "a reason");

        Assert.Contains("no such appliance", Assert.Single(answer.Problems), StringComparison.Ordinal);
    }

    /// <summary>A post that was lost stays overdue when its card is brought: nobody there was heard.</summary>
    [Fact]
    public async Task Take_Always_LeavesTheApplianceUnheard()
    {
        await _appliance.BeatAsync();
        var before = (await _site.Store.Appliances.FindAsync(_appliance.Id, Token))!.LastContactAt;
        _site.Time.Advance(TimeSpan.FromHours(2));

        Assert.Empty((await TakeAsync(FileOf(Run(2, isSigned: true)))).Problems);

        var after = (await _site.Store.Appliances.FindAsync(_appliance.Id, Token))!;
        Assert.NotNull(before);
        Assert.Equal(before, after.LastContactAt);
        Assert.True(OverdueWatch.IsOverdue(after, _site.Time.GetUtcNow(), new AppliancesOptions()));
    }

    /// <summary>Whoever pulls the plug between the records and the audit must not have hidden what was waived.</summary>
    [Fact]
    public async Task Take_UnsignedRun_IsInTheAuditBeforeTheFirstRecordIsStored()
    {
        using var cut = new CutOff(FileOf(Run(2, isSigned: false), Run(2, isSigned: false)));

        await Assert.ThrowsAsync<IOException>(
            () => _site.App.Services.GetRequiredService<RescueIntake>().TakeAsync(cut, "card of post north", "a.admin", Token));

        Assert.Equal(2, (await ReadAsync()).Count);
        var line = Assert.Single(await _site.Store.Audit.ReadNewestAsync(10, Token), static line => line.Event.Action == AuditAction.RescueBegun);
        Assert.Equal(("a.admin", _appliance.Id), (line.Event.Actor, line.Event.Subject));
        Assert.Contains("card of post north", line.Event.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_RunOfAnotherAppliance_IsRefusedByNameAndTheRestIsTaken()
    {
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        var strange = Run(other, 1, isSigned: true);

        var answer = await TakeAsync(FileOf(Run(2, isSigned: true), strange, Run(2, isSigned: true)));

        Assert.Equal((_appliance.Id, 4), (answer.ApplianceId, answer.Records));
        Assert.StartsWith(other.Id, Assert.Single(answer.Problems), StringComparison.Ordinal);
        Assert.DoesNotContain(await _site.Store.Records.ListLanesAsync(Token), lane => lane.ApplianceId == other.Id);
    }

    [Fact]
    public async Task Take_FileCutOff_StoresWhatIsWholeAndSaysSo()
    {
        var file = FileOf(Run(2, isSigned: true), Run(2, isSigned: true));

        var answer = await TakeAsync(file[..^40]);

        Assert.Equal(2, answer.Records);
        Assert.Contains("cut off", Assert.Single(answer.Problems), StringComparison.Ordinal);
    }

    private RescuedRun Run(int count, bool isSigned) => Run(_appliance, count, isSigned);

    private static RescuedRun Run(TestAppliance appliance, int count, bool isSigned)
    {
        var (sequence, previous) = appliance.Head(Lane.Audit);
        var records = Enumerable.Range(0, count).Select(_ => appliance.Next(Lane.Audit, RecordKind.Viewed)).ToArray();
        var statement = new BatchStatement(appliance.Id, appliance.Epoch, Lane.Audit, sequence + 1, count, previous, records[^1].Chain);
        var push = appliance.Batch(Lane.Audit, sequence + 1, previous, records);
        return new RescuedRun(statement, [.. records], isSigned ? push.Signature.Memory : default, isSigned ? push.SigningKeyId.Memory : default);
    }

    private static byte[] FileOf(params IEnumerable<RescuedRun> runs)
    {
        using var file = new MemoryStream();
        RescueFile.Write(file, runs);
        return file.ToArray();
    }

    private async Task<RescueAnswer> TakeAsync(byte[] file, string unsignedReason = "")
    {
        using var stream = new MemoryStream(file);
        return await _site.App.Services.GetRequiredService<RescueIntake>().TakeAsync(stream, unsignedReason, "a.admin", Token);
    }

    private Task<IReadOnlyList<StoredRecord>> ReadAsync() =>
        _site.Store.Records.ReadLaneAsync(new RecordKey(_appliance.Id, _appliance.Epoch, Lane.Audit, 1), 100, Token);

    /// <summary>A stick that is pulled out behind the first run.</summary>
    private sealed class CutOff(byte[] file) : MemoryStream(file)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            Position + count > (Length / 2) + 100 ? throw new IOException("the stick is gone") : base.Read(buffer, offset, count);
    }
}
