using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Audit;

/// <summary>What somebody with the database in hand changes is named; what is whole is said to be.</summary>
public sealed class AuditVerificationTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
        foreach (var lane in (Lane[])[Lane.Encounters, Lane.Audit])
        {
            var genesis = _appliance.Head(lane).Chain;
            var records = Enumerable.Range(0, 4).Select(_ => _appliance.Next(lane, RecordKind.Viewed)).ToArray();
            await _appliance.PushAsync(_appliance.Batch(lane, 1, genesis, records));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Verify_UntouchedStore_IsWhole()
    {
        var whole = (await VerifyAsync(null)).Value;

        Assert.Equal((2, 8L), (whole.Lanes, whole.Records));
        Assert.True(whole.Audit.Sequence > 2);
        Assert.True((await VerifyAsync(whole.Audit)).IsSuccess);
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'somebody else' WHERE sequence = 2", "audit line 2")]
    [InlineData("UPDATE audit SET at = at + 1 WHERE sequence = 1", "audit line 1")]
    [InlineData("DELETE FROM audit WHERE sequence = 2", "audit line 2 is missing")]
    [InlineData("UPDATE records SET ciphertext = x'00' WHERE lane = 1 AND sequence = 3", "record 3 of lane Encounters")]
    [InlineData("UPDATE records SET header = zeroblob(length(header)) WHERE lane = 2 AND sequence = 2", "record 2 of lane Audit")]
    [InlineData("DELETE FROM records WHERE lane = 2 AND sequence = 1", "record 1 of lane Audit")]
    [InlineData("DELETE FROM records WHERE lane = 2 AND sequence = 4", "record 4 of lane Audit")]
    [InlineData("UPDATE lane_heads SET chain = zeroblob(32) WHERE lane = 1", "record 4 of lane Encounters")]
    public async Task Verify_ChangedByHand_NamesTheFirst(string sql, string named)
    {
        Tamper(sql);

        Assert.Contains(named, (await VerifyAsync(null)).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_EndCutOff_IsFoundByWhatWasWrittenDown()
    {
        var end = (await VerifyAsync(null)).Value.Audit;
        Tamper(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM audit WHERE sequence = {end.Sequence}"));

        Assert.True((await VerifyAsync(null)).IsSuccess);
        Assert.Contains("written down", (await VerifyAsync(end)).Failure.Reason, StringComparison.Ordinal);
    }

    private Task<Result<VerifiedChains, BrokenChain>> VerifyAsync(ChainEnd? witness) =>
        _site.App.Services.GetRequiredService<AuditVerification>().VerifyAsync(witness, static _ => { }, TestContext.Current.CancellationToken);

    private void Tamper(string sql)
    {
        var file = Directory.GetFiles(_site.Folder, "central.db", SearchOption.AllDirectories).Single();
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this test.
        command.CommandText = "PRAGMA foreign_keys = OFF; " + sql;
#pragma warning restore CA2100
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
