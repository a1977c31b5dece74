using System.Data.Common;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>
/// Single bits of the central database turn over. What is served of records is then what was stored, or is marked as damaged, or the
/// store says that it is; and whatever is missing or changed of records and audit, <c>audit verify</c> finds.
/// CHECKPOINT_SEED repeats a run, CHECKPOINT_FLIPS makes it longer.
/// </summary>
public sealed class BitFlipTests : IDisposable
{
    private readonly Rig.TemporaryFolder _folder = new();
    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("CHECKPOINT_SEED"), out var given) ? given : Random.Shared.Next();
    private readonly Guid[] _encounters = [.. Enumerable.Range(0, 12).Select(static _ => Guid.NewGuid())];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sqlite_FlippedBit_IsDetectedOrHarmless()
    {
        var flips = Flips(300);
        var original = _folder.File("original.db");
        await using (var store = new SqlCentralStore(SqliteDatabase.Open(original, SyntheticRecords.Start)))
            await FillAsync(store);
        SqliteDatabase.Seal(original);
        var bytes = await File.ReadAllBytesAsync(original, Token);
        Dictionary<RecordKey, StoredRecord> truth;
        await using (var store = new SqlCentralStore(SqliteDatabase.Open(original, SyntheticRecords.Start)))
            truth = (await ReadAllAsync(store)).Shown;
        Assert.Equal(36, truth.Count);

        var random = new Random(_seed);
        var (failed, marked, harmless) = (0, 0, 0);
        for (var i = 0; i < flips; i++)
        {
            var bit = random.NextInt64(bytes.Length * 8L);
            var path = _folder.File($"flip-{i}.db");
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            await File.WriteAllBytesAsync(path, bytes, Token);
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            try
            {
                await using var store = new SqlCentralStore(SqliteDatabase.Open(path, SyntheticRecords.Start));
                if (await IsWholeAsync(store, truth, $"bit {bit}, CHECKPOINT_SEED={_seed}"))
                    harmless++;
                else
                    marked++;
            }
            catch (Exception fault) when (IsRefusal(fault))
            {
                failed++;
            }

            foreach (var file in Directory.GetFiles(_folder.Path, $"flip-{i}.db*"))
                File.Delete(file);
        }

        Report(flips, failed, marked, harmless);
        Assert.True(marked + failed > 0);
    }

    /// <summary>A cluster with checksums of its pages, as central/deploy asks for: every page that is read is checked.</summary>
    [Fact]
    public async Task Postgres_FlippedBit_IsDetectedOrHarmless()
    {
        PostgresRig.RequireInstalled();
        var flips = Flips(300) / 30;
        await using var cluster = await PostgresCluster.StartAsync(isDurable: false, Token);
        await cluster.SqlAsync("postgres", "CREATE DATABASE central", Token);
        await using (var store = new SqlCentralStore(PostgresRig.Open(cluster.Address("central"), SyntheticRecords.Start)))
            await FillAsync(store);
        await cluster.SqlAsync("central", "CHECKPOINT", Token);
        var files = (await cluster.SqlAsync(
            "central",
            "SELECT pg_relation_filepath(oid) FROM pg_class WHERE (relname LIKE 'record%2026_11%' OR relname IN ('audit', 'lane_heads')) AND relkind IN ('r', 'i')",
            Token)).Split('\n');
        Dictionary<RecordKey, StoredRecord> truth;
        await using (var store = new SqlCentralStore(PostgresRig.Open(cluster.Address("central"), SyntheticRecords.Start)))
            truth = (await ReadAllAsync(store)).Shown;

        var random = new Random(_seed);
        var (failed, marked, harmless) = (0, 0, 0);
        for (var i = 0; i < flips; i++)
        {
            await cluster.StopAsync();
            var path = Path.Combine(cluster.Data, files[random.Next(files.Length)]);
            var bit = random.NextInt64(new FileInfo(path).Length * 8);
            Flip(path, bit);
            await cluster.RestartAsync(Token);
            try
            {
                await using var store = new SqlCentralStore(PostgresRig.Open(cluster.Address("central"), SyntheticRecords.Start));
                if (await IsWholeAsync(store, truth, $"{path} bit {bit}, CHECKPOINT_SEED={_seed}"))
                    harmless++;
                else
                    marked++;
            }
            catch (Exception fault) when (IsRefusal(fault))
            {
                failed++;
            }

            await cluster.StopAsync();
            Flip(path, bit);
            await cluster.RestartAsync(Token);
        }

        Report(flips, failed, marked, harmless);
        Assert.True(failed + marked > 0);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int Flips(int usual) => int.TryParse(Environment.GetEnvironmentVariable("CHECKPOINT_FLIPS"), out var given) ? given : usual;

    private void Report(int flips, int failed, int marked, int harmless) => TestContext.Current.TestOutputHelper?.WriteLine(
        $"CHECKPOINT_SEED={_seed}: {flips} flips, {failed} refused by the store, {marked} marked or found by audit verify, {harmless} without effect on records");

    /// <summary>The store says that it is damaged: that is the answer we want.</summary>
    private static bool IsRefusal(Exception fault) =>
        fault is DbException or CentralFault or InvalidCastException or FormatException or OverflowException or ArgumentException or InvalidOperationException;

    private async Task FillAsync(SqlCentralStore store)
    {
        var records = new SyntheticRecords(store, "ap-1");
        await records.EnrolAsync(Token);
        foreach (var encounter in _encounters)
        {
            await records.AppendAsync(2, SyntheticRecords.Start, Token, RecordKind.EncounterVerdict, encounter, "UTO");
            await records.AppendAsync(1, SyntheticRecords.Start, Token, RecordKind.EncounterDecision, encounter, "UTO", 200);
        }
    }

    /// <returns>True when everything is there and verifies; false when something is marked or audit verify finds it.</returns>
    private async Task<bool> IsWholeAsync(SqlCentralStore store, Dictionary<RecordKey, StoredRecord> truth, string which)
    {
        var (shown, hidden) = await ReadAllAsync(store);
        foreach (var record in shown.Values)
        {
            Assert.True(truth.TryGetValue(record.Key, out var stored), $"A record that never was is served: {which}");
            Assert.True(
                stored!.Header.AsSpan().SequenceEqual(record.Header) && stored.Ciphertext.AsSpan().SequenceEqual(record.Ciphertext),
                $"A changed record is served as true: {which}");
        }

        var isVerified = (await new AuditVerification(store).VerifyAsync(null, static _ => { }, Token)).IsSuccess;
        Assert.True(!isVerified || (shown.Count == truth.Count && hidden == 0) || await IsIndexAloneAsync(store, truth), $"Something is missing, and audit verify finds all whole: {which}");
        return isVerified && shown.Count == truth.Count && hidden == 0;
    }

    /// <summary>An index that lost a row: the record is whole, and the lane shows it.</summary>
    private static async Task<bool> IsIndexAloneAsync(SqlCentralStore store, Dictionary<RecordKey, StoredRecord> truth) =>
        (await store.Records.ReadLaneAsync(truth.Keys.First() with { Sequence = 1 }, truth.Count + 1, Token)).Count == truth.Count;

    private async Task<(Dictionary<RecordKey, StoredRecord> Shown, int Hidden)> ReadAllAsync(SqlCentralStore store)
    {
        var shown = new Dictionary<RecordKey, StoredRecord>();
        var hidden = 0;
        foreach (var encounter in _encounters)
        {
            foreach (var record in await store.Records.FindEncounterAsync(encounter, Token))
            {
                if (record.IsIntact)
                    shown[record.Key] = record;
                else
                    hidden++;
            }
        }

        foreach (var recent in await store.Records.ReadRecentAsync(100, Token))
        {
            if (!recent.IsIntact)
                hidden++;
            else if (shown.TryGetValue(recent.Key, out var record))
                Assert.Equal(record.Header, recent.Header);
        }

        return (shown, hidden);
    }

    private static void Flip(string path, long bit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Seek(bit / 8, SeekOrigin.Begin);
        var value = file.ReadByte();
        file.Seek(bit / 8, SeekOrigin.Begin);
        file.WriteByte((byte)(value ^ (1 << (int)(bit % 8))));
    }
}
