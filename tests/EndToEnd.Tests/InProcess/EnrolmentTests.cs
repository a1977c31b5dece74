using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.People;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>The appliance's own client of enrolment against the real central.</summary>
public sealed class EnrolmentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What a lost reply, or a power cut while the answer was installed, leaves on the card.</summary>
    [Theory]
    [InlineData("appliance.json", "roots.json")]
    [InlineData("appliance.json")]
    public async Task Enrol_RepeatedAfterALostReply_IsTheSameApplianceWithTheSameCertificate(params string[] lost)
    {
        await using var site = await JoinedSite.StartCentralAsync(Cancel);
        var ticket = await TicketAsync(site, JoinedSite.Serial);
        var first = await site.EnrolAsync(ticket, Cancel);
        foreach (var file in lost)
            File.Delete(Path.Combine(site.Data.Identity, file));

        var second = await site.EnrolAsync(ticket, Cancel);

        Assert.Equal(
            (first.ApplianceId, Convert.ToHexString(first.CertificateDer), first.Epoch),
            (second.ApplianceId, Convert.ToHexString(second.CertificateDer), second.Epoch));
        Assert.Single(await site.Store.Appliances.ListAsync(Cancel));
        await site.StartApplianceAsync(Cancel);
        await site.HeardAsync(Cancel);
    }

    [Fact]
    public async Task Enrol_WithoutASerial_ShowsTheFingerprintOfItsOwnKeyAndIsAdmittedWhenApproved()
    {
        await using var site = await JoinedSite.StartCentralAsync(Cancel);
        var ticket = await TicketAsync(site, serial: "");
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var enrolling = new EnrolmentClient(site.Data, site.KeyStore, site.ApplianceTime).EnrolAsync(ticket, "", sentence => said.TrySetResult(sentence), Cancel);

        var sentence = await said.Task.WaitAsync(Cancel);
        using var key = site.KeyStore.Load();
        var fingerprint = Enrolment.Fingerprint(key.SigningKeySpki.Span);
        Assert.EndsWith($"fingerprint {fingerprint}", sentence, StringComparison.Ordinal);
        var waiting = Assert.Single(await site.Store.Appliances.ListAsync(Cancel));
        Assert.Null(await site.Admission.ApproveAsync(waiting.ApplianceId, fingerprint, JoinedSite.Actor, Cancel));

        Assert.True((await enrolling).TryGet(out var identity, out var problem), problem);
        Assert.Equal(waiting.ApplianceId, identity.ApplianceId);
    }

    [Fact]
    public async Task Enclosure_OpenedBeforeAnybodySignedIn_IsAnAlertThatOpensAtCentral()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        Assert.False(site.Parts.GetRequiredService<PostKeyring>().IsOpen);

        site.SetTamper(ContactLevel.Open);

        var record = await Until.FoundAsync(
            "the alert at central",
            async token =>
            {
                var lane = (await site.Store.Records.ListLanesAsync(token)).FirstOrDefault(static lane => lane.Lane == Lane.Alerts);
                if (lane is null)
                    return null;
                var records = await site.Store.Records.ReadLaneAsync(new RecordKey(lane.ApplianceId, lane.Epoch, lane.Lane, 1), 1, token);
                return records.Count == 0 ? null : records[0];
            },
            TimeSpan.FromSeconds(30),
            Cancel);
        Assert.False(site.Parts.GetRequiredService<PostKeyring>().IsOpen);
        var header = RecordHeader.Parse(record.Header).Value;
        Assert.Equal((RecordKind.Tamper, site.ApplianceId), (header.Kind, header.ApplianceId));
        Assert.Equal(header.PersonalAlgorithm == SealAlgorithm.None, record.WrappedKey is null);
        if (record.WrappedKey is { } wrapped)
        {
            Assert.True(SealedRecord.Open(
                site.Central.Services.GetRequiredService<SiteKeys>().RecordKey, wrapped, record.Header, record.Ciphertext).IsSuccess);
        }
    }

    private static Task<JoinTicket> TicketAsync(JoinedSite site, string serial) =>
        site.Central.Services.GetRequiredService<Tickets>().IssueAsync(
            "Utopia North", serial, TimeSpan.FromHours(72), site.GrpcUrl.ToString(), JoinedSite.Actor, Cancel);
}
