using System.Text;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using DoorbellClient = EdgeCheckpoint.Protos.V1.DoorbellService.DoorbellServiceClient;
using HealthClient = EdgeCheckpoint.Protos.V1.HealthService.HealthServiceClient;

namespace EdgeCheckpoint.Central.Tests.Appliances;

public sealed class DoorbellAndHealthTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Listen_FirstOfAll_TicksWithSignedTime()
    {
        using var appliance = await _site.EnrolAsync();
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));

        var tick = call.ResponseStream.Current.Tick;
        var statement = new TimeStatement(appliance.Id, tick.UnixMicroseconds, default).Encode();
        Assert.True(Signatures.Verify(
            SignatureAlgorithm.EcdsaP256Sha256, _site.Keys.TimestampKey.Spki, statement, tick.Signature.Span));
        Assert.Equal(Instant.ToMicroseconds(_site.Time.GetUtcNow()), tick.UnixMicroseconds);
    }

    [Fact]
    public async Task Listen_ListIsPublished_Rings()
    {
        using var appliance = await _site.EnrolAsync();
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        await call.ResponseStream.MoveNext(Token);

        await _site.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);
        await _site.Publication.PublishAsync("", TestSite.Actor, Token);
        await _site.LookForNewsAsync();

        while (await call.ResponseStream.MoveNext(Token))
        {
            if (call.ResponseStream.Current.ReleaseAvailable is { } ring)
            {
                Assert.Equal(1UL, ring.Version);
                return;
            }
        }

        Assert.Fail("The doorbell ended without a ring.");
    }

    [Fact]
    public async Task Listen_EntryIsSuppressed_RingsForItBeforeTheList()
    {
        using var appliance = await _site.EnrolAsync();
        await _site.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);
        await _site.Publication.PublishAsync("", TestSite.Actor, Token);
        await _site.App.Services.GetRequiredService<SuppressionPublication>().OrderAsync("uto-0001", "why", TestSite.Actor, Token);
        await _site.LookForNewsAsync();
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);

        var rings = new List<uint>();
        while (rings.Count < 2 && await call.ResponseStream.MoveNext(Token))
        {
            if (call.ResponseStream.Current.ReleaseAvailable is { } ring)
                rings.Add(ring.Kind);
        }

        Assert.Equal([(uint)Releases.ReleaseKind.Suppression, (uint)Releases.ReleaseKind.Watchlist], rings);
    }

    [Fact]
    public async Task Listen_CommandIsOrdered_RingsForItsApplianceAlone()
    {
        using var appliance = await _site.EnrolAsync();
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        await _site.LookForNewsAsync();
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        using var others = new DoorbellClient(other.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        var rings = RingsUntilATickAsync(call);
        var otherRings = RingsUntilATickAsync(others);
        await rings;
        await otherRings;

        var orders = _site.App.Services.GetRequiredService<WipeOrders>();
        await orders.OrderAsync(appliance.Id, TestSite.Actor, Token);
        await _site.LookForNewsAsync();

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(1U, call.ResponseStream.Current.CommandsWaiting.Count);
        _site.Time.Advance(TimeSpan.FromMinutes(6));
        await _site.LookForNewsAsync();
        Assert.Empty(await RingsUntilATickAsync(others));
    }

    [Fact]
    public async Task ReportHealth_EpochsAsked_AnswersHowFarTheyAre()
    {
        using var appliance = await _site.EnrolAsync();
        var (_, genesis) = appliance.Head(Lane.Audit);
        await appliance.PushAsync(appliance.Batch(
            Lane.Audit, 1, genesis, [.. Enumerable.Range(0, 7).Select(_ => appliance.Next(Lane.Audit, RecordKind.Started))]));

        var answer = await new HealthClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest
            {
                JournalEpochs =
                {
                    ByteString.CopyFrom(appliance.Epoch.ToByteArray(bigEndian: true)),
                    ByteString.CopyFrom(Guid.NewGuid().ToByteArray(bigEndian: true)),
                },
            },
            cancellationToken: Token);

        Assert.True(answer.AnswersJournalEpochs);
        var lane = Assert.Single(answer.Lanes);
        Assert.Equal(((uint)Lane.Audit, 7UL), (lane.Lane, lane.DurableThrough));
    }

    /// <summary>Numbers do not tell a card from its copy; the chain value of the record at which the lane stands does.</summary>
    [Theory]
    [InlineData(7, true, LaneMatch.Same)]
    [InlineData(7, false, LaneMatch.Other)]
    [InlineData(4, true, LaneMatch.Same)]
    [InlineData(4, false, LaneMatch.Other)]
    [InlineData(8, true, LaneMatch.Unspecified)]
    public async Task ReportHealth_PlaceOfALane_IsComparedWithWhatIsHere(ulong sequence, bool isOwn, LaneMatch match)
    {
        using var appliance = await _site.EnrolAsync();
        var (_, genesis) = appliance.Head(Lane.Audit);
        var records = Enumerable.Range(0, 8).Select(_ => appliance.Next(Lane.Audit, RecordKind.Started)).ToArray();
        await appliance.PushAsync(appliance.Batch(Lane.Audit, 1, genesis, records[..7]));

        var answer = await new HealthClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest
            {
                JournalEpochs = { ByteString.CopyFrom(appliance.Epoch.ToByteArray(bigEndian: true)) },
                JournalPlaces = { Place(appliance.Epoch, sequence, isOwn ? records[(int)sequence - 1].Chain.ToArray() : new byte[32]) },
            },
            cancellationToken: Token);

        var lane = Assert.Single(answer.Lanes);
        Assert.Equal((7UL, match), (lane.DurableThrough, lane.Match));
    }

    /// <summary>An appliance is told of its own journal and of nobody else's.</summary>
    [Fact]
    public async Task ReportHealth_PlaceInAnotherAppliancesJournal_IsNotAnswered()
    {
        using var other = await _site.EnrolAsync();
        var (_, genesis) = other.Head(Lane.Audit);
        var record = other.Next(Lane.Audit, RecordKind.Started);
        await other.PushAsync(other.Batch(Lane.Audit, 1, genesis, record));
        using var appliance = await _site.EnrolAsync();

        var answer = await new HealthClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest
            {
                JournalEpochs = { ByteString.CopyFrom(other.Epoch.ToByteArray(bigEndian: true)) },
                JournalPlaces = { Place(other.Epoch, 1, record.Chain.ToArray()) },
            },
            cancellationToken: Token);

        Assert.Empty(answer.Lanes);
    }

    [Theory]
    [InlineData(16, 4, 0UL, 32)]
    [InlineData(16, 4, 1UL << 63, 32)]
    [InlineData(16, 4, 1UL, 31)]
    [InlineData(15, 2, 1UL, 32)]
    [InlineData(16, 2, 0UL, 32)]
    public async Task ReportHealth_PlacesOfTheWrongShape_AreRefused(int epochLength, uint lane, ulong sequence, int chainLength)
    {
        using var appliance = await _site.EnrolAsync();
        var place = new JournalPlace { Epoch = ByteString.CopyFrom(new byte[epochLength]), Lane = lane, Sequence = sequence, ChainSha256 = ByteString.CopyFrom(new byte[chainLength]) };

        var fault = await Assert.ThrowsAsync<RpcException>(async () => await new HealthClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest { JournalPlaces = { place } }, cancellationToken: Token));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    private static JournalPlace Place(Guid epoch, ulong sequence, byte[] chain) => new()
    {
        Epoch = ByteString.CopyFrom(epoch.ToByteArray(bigEndian: true)),
        Lane = (uint)Lane.Audit,
        Sequence = sequence,
        ChainSha256 = ByteString.CopyFrom(chain),
    };

    [Fact]
    public async Task ReportHealth_EpochsOfTheWrongShape_AreRefused()
    {
        using var appliance = await _site.EnrolAsync();

        var fault = await Assert.ThrowsAsync<RpcException>(async () => await new HealthClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest { JournalEpochs = { ByteString.CopyFrom(1, 2, 3) } }, cancellationToken: Token));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    [Fact]
    public async Task Listen_ApplianceIsRevoked_EndsDenied()
    {
        using var appliance = await _site.EnrolAsync();
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        await call.ResponseStream.MoveNext(Token);

        await _site.App.Services.GetRequiredService<ApplianceAdmission>().RevokeAsync(appliance.Id, "lost", TestSite.Actor, Token);
        await _site.LookForNewsAsync();

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Token))
            {
            }
        });
        Assert.Equal(StatusCode.PermissionDenied, fault.StatusCode);
    }

    [Fact]
    public async Task Listen_CentralStops_EndsInGoodOrder()
    {
        using var appliance = await _site.EnrolAsync();
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        await call.ResponseStream.MoveNext(Token);

        await _site.App.StopAsync(Token);

        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task ReportHealth_Nonce_IsRepeatedInTheSignedTime()
    {
        using var appliance = await _site.EnrolAsync();
        byte[] nonce = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];
        var behind = _site.Time.GetUtcNow() - TimeSpan.FromSeconds(90);

        var answer = await new HealthClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest
            {
                Nonce = ByteString.CopyFrom(nonce),
                SentAtUnixMicroseconds = Instant.ToMicroseconds(behind),
                ClockQuality = Protos.V1.ClockQuality.Doubtful,
                RecordsWaiting = 3,
                Parts = { new PartHealth { Part = "reader", State = PartState.Failed } },
                Releases = { new InstalledRelease { Kind = 1, Version = 7 } },
            },
            cancellationToken: Token);

        var statement = new TimeStatement(appliance.Id, answer.UnixMicroseconds, nonce).Encode();
        Assert.True(Signatures.Verify(
            SignatureAlgorithm.EcdsaP256Sha256, _site.Keys.TimestampKey.Spki, statement, answer.TimeSignature.Span));
        var kept = (await _site.Store.Appliances.ListHealthAsync(Token))[appliance.Id];
        Assert.Equal(-90, kept.ClockOffset.TotalSeconds, 0.001);
        Assert.Equal((7, 3, 3), (kept.ListVersion, kept.RecordsWaiting, kept.Parts[0].State));
    }

    [Fact]
    public async Task ReportHealth_HostileNumbers_AreClampedNotThrown()
    {
        using var appliance = await _site.EnrolAsync();

        await new HealthClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest
            {
                SentAtUnixMicroseconds = long.MinValue,
                RecordsWaiting = ulong.MaxValue,
                OldestWaitingSeconds = ulong.MaxValue,
                DiskFreeBytes = ulong.MaxValue,
                Releases = { new InstalledRelease { Kind = 1, Version = ulong.MaxValue } },
            },
            cancellationToken: Token);

        Assert.Equal(long.MaxValue, (await _site.Store.Appliances.ListHealthAsync(Token))[appliance.Id].RecordsWaiting);
    }

    /// <summary>What rang before the next tick.</summary>
    private static async Task<List<ListenResponse>> RingsUntilATickAsync(AsyncServerStreamingCall<ListenResponse> call)
    {
        var rings = new List<ListenResponse>();
        while (await call.ResponseStream.MoveNext(Token) && call.ResponseStream.Current.Tick is null)
            rings.Add(call.ResponseStream.Current);
        return rings;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
