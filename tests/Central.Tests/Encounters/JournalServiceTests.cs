using System.Text;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Encounters;

public sealed class JournalServiceTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

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
    public async Task Push_NewRecords_AreDurableWhenAnswered()
    {
        var answer = await _appliance.PushAsync(NewBatch(Lane.Encounters, 3));

        Assert.Equal((PushOutcome.Stored, 3UL), (answer.Outcome, answer.DurableThrough));
        Assert.Equal(3, (await ReadLaneAsync(Lane.Encounters)).Count);
    }

    [Fact]
    public async Task Push_ReplyWasLost_SecondSendingIsADuplicate()
    {
        var batch = NewBatch(Lane.Encounters, 3);
        await _appliance.PushAsync(batch);

        var answer = await _appliance.PushAsync(batch);

        Assert.Equal((PushOutcome.Stored, 3UL), (answer.Outcome, answer.DurableThrough));
        Assert.Equal(3, (await ReadLaneAsync(Lane.Encounters)).Count);
    }

    [Fact]
    public async Task Push_OverlapsWhatIsStored_AddsOnlyTheRest()
    {
        var genesis = _appliance.Head(Lane.Encounters).Chain;
        var records = Enumerable.Range(0, 5).Select(_ => _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict)).ToArray();
        await _appliance.PushAsync(_appliance.Batch(Lane.Encounters, 1, genesis, records[..3]));

        var answer = await _appliance.PushAsync(_appliance.Batch(Lane.Encounters, 2, records[0].Chain, records[1..]));

        Assert.Equal((PushOutcome.Stored, 5UL), (answer.Outcome, answer.DurableThrough));
        Assert.Equal(5, (await ReadLaneAsync(Lane.Encounters)).Count);
    }

    [Fact]
    public async Task Push_AfterAGap_SaysWhereToGoOn()
    {
        await _appliance.PushAsync(NewBatch(Lane.Audit, 2));
        var chain = _appliance.Head(Lane.Audit).Chain;
        _appliance.Next(Lane.Audit, RecordKind.Started);

        var answer = await _appliance.PushAsync(NewBatch(Lane.Audit, 1));

        Assert.Equal((PushOutcome.Gap, 2UL), (answer.Outcome, answer.DurableThrough));
        Assert.Contains("record 3", answer.Detail, StringComparison.Ordinal);
        Assert.Equal(chain, answer.ChainSha256.ToByteArray());
        Assert.Equal(2, (await ReadLaneAsync(Lane.Audit)).Count);
    }

    [Fact]
    public async Task Push_SameNumberOtherRecord_IsAForkThatIsKeptAndAudited()
    {
        var genesis = _appliance.Head(Lane.Encounters).Chain;
        await _appliance.PushAsync(NewBatch(Lane.Encounters, 2));
        _appliance.Rewind(Lane.Encounters, 0, genesis);
        var fork = NewBatch(Lane.Encounters, 2);

        var answer = await _appliance.PushAsync(fork);
        await _appliance.PushAsync(fork);

        Assert.Equal((PushOutcome.Fork, 2UL), (answer.Outcome, answer.DurableThrough));
        Assert.Equal(1, (await _site.Store.Records.CountForksAsync(Token))[_appliance.Id]);
        Assert.Single(await AuditAsync(), line => line.Action == AuditAction.ForkFound);
        Assert.Equal(2, (await ReadLaneAsync(Lane.Encounters)).Count);
    }

    [Fact]
    public async Task Push_ContinuesAnotherHistory_IsAFork()
    {
        await _appliance.PushAsync(NewBatch(Lane.Encounters, 2));
        _appliance.Rewind(Lane.Encounters, 2, new byte[32]);

        var answer = await _appliance.PushAsync(NewBatch(Lane.Encounters, 1));

        Assert.Equal((PushOutcome.Fork, 2UL, 3UL), (answer.Outcome, answer.DurableThrough, answer.ForkSequence));
    }

    /// <summary>The appliance leaves what is the same where it is, and sends the rest in another way: it must know the place.</summary>
    [Fact]
    public async Task Push_PartsInTheMiddle_SaysWhere()
    {
        var genesis = _appliance.Head(Lane.Encounters).Chain;
        var same = Enumerable.Range(0, 3).Select(_ => _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict)).ToArray();
        var (sequence, chain) = _appliance.Head(Lane.Encounters);
        await _appliance.PushAsync(_appliance.Batch(Lane.Encounters, 1, genesis, [.. same, .. Two()]));
        _appliance.Rewind(Lane.Encounters, sequence, chain);

        var answer = await _appliance.PushAsync(_appliance.Batch(Lane.Encounters, 1, genesis, [.. same, .. Two()]));

        Assert.Equal((PushOutcome.Fork, 5UL, 4UL), (answer.Outcome, answer.DurableThrough, answer.ForkSequence));

        Records.SealedRecord[] Two() => [_appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict), _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict)];
    }

    [Fact]
    public async Task Push_FirstRecordDoesNotBeginAtTheBeginning_IsInvalid()
    {
        _appliance.Rewind(Lane.Encounters, 0, new byte[32]);

        Assert.Equal(PushOutcome.Invalid, (await _appliance.PushAsync(NewBatch(Lane.Encounters, 1))).Outcome);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("key")]
    [InlineData("algorithm")]
    [InlineData("chain")]
    [InlineData("ciphertext")]
    [InlineData("header")]
    [InlineData("order")]
    [InlineData("lane")]
    [InlineData("epoch")]
    [InlineData("sequence")]
    [InlineData("empty")]
    public async Task Push_DamagedBatch_IsInvalidAndStoresNothing(string what)
    {
        var batch = NewBatch(Lane.Encounters, 3);
        Damage(batch, what);

        var answer = await _appliance.PushAsync(batch);

        Assert.Equal(PushOutcome.Invalid, answer.Outcome);
        Assert.NotEmpty(answer.Detail);
        Assert.Empty(await _site.Store.Records.CountAsync(Token));
    }

    [Fact]
    public async Task Push_RecordsOfAnotherAppliance_AreInvalid()
    {
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        var foreign = other.Batch(
            Lane.Alerts, 1, other.Head(Lane.Alerts).Chain, other.Next(Lane.Alerts, RecordKind.Hit));

        Assert.Equal(PushOutcome.Invalid, (await _appliance.PushAsync(foreign)).Outcome);
    }

    [Fact]
    public async Task Push_DiskNearlyFull_TakesAlertsOnly()
    {
        _site.Disk.FreeBytes = new IntakeOptions().FreeBytesMin - 1;

        var encounters = await _appliance.PushAsync(NewBatch(Lane.Encounters, 1));
        var alerts = await _appliance.PushAsync(NewBatch(Lane.Alerts, 1));
        _site.Disk.FreeBytes = new IntakeOptions().FreeBytesMinAlerts - 1;
        var full = await _appliance.PushAsync(NewBatch(Lane.Alerts, 1));

        Assert.Equal(PushOutcome.Busy, encounters.Outcome);
        Assert.True(encounters.RetryAfterSeconds > 0);
        Assert.Equal(PushOutcome.Stored, alerts.Outcome);
        Assert.Equal(PushOutcome.Busy, full.Outcome);
    }

    [Fact]
    public async Task Push_SealedPartWithoutItsKey_IsKeptAsItCameWithAnAlarm()
    {
        var whole = _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, Guid.NewGuid(), InventedPerson.Traveller);
        var keyless = new Records.SealedRecord
        {
            Header = whole.Header,
            Ciphertext = whole.Ciphertext,
            WrappedForCentral = ReadOnlyMemory<byte>.Empty,
            Chain = whole.Chain,
        };

        var answer = await _appliance.PushAsync(_appliance.Batch(
            Lane.Encounters, 1, RecordChain.Genesis(_appliance.Id, _appliance.Epoch, Lane.Encounters), keyless));

        Assert.Equal((PushOutcome.Stored, 1UL), (answer.Outcome, answer.DurableThrough));
        Assert.Null(Assert.Single(await ReadLaneAsync(Lane.Encounters)).WrappedKey);
        Assert.Contains(_site.Log.Lines, static line => line.Contains("came without a key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_SealedToAnotherCentral_IsKeptAllTheSame()
    {
        var foreign = Records.SealedRecord.Create(
            RecordHeader.Parse(_appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, Guid.NewGuid(), InventedPerson.Traveller).Header).Value,
            InventedPerson.Traveller.Encode(), TestSite.NewKeySpki(), TestSite.NewKeySpki(),
            RecordChain.Genesis(_appliance.Id, _appliance.Epoch, Lane.Encounters));

        var answer = await _appliance.PushAsync(_appliance.Batch(
            Lane.Encounters, 1, RecordChain.Genesis(_appliance.Id, _appliance.Epoch, Lane.Encounters), foreign));

        Assert.Equal(PushOutcome.Stored, answer.Outcome);
        Assert.Contains(_site.Log.Lines, line => line.Contains("does not open", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_PersonalPart_IsFoundByItsTermsUntilErased()
    {
        var encounter = Guid.NewGuid();
        var genesis = _appliance.Head(Lane.Encounters).Chain;
        var records = new[]
        {
            _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, encounter, InventedPerson.Traveller),
            _appliance.Next(Lane.Encounters, RecordKind.EncounterDecision, encounter),
        };
        await _appliance.PushAsync(_appliance.Batch(Lane.Encounters, 1, genesis, records));
        var document = _site.Keys.BlindIndex.Document(DocumentNumber.Parse(InventedPerson.DocumentNumber))!;
        var name = _site.Keys.BlindIndex.Name(InventedPerson.Surname, 1974);
        var key = Assert.Single(await _site.Store.Records.FindByTermAsync(document, Token));
        Assert.Equal(key, Assert.Single(await _site.Store.Records.FindByTermAsync(name, Token)));

        var erased = await _site.Store.Records.EraseAsync(
            key, new AuditEvent(_site.Time.GetUtcNow(), TestSite.Actor, AuditAction.RecordErased, "1"), Token);

        Assert.True(erased);
        Assert.Empty(await _site.Store.Records.FindByTermAsync(document, Token));
        Assert.Empty(await _site.Store.Records.FindByTermAsync(name, Token));
        var chain = genesis;
        foreach (var stored in await ReadLaneAsync(Lane.Encounters))
        {
            chain = RecordChain.Next(chain, stored.Header, System.Security.Cryptography.SHA256.HashData(stored.Ciphertext));
            Assert.Equal(chain, stored.Chain);
            Assert.Null(stored.WrappedKey);
        }

        var opened = await OpenAsync(encounter);
        Assert.Null(opened.Records[0].Personal);
        Assert.Equal("erased", opened.Records[0].Sealing);
    }

    [Fact]
    public async Task Push_MarkedPerson_IsNowhereInLogsNorInTheDatabase()
    {
        var encounter = Guid.NewGuid();
        var batch = _appliance.Batch(
            Lane.Encounters, 1, _appliance.Head(Lane.Encounters).Chain,
            _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, encounter, InventedPerson.Traveller));
        await _appliance.PushAsync(batch);
        var damaged = batch.Clone();
        damaged.Signature = ByteString.Empty;
        await _appliance.PushAsync(damaged);
        var opened = await OpenAsync(encounter);

        Assert.Equal(InventedPerson.Traveller, opened.Records[0].Personal);
        Assert.DoesNotContain(_site.Log.Lines, static line => line.Contains(InventedPerson.Mark, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(_site.Folder, "central.db*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, Token);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(InventedPerson.Mark)) < 0, file);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PushRecordsRequest NewBatch(Lane lane, int count)
    {
        var (sequence, chain) = _appliance.Head(lane);
        var records = Enumerable.Range(0, count)
            .Select(_ => _appliance.Next(lane, RecordKind.EncounterVerdict, Guid.NewGuid(), InventedPerson.Traveller)).ToArray();
        return _appliance.Batch(lane, sequence + 1, chain, records);
    }

    private static void Damage(PushRecordsRequest batch, string what)
    {
        switch (what)
        {
            case "signature":
                batch.Signature = Flip(batch.Signature);
                break;
            case "key":
                batch.SigningKeyId = Flip(batch.SigningKeyId);
                break;
            case "algorithm":
                batch.SignatureAlgorithm = 999;
                break;
            case "chain":
                batch.Records[1].ChainSha256 = Flip(batch.Records[1].ChainSha256);
                break;
            case "ciphertext":
                batch.Records[1].Ciphertext = Flip(batch.Records[1].Ciphertext);
                break;
            case "header":
                batch.Records[1].Header = ByteString.CopyFrom(batch.Records[1].Header.Span[..20]);
                break;
            case "order":
                (batch.Records[0], batch.Records[1]) = (batch.Records[1], batch.Records[0]);
                break;
            case "lane":
                batch.Lane = 9;
                break;
            case "epoch":
                batch.Epoch = ByteString.CopyFrom(1, 2);
                break;
            case "sequence":
                batch.FirstSequence = ulong.MaxValue;
                break;
            default:
                batch.Records.Clear();
                break;
        }
    }

    private static ByteString Flip(ByteString bytes)
    {
        var copy = bytes.ToByteArray();
        copy[0] ^= 1;
        return ByteString.CopyFrom(copy);
    }

    private Task<IReadOnlyList<StoredRecord>> ReadLaneAsync(Lane lane) =>
        _site.Store.Records.ReadLaneAsync(new RecordKey(_appliance.Id, _appliance.Epoch, lane, 1), 100, Token);

    private async Task<OpenedEncounter> OpenAsync(Guid encounter) =>
        (await _site.App.Services.GetRequiredService<EncounterDesk>().OpenAsync(
            encounter, "", "redress", "UTO-1", TestSite.Actor, Token)).Value;

    private async Task<IEnumerable<AuditEvent>> AuditAsync() =>
        (await _site.Store.Audit.ReadNewestAsync(100, Token)).Select(static line => line.Event);
}
