using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Screening;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using ReleaseKind = EdgeCheckpoint.Releases.ReleaseKind;
using WireKind = EdgeCheckpoint.Protos.V1.ReleaseKind;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>
/// The attacks that The Update Framework names (specification 1.0.34, §1.5.2), by a central that has turned hostile against the real client.
/// Nobody has signed in, so what the client accepts waits on its card, and what it refuses stands in its journal with the reason.
/// Endless unpacking is in <c>EntryDeltaTests</c>, the keys of each role in <c>RootChainTests</c> and <c>KeyRotationTests</c>, a stolen
/// timestamp key after its replacement in <c>NewestKeeperTests</c>, stolen keys of lists in <c>FastForwardTests</c>, flipped bits in <c>ReleaseBitFlipTests</c>.
/// </summary>
public sealed class TufAttackTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Hostile _hostile = new();
    private JoinedSite _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = await JoinedSite.StartCentralAsync(Cancel, adapt: builder =>
        {
            builder.Services.AddSingleton(_hostile);
            builder.Services.Configure<GrpcServiceOptions>(static options => options.Interceptors.Add<Hostile>());
        });
        await PublishAsync("uto:1,INVENTED PERSON ONE");
        await _site.EnrolAsync(Cancel);
        await _site.StartApplianceAsync(Cancel, "Sync:ReleaseCheckSeconds=1");
        await AcceptedAsync(1);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    /// <summary>Rollback: an old release with its old statement, then with a fresh one of a stolen timestamp key that goes forward.</summary>
    [Fact]
    public async Task Rollback_ToAnOldRelease_IsRefused()
    {
        var old = _hostile.Last!;
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        await AcceptedAsync(2);

        _hostile.Change = _ => old;
        await RefusedAsync(OutcomeCode.NewestRefused);
        _hostile.Change = answer =>
        {
            var forward = old.Clone();
            forward.NewestStatement = answer.NewestStatement;
            return Vouching(forward, 3, old.Metadata);
        };
        await RefusedAsync(OutcomeCode.NewestRefused, again: 1);

        await StillAsync(2);
    }

    /// <summary>Indefinite freeze: what was true once is played again and again. The client hears nothing new, and its list grows old in plain sight.</summary>
    [Fact]
    public async Task Freeze_OnWhatWasNewestOnce_ExpiresWithinADay()
    {
        var frozen = _hostile.Last!;
        _hostile.Change = _ => frozen;
        await PublishAsync("uto:2,INVENTED PERSON TWO");

        _site.CentralTime.Offset = _site.ApplianceTime.Offset = TimeSpan.FromHours(25);

        await RefusedAsync(OutcomeCode.NewestRefused);
        var keeper = _site.Parts.GetRequiredService<NewestKeeper>();
        var metadata = ReleaseMetadata.Parse(_site.Parts.GetRequiredService<ReleaseInstaller>().Store.FindAwaiting()!.Metadata).Value;
        Assert.True(_site.ApplianceTime.GetUtcNow() - keeper.KnownNewestAt(metadata) >= TimeSpan.FromHours(24));
    }

    /// <summary>Freeze by silence: the statement names a list that is held back.</summary>
    [Fact]
    public async Task Freeze_ByHoldingBackWhatIsNewest_IsNoticed()
    {
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        _hostile.Change = static answer => new GetReleaseResponse { IsCurrent = true, NewestStatement = answer.NewestStatement, NewestSignature = answer.NewestSignature };

        await RefusedAsync(OutcomeCode.NewestRefused);
    }

    /// <summary>The statement is left away, now that it is known that there is one.</summary>
    [Fact]
    public async Task Freeze_WithoutAStatement_IsNoticed()
    {
        _hostile.Change = static answer =>
        {
            var silent = answer.Clone();
            (silent.NewestStatement, silent.NewestSignature) = (ByteString.Empty, ByteString.Empty);
            return silent;
        };

        await RefusedAsync(OutcomeCode.NewestRefused);
    }

    /// <summary>Mix and match: a release that was signed, and is not the one that belongs to the statement.</summary>
    [Fact]
    public async Task MixAndMatch_AnotherReleaseThanIsVouchedFor_IsRefused()
    {
        _hostile.IsOffline = true;
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        var second = (await _site.Store.Releases.FindNewestAsync(ReleaseKind.Watchlist, Cancel))!;
        await PublishAsync("uto:3,INVENTED PERSON THREE");
        _hostile.Change = answer => answer.IsCurrent ? answer : Offering(answer.Clone(), second.Metadata, second.Signatures);
        _hostile.IsOffline = false;

        await RefusedAsync(OutcomeCode.NewestRefused);
        await StillAsync(1);
    }

    /// <summary>Fast forward: a version beyond all others, by whoever has not the keys of lists; and by a statement alone.</summary>
    [Fact]
    public async Task FastForward_WithoutTheKeysOfLists_IsRefused()
    {
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        _hostile.Change = answer =>
        {
            if (answer.IsCurrent)
                return answer;
            var metadata = Another(ReleaseMetadata.Parse(answer.Metadata.Memory).Value, version: ulong.MaxValue);
            return Vouching(Offering(answer.Clone(), metadata, [Key(SigningRole.Timestamp).SignRelease(metadata)]), ulong.MaxValue, ByteString.CopyFrom(metadata));
        };

        await RefusedAsync(OutcomeCode.ReleaseNotTrusted);
    }

    /// <summary>Endless data: a segment of five gigabytes, by people who have the keys; and more bytes than were asked for.</summary>
    [Fact]
    public async Task EndlessData_InMetadataOrSegment_IsRefused()
    {
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        _hostile.Change = answer => answer.IsCurrent ? answer : Signed(answer, static metadata => Another(metadata, sealedLength: 5L << 30));
        await RefusedAsync(OutcomeCode.ReleaseMetadataRefused);

        _hostile.Change = null;
        _hostile.ChangePiece = static piece => new ReadSegmentResponse { Content = ByteString.CopyFrom(new byte[piece.Content.Length + 1]) };
        await RefusedAsync(OutcomeCode.ReleaseSegmentRefused);

        _hostile.ChangePiece = null;
        await AcceptedAsync(2);
    }

    /// <summary>Wrong software: a release of another kind in the place of a list, signed by the keys of its own kind.</summary>
    [Fact]
    public async Task WrongList_OfAnotherKind_IsRefused()
    {
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        _hostile.Change = answer => answer.IsCurrent ? answer : Signed(answer, static metadata => Another(metadata, kind: ReleaseKind.Policy), SigningRole.Policy);

        await RefusedAsync(OutcomeCode.ReleaseMetadataRefused);
    }

    /// <summary>One of two has signed, or one has signed twice.</summary>
    [Fact]
    public async Task Threshold_Short_IsRefused()
    {
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        _hostile.Change = static answer =>
        {
            if (answer.IsCurrent)
                return answer;
            var short1 = answer.Clone();
            short1.Signatures.Clear();
            short1.Signatures.Add(answer.Signatures[0]);
            short1.Signatures.Add(answer.Signatures[0]);
            return short1;
        };

        await RefusedAsync(OutcomeCode.ReleaseNotTrusted);
        await StillAsync(1);
    }

    /// <summary>A release whose validity is over, by people who had the keys then.</summary>
    [Fact]
    public async Task Expired_Metadata_IsRefused()
    {
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        _hostile.Change = answer => answer.IsCurrent ? answer : Signed(answer, static metadata => Another(metadata, expires: metadata.IssuedAtUnixMicroseconds - 1));

        await RefusedAsync(OutcomeCode.ReleaseExpired);
    }

    /// <summary>Who has the timestamp key alone can lie about what is newest, and bring nothing in.</summary>
    [Fact]
    public async Task StolenTimestampKey_BringsNothingIn()
    {
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        _hostile.Change = answer => answer.IsCurrent ? answer : Signed(answer, static metadata => Another(metadata, version: 2), SigningRole.Timestamp);

        await RefusedAsync(OutcomeCode.ReleaseNotTrusted);
        await StillAsync(1);
    }

    /// <summary>
    /// The site's past is written anew for this post: the line it knows is not in the log any more. Told with the alerts, and no reason to
    /// leave the post without lists: a central that was restored from a backup shows the same.
    /// </summary>
    [Fact]
    public async Task AnotherHistory_IsToldAsAnAlert()
    {
        var foreign = ReleaseLogHead.None;
        var lines = new List<byte[]>();
        for (var i = 0; i < 3; i++)
        {
            lines.Add(new ReleaseLogEntry(foreign.Size + 1, foreign.Hash, ReleaseKind.Watchlist, Guid.NewGuid(), (ulong)i + 1, new byte[32], i).Encode());
            foreign = foreign.Take(lines[^1]).Value;
        }

        _hostile.ChangeLog = (asked, _) => new ReadReleaseLogResponse { Entries = { lines.Skip((int)asked.AfterSequence).Select(static line => ByteString.CopyFrom(line)) } };
        _hostile.Change = answer => Vouching(answer.Clone(), statement => new NewestStatement
        {
            IssuedAtUnixMicroseconds = statement.IssuedAtUnixMicroseconds,
            ExpiresAtUnixMicroseconds = statement.ExpiresAtUnixMicroseconds,
            Log = foreign,
            Releases = statement.Releases,
        });

        await RefusedAsync(OutcomeCode.ReleaseLogParted, Lane.Alerts);
        await PublishAsync("uto:2,INVENTED PERSON TWO");
        await AcceptedAsync(2);
    }

    private async Task PublishAsync(params string[] rows)
    {
        var text = "entry_id,names,birth_dates,list,owner,legal_basis,purpose,action,evidence,expires_on\n"
            + string.Concat(rows.Select(static row => $"{row},1980-01-02,Utopia list,Ministry,Border Act,tests,inquire,documented,2099-12-31\n"));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var services = _site.Central.Services;
        var imported = await services.GetRequiredService<ListImport>().ImportAsync(file, ListFormat.Csv, new ListDefaults(), mayRemove: true, JoinedSite.Actor, Cancel);
        Assert.Equal(ImportOutcome.Imported, imported.Outcome);
        var published = await services.GetRequiredService<ListPublication>().PublishAsync("", JoinedSite.Actor, Cancel);
        Assert.True(published.IsSuccess);
    }

    private Task AcceptedAsync(ulong version) =>
        Until.TrueAsync($"list {version} on the card", _ => Task.FromResult(Awaiting() == version), Patience, Cancel);

    /// <summary>Waits for refusals with this reason in the journal, as many as asked for beyond the first.</summary>
    private Task RefusedAsync(OutcomeCode code, Lane lane = Lane.Audit, int again = 0) =>
        Until.TrueAsync(
            $"a refusal with {code}",
            async _ => (await RefusalsAsync(lane)).Count(refusal => refusal == code) > again,
            Patience,
            Cancel);

    private Task StillAsync(ulong version)
    {
        Assert.Equal(version, Awaiting());
        return Task.CompletedTask;
    }

    private ulong Awaiting() =>
        _site.Parts.GetRequiredService<ReleaseInstaller>().Store.FindAwaiting() is { } waiting ? ReleaseMetadata.Parse(waiting.Metadata).Value.Version : 0;

    /// <summary>What the appliance has told central of its refusals.</summary>
    private async Task<List<OutcomeCode>> RefusalsAsync(Lane lane)
    {
        var codes = new List<OutcomeCode>();
        foreach (var head in (await _site.Store.Records.ListLanesAsync(Cancel)).Where(head => head.Lane == lane))
        {
            var records = await _site.Store.Records.ReadLaneAsync(new RecordKey(head.ApplianceId, head.Epoch, lane, 1), 500, Cancel);
            codes.AddRange(records.Select(static record => RecordHeader.Parse(record.Header).Value)
                .Where(static header => header.Kind == RecordKind.ReleaseRefused)
                .SelectMany(static header => header.OutcomeCodes.Select(static code => (OutcomeCode)code)));
        }

        return codes;
    }

    private SigningKey Key(SigningRole role) => _site.Central.Services.GetRequiredService<SiteKeys>().KeysOf(role)[0];

    private IEnumerable<Releases.ReleaseSignature> Sign(byte[] metadata, SigningRole role) =>
        _site.Central.Services.GetRequiredService<SiteKeys>().KeysOf(role).Select(key => key.SignRelease(metadata));

    /// <summary>The answer with its metadata changed, signed by a role, and vouched for.</summary>
    private GetReleaseResponse Signed(GetReleaseResponse answer, Func<ReleaseMetadata, byte[]> change, SigningRole role = SigningRole.Watchlist)
    {
        var metadata = change(ReleaseMetadata.Parse(answer.Metadata.Memory).Value);
        var offered = Offering(answer.Clone(), metadata, Sign(metadata, role));
        return Vouching(offered, 2, offered.Metadata);
    }

    private static GetReleaseResponse Offering(GetReleaseResponse answer, byte[] metadata, IEnumerable<Releases.ReleaseSignature> signatures)
    {
        answer.Metadata = ByteString.CopyFrom(metadata);
        answer.Signatures.Clear();
        answer.Signatures.AddRange(signatures.Select(WireRoots.ToWire));
        return answer;
    }

    private GetReleaseResponse Vouching(GetReleaseResponse answer, ulong version, ByteString metadata) =>
        Vouching(answer, statement => new NewestStatement
        {
            IssuedAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(_site.CentralTime.GetUtcNow()),
            ExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(_site.CentralTime.GetUtcNow().AddHours(24)),
            Log = statement.Log,
            Releases = [new NewestRelease(ReleaseKind.Watchlist, version, SHA256.HashData(metadata.Span))],
        });

    private GetReleaseResponse Vouching(GetReleaseResponse answer, Func<NewestStatement, NewestStatement> change)
    {
        var bytes = change(NewestStatement.Parse(answer.NewestStatement.Memory).Value).Encode();
        answer.NewestStatement = ByteString.CopyFrom(bytes);
        answer.NewestSignature = ByteString.CopyFrom(_site.Central.Services.GetRequiredService<SiteKeys>().TimestampKey.Sign(bytes));
        return answer;
    }

    private static byte[] Another(ReleaseMetadata metadata, ReleaseKind? kind = null, ulong? version = null, long? expires = null, long? sealedLength = null) =>
        new ReleaseMetadata
        {
            Kind = kind ?? metadata.Kind,
            ReleaseId = metadata.ReleaseId,
            Version = version ?? metadata.Version,
            IssuedAtUnixMicroseconds = metadata.IssuedAtUnixMicroseconds,
            ExpiresAtUnixMicroseconds = expires ?? metadata.ExpiresAtUnixMicroseconds,
            StateRoot = metadata.StateRoot,
            Segments = [.. metadata.Segments.Select(segment => segment with { SealedLength = sealedLength ?? segment.SealedLength })],
        }.Encode();

    /// <summary>Changes what central answers about lists.</summary>
    private sealed class Hostile : Interceptor
    {
        /// <summary>The last true answer that offered a list.</summary>
        internal GetReleaseResponse? Last { get; private set; }

        internal Func<GetReleaseResponse, GetReleaseResponse>? Change { get; set; }

        internal Func<ReadSegmentResponse, ReadSegmentResponse>? ChangePiece { get; set; }

        internal Func<ReadReleaseLogRequest, ReadReleaseLogResponse, ReadReleaseLogResponse>? ChangeLog { get; set; }

        /// <summary>Answers nothing.</summary>
        internal bool IsOffline { get; set; }

        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            var answer = await continuation(request, context);
            if (request is GetReleaseRequest { Kind: WireKind.Watchlist } && answer is GetReleaseResponse release)
            {
                if (IsOffline)
                    throw new RpcException(new Status(StatusCode.Unavailable, "hostile"));
                if (!release.IsCurrent)
                    Last = release.Clone();
                return (TResponse)(object)(Change?.Invoke(release) ?? release);
            }

            return answer switch
            {
                ReadSegmentResponse piece when ChangePiece is { } change => (TResponse)(object)change(piece),
                ReadReleaseLogResponse log when ChangeLog is { } change => (TResponse)(object)change((ReadReleaseLogRequest)(object)request, log),
                _ => answer,
            };
        }
    }
}
