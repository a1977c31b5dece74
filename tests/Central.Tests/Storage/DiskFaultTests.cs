using System.Data.Common;
using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Faults.Tests.Disk;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Lane = EdgeCheckpoint.Records.Lane;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>
/// A disk under central's SQLite that is full or fails, at each of its operations in turn: what was acknowledged is there after the power was cut, what was
/// refused is there whole or not at all, and central goes on without a restart. How many places are tried: <c>CHECKPOINT_PLACES</c>.
/// </summary>
public sealed class DiskFaultTests : IDisposable
{
    private const int RetriesMax = 200;

    private readonly TemporaryFolder _folder = new();
    private int _folders;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DiskScript.Full, 0, 1)]
    [InlineData(DiskScript.Full, 0, 40)]
    [InlineData(DiskScript.WriteError, 0, 1)]
    [InlineData(DiskScript.WriteError, 0, 40)]
    [InlineData(DiskScript.SyncError, 1, 1)]
    [InlineData(DiskScript.SyncError, 1, 8)]
    [InlineData(DiskScript.TruncateError, 2, 1)]
    public async Task Store_DiskFails_LosesNothingAcknowledgedAndGoesOn(int result, int operation, int times)
    {
        var all = new FailingDisk(result, (DiskOperation)operation, int.MaxValue, 0);
        await TryAsync(all);
        var refused = 0;
        foreach (var place in Places(all.Seen))
        {
            var disk = new FailingDisk(result, (DiskOperation)operation, place, times);
            refused += await TryAsync(disk);
            Assert.True(disk.HasFailed, $"place {place} of {all.Seen} was not reached");
        }

        // SQLite does without a cut of the log; every other fault is one for somebody.
        Assert.True(refused > 0 || operation == (int)DiskOperation.Truncate, "the disk never refused anything: nothing was tried");
    }

    /// <summary>The same as an appliance meets it: never an acknowledgement, and none of it is central's end.</summary>
    [Theory]
    [InlineData(DiskScript.Full, 0)]
    [InlineData(DiskScript.WriteError, 0)]
    [InlineData(DiskScript.SyncError, 1)]
    public async Task Push_DiskFails_IsPutOffAndTakenOnceTheDiskIsBack(int result, int operation)
    {
        var disk = new FailingDisk(result, (DiskOperation)operation, 0, int.MaxValue);
        disk.End();
        IDisposable? watching = null;
        await using var site = await TestSite.StartAsync(prepare: data => watching = FaultVfs.Watch(data.Root, disk));
        using var watched = watching!;
        using var appliance = await site.EnrolAsync();
        for (ulong i = 1; i <= 6; i++)
        {
            var lane = i % 2 == 0 ? Lane.Alerts : Lane.Encounters;
            var head = appliance.Head(lane);
            var batch = appliance.Batch(lane, head.Sequence + 1, head.Chain, appliance.Next(lane, RecordKind.Viewed));

            disk.Begin();
            var refused = await PushAsync(appliance, batch);
            disk.End();
            var taken = await PushAsync(appliance, batch);

            Assert.NotEqual(PushOutcome.Stored, refused);
            Assert.Equal(PushOutcome.Stored, taken);
        }

        Assert.Equal(6, (await site.Store.Records.CountAsync(Token)).Sum(static count => count.Count));
        Assert.True((await site.App.Services.GetRequiredService<Readiness>().CheckAsync(Token))[0].IsReady);
        Assert.True((await new AuditVerification(site.Store).VerifyAsync(null, static _ => { }, Token)).IsSuccess);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>So many of them as are asked for, spread over all.</summary>
    private static IEnumerable<int> Places(int count)
    {
        var asked = int.TryParse(Environment.GetEnvironmentVariable("CHECKPOINT_PLACES"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 12;
        Assert.True(count > 0);
        var step = Math.Max(1, (double)count / asked);
        for (var place = 0.0; place < count; place += step)
            yield return (int)place;
    }

    private static async Task<PushOutcome?> PushAsync(TestAppliance appliance, PushRecordsRequest batch)
    {
        try
        {
            var answer = await appliance.PushAsync(batch);
            Assert.True(answer.Outcome != PushOutcome.Busy || answer.RetryAfterSeconds > 0);
            return answer.Outcome;
        }
        catch (RpcException fault)
        {
            Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
            return null;
        }
    }

    /// <summary>
    /// 1. Opens a store on the disk, and lets the disk fail from then on. 2. Works, giving each piece of work again until it is done; what was refused has
    /// left nothing. 3. Cuts the power where everything that was not flushed is gone. 4. Counts.
    /// </summary>
    /// <returns>How often the store refused.</returns>
    private async Task<int> TryAsync(FailingDisk disk)
    {
        // 1
        var folder = Directory.CreateDirectory(_folder.File($"store-{++_folders}")).FullName;
        var after = Directory.CreateDirectory(_folder.File($"after-{_folders}")).FullName;
        disk.End();
        using var watching = FaultVfs.Watch(folder, disk);
        var refused = 0;
        SyntheticRecords records;
        RecordKey erased;
        await using (var store = new SqlCentralStore(SqliteDatabase.Open(Path.Combine(folder, "central.db"), SyntheticRecords.Start)))
        {
            records = new SyntheticRecords(store, "ap-1");
            await records.EnrolAsync(Token);
            disk.Begin();

            // 2
            erased = records.Key(2);
            long durable = 0;
            for (var i = 0; i < 6; i++)
            {
                var run = records.Next(5, SyntheticRecords.Start);
                refused += await UntilDoneAsync(async () => durable = (await store.Records.AppendAsync(run, Token)).DurableThrough, () => AssertWholeAsync(store, durable));
                if (i == 2)
                    refused += await UntilDoneAsync(() => store.Records.EraseAsync(erased, SyntheticRecords.Event("erase"), Token), () => AssertWholeAsync(store, durable));
                if (i % 2 == 1)
                    refused += await UntilDoneAsync(() => store.MaintainAsync(SyntheticRecords.Start, Token), () => AssertWholeAsync(store, durable));
            }

            disk.End();
            await store.Audit.AppendAsync(SyntheticRecords.Event("the disk is back"), Token);

            // 3
            disk.Durable.CutIntoFlushed(after);
        }

        // 4
        await using (var store = new SqlCentralStore(SqliteDatabase.Open(Path.Combine(after, "central.db"), SyntheticRecords.Start)))
        {
            Assert.Empty(await store.FindDamageAsync(Token));
            await AssertWholeAsync(store, 30);
            Assert.Equal(29, (await store.Records.ReadLaneAsync(records.Key(1), 100, Token)).Count(static record => record.WrappedKey is not null));
            Assert.Null((await store.Records.ReadLaneAsync(erased, 1, Token))[0].WrappedKey);
            Assert.Equal("the disk is back", (await store.Audit.ReadNewestAsync(1, Token))[0].Event.Subject);
        }

        Directory.Delete(folder, recursive: true);
        Directory.Delete(after, recursive: true);
        return refused;
    }

    private static async Task AssertWholeAsync(SqlCentralStore store, long durable)
    {
        var whole = await new AuditVerification(store).VerifyAsync(null, static _ => { }, Token);
        Assert.True(whole.IsSuccess, whole.IsSuccess ? "" : whole.Failure.Reason);
        Assert.Equal(durable, whole.Value.Records);
    }

    private static async Task<int> UntilDoneAsync(Func<Task> work, Func<Task> afterRefusal)
    {
        for (var refused = 0; ; refused++)
        {
            try
            {
                await work();
                return refused;
            }
            catch (DbException) when (refused < RetriesMax)
            {
                await afterRefusal();
            }
        }
    }
}
