using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Lane = EdgeCheckpoint.Records.Lane;
using SealedRecord = EdgeCheckpoint.Records.SealedRecord;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>A streaming replica that lagged is promoted: what it missed is sent again, nothing is lost and nothing is twice.</summary>
public sealed class ReplicaTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Promote_LaggingReplica_RecordsAreSentAgain()
    {
        PostgresRig.RequireInstalled();
        await using var primary = await PostgresCluster.StartAsync(isDurable: true, Token);
        await primary.SqlAsync("postgres", "CREATE DATABASE central", Token);
        await using var replica = await primary.StartReplicaAsync(Token);
        await using var site = await TestSite.StartAsync(
            configure: new Dictionary<string, string?> { ["Storage:Postgres"] = primary.Address("central", replica), ["Storage:ConnectionsMax"] = "4" });
        using var appliance = await site.EnrolAsync();
        var genesis = appliance.Head(Lane.Encounters).Chain;
        SealedRecord[] records = [.. Enumerable.Range(0, 30).Select(_ => appliance.Next(Lane.Encounters, RecordKind.Viewed))];

        Assert.Equal(10UL, (await PushAsync(appliance, genesis, records, 0, 10)).DurableThrough);
        await Until.TrueAsync(
            "the replica has the first ten",
            async token => await replica.SqlAsync("central", "SELECT coalesce(max(last_sequence), 0) FROM lane_heads", token) == "10",
            Patience,
            Token);
        await replica.DetachAsync(Token);
        Assert.Equal(20UL, (await PushAsync(appliance, genesis, records, 10, 20)).DurableThrough);

        await primary.KillAsync();
        await replica.PromoteAsync(Token);

        // The appliance goes on after what was acknowledged, is told how far back central is, and sends again from there.
        var gap = await FirstAnswerAsync(appliance, genesis, records);
        Assert.Equal((PushOutcome.Gap, 10UL), (gap.Outcome, gap.DurableThrough));
        Assert.Equal(20UL, (await PushAsync(appliance, genesis, records, 10, 20)).DurableThrough);
        Assert.Equal(30UL, (await PushAsync(appliance, genesis, records, 20, 30)).DurableThrough);
        var whole = (await site.App.Services.GetRequiredService<AuditVerification>().VerifyAsync(null, static _ => { }, Token)).Value;
        Assert.Equal((1, 30L), (whole.Lanes, whole.Records));
        Assert.Empty(await site.Store.Records.CountForksAsync(Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<PushRecordsResponse> PushAsync(TestAppliance appliance, byte[] genesis, SealedRecord[] records, int from, int to) =>
        appliance.PushAsync(appliance.Batch(
            Lane.Encounters, (ulong)from + 1, from == 0 ? genesis : records[from - 1].Chain, records[from..to]));

    /// <summary>Until the node has found the server that takes writes now, it answers that its store is not to be had.</summary>
    private static Task<PushRecordsResponse> FirstAnswerAsync(TestAppliance appliance, byte[] genesis, SealedRecord[] records) =>
        Until.FoundAsync(
            "an answer from the promoted replica",
            async _ =>
            {
                try
                {
                    var answer = await PushAsync(appliance, genesis, records, 20, 30);
                    return answer.Outcome == PushOutcome.Busy ? null : answer;
                }
                catch (RpcException fault) when (fault.StatusCode == StatusCode.Unavailable)
                {
                    return null;
                }
            },
            Patience,
            Token);
}
