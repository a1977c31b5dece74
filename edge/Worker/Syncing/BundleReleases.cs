using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Health;
using Google.Protobuf;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// A bundle on a stick: <see cref="BundleHead"/>, then the sealed segments. The index is signed by a timestamp key of the site; what it carries is signed as everywhere.
/// </summary>
internal sealed class BundleReleases : IReleaseSource, IDisposable
{
    /// <summary>Largest index that is read, in bytes: ten thousand appliances.</summary>
    private const int IndexBytesMax = 64 * 1024 * 1024;

    private const int SignatureBytesMax = 512;
    private const int LogLinesMax = 256;

    private readonly FileStream _file;
    private readonly BundleIndex _index;
    private readonly string _applianceId;
    private readonly Dictionary<string, (long Offset, long Length)> _segments = [];

    private BundleReleases(FileStream file, BundleIndex index, string applianceId, long segmentsAt)
    {
        (_file, _index, _applianceId) = (file, index, applianceId);
        foreach (var segment in index.Segments)
        {
            _segments[Key(segment.Sha256)] = (segmentsAt, (long)segment.LengthBytes);
            segmentsAt += (long)segment.LengthBytes;
        }
    }

    public bool IsLive => false;

    /// <summary>When central made it.</summary>
    internal DateTimeOffset IssuedAt => ClockReading.FromUnixMicroseconds(_index.IssuedAtUnixMicroseconds);

    /// <summary>The releases in it that are for this appliance, by kind and metadata.</summary>
    internal IEnumerable<BundleRelease> Releases => _index.Releases.Where(release => release.ApplianceId.Length == 0 || release.ApplianceId == _applianceId);

    /// <summary>True when it has a content key for this appliance.</summary>
    internal bool IsForThisAppliance => _index.Leases.Any(lease => lease.ApplianceId == _applianceId);

