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

    /// <summary>Every thread that others may have waits for a database that does not come on; an alert of this minute is stored.</summary>
    [Fact]
    public async Task Push_OtherLanesFillTheDatabase_AlertIsStored()
    {
        var address = await PostgresRig.NewDatabaseAsync(Token);
        await using var site = await TestSite.StartAsync(configure: Options(address));
        using var appliance = await site.EnrolAsync();
        var waiting = new List<Task<PushRecordsResponse>>();
        await RunAsync(
            address,
            """
            CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(99, 0); RETURN NEW; END $$;
            CREATE TRIGGER gate BEFORE INSERT ON records FOR EACH ROW WHEN (NEW.lane <> 0) EXECUTE FUNCTION gate();
            """);
        await using (var holder = Npgsql.NpgsqlDataSource.Create(Central.Storage.Postgres.PostgresAddress.Parse(address, "", 2)))
        await using (var connection = await holder.OpenConnectionAsync(Token))
        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            transaction.Scalar("SELECT pg_advisory_xact_lock(99, 0)");
            var batch = appliance.Batch(Lane.Encounters, 1, appliance.Head(Lane.Encounters).Chain, appliance.Next(Lane.Encounters, RecordKind.Viewed));
            waiting.AddRange(Enumerable.Range(0, 12).Select(_ => appliance.PushAsync(batch)));
            await Until.TrueAsync(
                "all but the reserve wait",
                _ => Task.FromResult((long)transaction.Scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")! == 3),
                TimeSpan.FromSeconds(30),
                Token);

            var alert = appliance.Batch(Lane.Alerts, 1, appliance.Head(Lane.Alerts).Chain, appliance.Next(Lane.Alerts, RecordKind.Viewed));
            var answer = await appliance.PushAsync(alert).WaitAsync(TimeSpan.FromSeconds(30), Token);

            Assert.Equal((PushOutcome.Stored, 1UL), (answer.Outcome, answer.DurableThrough));
            Assert.All(waiting, static push => Assert.False(push.IsCompleted));
            await transaction.CommitAsync(Token);
        }

        Assert.All(await Task.WhenAll(waiting), static answer => Assert.Equal(PushOutcome.Stored, answer.Outcome));
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
