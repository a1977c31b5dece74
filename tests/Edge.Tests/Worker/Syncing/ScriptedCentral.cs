using System.Security.Cryptography;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;
using Google.Protobuf;
using ReleaseKind = EdgeCheckpoint.Releases.ReleaseKind;
using WireKind = EdgeCheckpoint.Protos.V1.ReleaseKind;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>What a message from central is about.</summary>
internal enum Answer
{
    Root,
    Suppression,
    People,
    List,
    Segment,
    Log,
}

/// <summary>
/// Central as an appliance sees it, from releases that the test makes. Every answer is bytes on its way, and a test may change them there: what
/// no longer parses is trouble with the link, as gRPC has it.
/// </summary>
internal sealed class ScriptedCentral(Bench bench) : IReleaseSource
{
    private readonly Dictionary<WireKind, (SignedMetadata Release, ReleaseMetadata Metadata, LeasedContentKey Key)> _newest = [];
    private readonly Dictionary<string, byte[]> _segments = [];
    private readonly List<SignedMetadata> _roots = [];
    private readonly List<byte[]> _log = [];
    private ReleaseLogHead _head = ReleaseLogHead.None;

    public bool IsLive => true;

    /// <summary>Changes the bytes of an answer on its way.</summary>
    internal Func<Answer, byte[], byte[]>? Change { get; set; }

    /// <summary>Answers that no longer parsed.</summary>
    internal int Unreadable { get; private set; }

    /// <summary>Bytes of segments that were asked for.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>A root that follows those before.</summary>
    internal void Publish(SignedMetadata root) => _roots.Add(root);

    /// <summary>A release of the bench, whose segments and key are central's from here on.</summary>
    internal void Publish((SignedMetadata Release, ReleaseMetadata Metadata, string Staged) made, ReleaseStore store)
    {
        var metadata = made.Metadata;
        foreach (var segment in metadata.Segments)
        {
            var path = store.StagingPath(segment);
            _segments[Convert.ToHexString(segment.SealedSha256.Span)] = File.ReadAllBytes(path);
            File.Delete(path);
        }

        _newest[(WireKind)metadata.Kind] = (made.Release, metadata, bench.Keys.Find(metadata.ReleaseId)!);
        bench.Keys.Destroy(metadata.ReleaseId);
        if (metadata.Kind == ReleaseKind.People)
            return;
        _log.Add(new ReleaseLogEntry(
            _head.Size + 1, _head.Hash, metadata.Kind, metadata.ReleaseId, metadata.Version, SHA256.HashData(made.Release.Metadata), metadata.IssuedAtUnixMicroseconds).Encode());
        _head = _head.Take(_log[^1]).Value;
    }

    /// <summary>Forgets all releases of a kind but one that was published before, as a central that never saw the others.</summary>
    internal void Forget(ReleaseKind kind) => _newest.Remove((WireKind)kind);

    public Task<Result<GetRootResponse, string>> GetRootAsync(GetRootRequest request, CancellationToken cancellationToken)
    {
        var answer = new GetRootResponse();
        answer.Steps.AddRange(Steps(request.AfterVersion));
        return OnItsWay(Answer.Root, answer, GetRootResponse.Parser);
    }

    public Task<Result<GetReleaseResponse, string>> GetReleaseAsync(GetReleaseRequest request, CancellationToken cancellationToken)
    {
        var answer = new GetReleaseResponse();
        if (request.Kind != WireKind.People)
            (answer.NewestStatement, answer.NewestSignature) = Statement();
        if (!_newest.TryGetValue(request.Kind, out var newest) || request.InstalledVersion > newest.Metadata.Version)
        {
            answer.IsCurrent = true;
        }
        else
        {
            answer.WrappedContentKey = ByteString.CopyFrom(newest.Key.Wrapped.Span);
            answer.LeaseExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(newest.Key.LeaseExpiresAt);
            answer.IsCurrent = request.InstalledVersion == newest.Metadata.Version;
            if (!answer.IsCurrent)
            {
                answer.Metadata = ByteString.CopyFrom(newest.Release.Metadata);
                answer.Signatures.AddRange(newest.Release.ReleaseSignatures.Select(ToWire));
            }
        }

        var about = request.Kind switch { WireKind.People => Answer.People, WireKind.Suppression => Answer.Suppression, _ => Answer.List };
        return OnItsWay(about, answer, GetReleaseResponse.Parser);
    }