    /// <summary>
    /// Opens a bundle and checks its index: letters, lengths, signature by a timestamp key of the present root or of the newest root that the
    /// bundle itself leads to.
    /// </summary>
    /// <param name="trust">Roots that are accepted; those of the bundle are followed from the newest, and not kept.</param>
    internal static Result<BundleReleases, string> Open(string path, RootMetadata trust, string applianceId)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {fault.Message}";
        }

        var opened = Open(file, path, trust, applianceId);
        if (!opened.IsSuccess)
            file.Dispose();
        return opened;
    }

    public Task<Result<GetRootResponse, string>> GetRootAsync(GetRootRequest request, CancellationToken cancellationToken)
    {
        // Root 1 came with the ticket; the bundle has those after it.
        var answer = new GetRootResponse();
        answer.Steps.AddRange(_index.Roots.Skip((int)Math.Min(Math.Max(request.AfterVersion, 1) - 1, int.MaxValue)));
        return Answer(answer);
    }

    public Task<Result<GetReleaseResponse, string>> GetReleaseAsync(GetReleaseRequest request, CancellationToken cancellationToken)
    {
        var answer = new GetReleaseResponse { NewestStatement = _index.NewestStatement, NewestSignature = _index.NewestSignature };
        var release = Releases.FirstOrDefault(release => release.Kind == request.Kind);
        var lease = _index.Leases.FirstOrDefault(lease => lease.ApplianceId == _applianceId && lease.Kind == request.Kind);
        if (release is null || lease is null || !ReleaseMetadata.Parse(release.Metadata.Memory).TryGet(out var metadata, out _) || request.InstalledVersion > metadata.Version)
        {
            answer.IsCurrent = true;
            return Answer(answer);
        }

        var end = ClockReading.FromUnixMicroseconds(lease.LeaseExpiresAtUnixMicroseconds);
        answer.WrappedContentKey = lease.WrappedContentKey;
        answer.LeaseExpiresAtUnixMicroseconds = ClockReading.ToUnixMicroseconds(end < IssuedAt + BundleHead.LeaseMax ? end : IssuedAt + BundleHead.LeaseMax);
        answer.IsCurrent = request.InstalledVersion == metadata.Version;
        if (!answer.IsCurrent)
        {
            answer.Metadata = release.Metadata;
            answer.Signatures.AddRange(release.Signatures);
        }

        return Answer(answer);
    }

    public Task<Result<ReadSegmentResponse, string>> ReadSegmentAsync(ReadSegmentRequest request, CancellationToken cancellationToken)
    {
        if (!_segments.TryGetValue(Key(request.SegmentSha256), out var segment) || request.OffsetBytes > (ulong)segment.Length)
            return Task.FromResult<Result<ReadSegmentResponse, string>>("the bundle does not have this segment");
        var piece = new byte[Math.Min(request.LengthBytesMax, segment.Length - (long)request.OffsetBytes)];
        try
        {
            _file.Position = segment.Offset + (long)request.OffsetBytes;
            _file.ReadExactly(piece);
        }
        catch (IOException fault)
        {
            return Task.FromResult<Result<ReadSegmentResponse, string>>($"the bundle cannot be read: {fault.Message}");
        }

        return Answer(new ReadSegmentResponse { Content = UnsafeByteOperations.UnsafeWrap(piece) });
    }

    public Task<Result<ReadReleaseLogResponse, string>> ReadReleaseLogAsync(ReadReleaseLogRequest request, CancellationToken cancellationToken)
    {
        var answer = new ReadReleaseLogResponse();
        answer.Entries.AddRange(_index.LogEntries.Skip((int)Math.Min(request.AfterSequence, int.MaxValue)).Take(LogLinesMax));
        return Answer(answer);
    }

    /// <summary>Reads every segment against its hash: a stick that was pulled out too early is found before anything is changed.</summary>
    /// <param name="onBytes">Told how many bytes have been read.</param>
    /// <returns>Null, or what is wrong.</returns>
    internal string? FindDamage(Action<long> onBytes)
    {
        var buffer = new byte[1024 * 1024];
        long read = 0;
        foreach (var (sha256, (offset, length)) in _segments)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            _file.Position = offset;
            for (var left = length; left > 0;)
            {
                var count = _file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
                if (count == 0)
                    return "it is cut off";
                hash.AppendData(buffer.AsSpan(0, count));
                left -= count;
                onBytes(read += count);
            }

            if (Convert.ToHexString(hash.GetHashAndReset()) != sha256)
                return $"a segment at byte {offset} is damaged";
        }

        return null;
    }

    public void Dispose() => _file.Dispose();

    private static Result<BundleReleases, string> Open(FileStream file, string path, RootMetadata trust, string applianceId)
    {
        try
        {
            var head = new byte[BundleHead.Length];
            file.ReadExactly(head);
            if (!BundleHead.TryRead(head, out var length))
                return $"{path} is not a bundle of releases";
            if (length > IndexBytesMax || length > file.Length)
                return $"{path} is damaged: its index cannot have {length} bytes; copy it again";
            var index = new byte[length];
            file.ReadExactly(index);
            file.ReadExactly(head, 0, BundleHead.SignaturePrefixLength);
            var signatureLength = BinaryPrimitives.ReadUInt16LittleEndian(head);
            if (signatureLength > SignatureBytesMax)
                return $"{path} is damaged: no signature has {signatureLength} bytes; copy it again";
            var signature = new byte[signatureLength];
            file.ReadExactly(signature);
            var parsed = BundleIndex.Parser.ParseFrom(index);
            if (!IsTrusted(parsed, index, signature, trust))
                return $"{path} is not signed by this site, or was changed on its way; have a new one made with: central-checkpoint releases export-bundle";
            long segments = 0;
            foreach (var segment in parsed.Segments)
                segments = checked(segments + (long)segment.LengthBytes);
            return file.Position + segments == file.Length
                ? new BundleReleases(file, parsed, applianceId, file.Position)
                : $"{path} has {file.Length} bytes and should have {file.Position + segments}: it was cut off; copy it again, and take the stick out only when it is done";
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidProtocolBufferException or OverflowException)
        {
            return $"{path} is damaged or cut off; copy it again";
        }
        catch (IOException fault)
        {
            return $"{path} cannot be read: {fault.Message}";
        }
    }

    private static bool IsTrusted(BundleIndex index, byte[] bytes, byte[] signature, RootMetadata trust)
    {
        if (trust.Trust.IsTimestamped(bytes, signature))
            return true;
        foreach (var step in index.Roots)
        {
            if (!RootChain.VerifyNext(trust, WireReleases.Signed(step.Metadata, step.Signatures)).TryGet(out var next, out _))
                continue;
            trust = next;
            if (trust.Trust.IsTimestamped(bytes, signature))
                return true;
        }

        return false;
    }

    private static Task<Result<T, string>> Answer<T>(T answer)
        where T : notnull => Task.FromResult<Result<T, string>>(answer);

    private static string Key(ByteString sha256) => Convert.ToHexString(sha256.Span);
}
