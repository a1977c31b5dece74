using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using Grpc.Core;
using Lane = EdgeCheckpoint.Records.Lane;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>A database server whose disk is full, or that is away: records wait at the posts, and go on by themselves.</summary>
public sealed class FullDatabaseTests
{
    [Fact]
    public async Task Push_DiskOfTheServerFull_IsPutOffAndTakenLater()
    {
        var address = await PostgresRig.NewDatabaseAsync(Token);
        await using var site = await TestSite.StartAsync(configure: Options(address));
        using var appliance = await site.EnrolAsync();
        var batch = appliance.Batch(Lane.Encounters, 1, appliance.Head(Lane.Encounters).Chain, appliance.Next(Lane.Encounters, RecordKind.Viewed));
        await RunAsync(
            address,
            """
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION full_disk();
            """);

        var refused = await appliance.PushAsync(batch);
        await RunAsync(address, "DROP TRIGGER full_disk ON records");
        var taken = await appliance.PushAsync(batch);

        Assert.Equal((PushOutcome.Busy, 0UL, 60U), (refused.Outcome, refused.DurableThrough, refused.RetryAfterSeconds));
        Assert.Equal((PushOutcome.Stored, 1UL), (taken.Outcome, taken.DurableThrough));
    }

    [Fact]
    public async Task Push_ServerAwayAndBack_IsTakenWithoutARestart()
    {
        PostgresRig.RequireInstalled();
        await using var cluster = await PostgresCluster.StartAsync(isDurable: true, Token);
        await cluster.SqlAsync("postgres", "CREATE DATABASE central", Token);
        await using var site = await TestSite.StartAsync(configure: Options(cluster.Address("central")));
        using var appliance = await site.EnrolAsync();
        var batch = appliance.Batch(Lane.Encounters, 1, appliance.Head(Lane.Encounters).Chain, appliance.Next(Lane.Encounters, RecordKind.Viewed));

        await cluster.KillAsync();
        var away = await Assert.ThrowsAsync<RpcException>(() => appliance.PushAsync(batch));
        await cluster.RestartAsync(Token);

        Assert.Equal(StatusCode.Unavailable, away.StatusCode);
        await Until.TrueAsync(
            "the batch is taken",
            async _ =>
            {
                try
                {
                    return (await appliance.PushAsync(batch)).Outcome == PushOutcome.Stored;
                }
                catch (RpcException fault) when (fault.StatusCode == StatusCode.Unavailable)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(30),
            Token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Dictionary<string, string?> Options(string address) =>
        new() { ["Storage:Postgres"] = address, ["Storage:ConnectionsMax"] = "4" };

    private static async Task RunAsync(string address, string sql)
    {
        await using var database = PostgresRig.Open(address, TimeProvider.System.GetUtcNow());
        await database.WriteAsync(
            transaction =>
            {
                transaction.Run(sql);
                return true;
            },
            Token);
    }
}