    public Task<Result<ReadSegmentResponse, string>> ReadSegmentAsync(ReadSegmentRequest request, CancellationToken cancellationToken)
    {
        if (!_segments.TryGetValue(Convert.ToHexString(request.SegmentSha256.Span), out var segment))
            return Task.FromResult<Result<ReadSegmentResponse, string>>("there is no such segment");
        var piece = segment.AsSpan((int)request.OffsetBytes);
        piece = piece[..(int)Math.Min(piece.Length, request.LengthBytesMax)];
        BytesRead += piece.Length;
        return OnItsWay(Answer.Segment, new ReadSegmentResponse { Content = ByteString.CopyFrom(piece) }, ReadSegmentResponse.Parser);
    }

    public Task<Result<ReadReleaseLogResponse, string>> ReadReleaseLogAsync(ReadReleaseLogRequest request, CancellationToken cancellationToken)
    {
        var answer = new ReadReleaseLogResponse();
        answer.Entries.AddRange(_log.Skip((int)request.AfterSequence).Take(256).Select(static line => ByteString.CopyFrom(line)));
        return OnItsWay(Answer.Log, answer, ReadReleaseLogResponse.Parser);
    }

    /// <summary>A bundle of everything, for the appliance of the bench.</summary>
    internal byte[] Bundle()
    {
        var (statement, signature) = Statement();
        var index = new BundleIndex
        {
            IssuedAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(bench.Time.GetUtcNow()),
            NewestStatement = statement,
            NewestSignature = signature,
        };
        index.Roots.AddRange(Steps(1));
        index.LogEntries.AddRange(_log.Select(static line => ByteString.CopyFrom(line)));
        foreach (var (kind, newest) in _newest)
        {
            var release = new BundleRelease { Kind = kind, ApplianceId = kind == WireKind.People ? bench.Identity.ApplianceId : "", Metadata = ByteString.CopyFrom(newest.Release.Metadata) };
            release.Signatures.AddRange(newest.Release.ReleaseSignatures.Select(ToWire));
            index.Releases.Add(release);
            index.Segments.AddRange(newest.Metadata.Segments.Select(static segment => new BundleSegment
            {
                Sha256 = ByteString.CopyFrom(segment.SealedSha256.Span),
                LengthBytes = (ulong)segment.SealedLength,
            }));
            index.Leases.Add(new BundleLease
            {
                ApplianceId = bench.Identity.ApplianceId,
                Kind = kind,
                WrappedContentKey = ByteString.CopyFrom(newest.Key.Wrapped.Span),
                LeaseExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(newest.Key.LeaseExpiresAt),
            });
        }

        var bytes = index.ToByteArray();
        return
        [
            .. BundleHead.Write(bytes, Signatures.Sign(bench.Site.Keys(SigningRole.Timestamp)[0], bytes)),
            .. index.Segments.SelectMany(segment => _segments[Convert.ToHexString(segment.Sha256.Span)]),
        ];
    }

    private IEnumerable<RootStep> Steps(ulong after) => _roots.Skip((int)after - 1).Select(static root =>
    {
        var step = new RootStep { Metadata = ByteString.CopyFrom(root.Metadata) };
        step.Signatures.AddRange(root.ReleaseSignatures.Select(ToWire));
        return step;
    });

    private (ByteString Statement, ByteString Signature) Statement()
    {
        var now = bench.Time.GetUtcNow();
        var bytes = new NewestStatement
        {
            IssuedAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(now),
            ExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(now.AddHours(24)),
            Log = _head,
            Releases =
            [
                .. _newest.Where(static item => item.Key != WireKind.People).OrderBy(static item => item.Key)
                    .Select(static item => new NewestRelease((ReleaseKind)item.Key, item.Value.Metadata.Version, SHA256.HashData(item.Value.Release.Metadata))),
            ],
        }.Encode();
        return (ByteString.CopyFrom(bytes), ByteString.CopyFrom(Signatures.Sign(bench.Site.Keys(SigningRole.Timestamp)[0], bytes)));
    }

    private Task<Result<T, string>> OnItsWay<T>(Answer about, T answer, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        if (Change is null)
            return Task.FromResult<Result<T, string>>(answer);
        try
        {
            return Task.FromResult<Result<T, string>>(parser.ParseFrom(Change(about, answer.ToByteArray())));
        }
        catch (InvalidProtocolBufferException fault)
        {
            Unreadable++;
            return Task.FromResult<Result<T, string>>(fault.Message);
        }
    }

    private static Protos.V1.ReleaseSignature ToWire(Releases.ReleaseSignature signature) => new()
    {
        KeyId = ByteString.CopyFrom(signature.KeyId.ToBytes()),
        Algorithm = (uint)signature.Algorithm,
        Signature = ByteString.CopyFrom(signature.Signature.Span),
    };
}
