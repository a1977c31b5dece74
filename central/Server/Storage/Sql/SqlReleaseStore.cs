using System.Data.Common;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlReleaseStore(ISqlDatabase database) : IReleaseStore
{
    private const int PieceLength = 65_536;

    /// <summary>An appliance that claims more than a backup can have forgotten is not believed.</summary>
    private const int ForgottenMax = 1_000;

    public Task<bool> AddAsync(
        Release release, IReadOnlyList<SealedSegment> segments, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                (string, object?)[] key = [("@kind", (int)release.Kind), ("@version", release.Version)];
                var added = transaction.Run(
                    """
                    INSERT INTO releases (kind, version, release_id, title, entry_count, published_at, published_by,
                        state_root, metadata, wrapped_content_key)
                    VALUES (@kind, @version, @id, @title, @entries, @at, @by, @root, @metadata, @key) ON CONFLICT DO NOTHING
                    """,
                    [
                        .. key, ("@id", release.ReleaseId), ("@title", release.Title), ("@entries", release.EntryCount),
                        ("@at", release.PublishedAt), ("@by", release.PublishedBy), ("@root", release.StateRoot),
                        ("@metadata", release.Metadata), ("@key", release.WrappedContentKey),
                    ]) > 0;
                if (!added)
                    return false;
                AppendToLog(transaction, release.ReleaseId);
                foreach (var signature in release.Signatures)
                {
                    transaction.Run(
                        """
                        INSERT INTO release_signatures (kind, version, key_id, algorithm, signature)
                        VALUES (@kind, @version, @keyId, @algorithm, @signature)
                        """,
                        [
                            .. key, ("@keyId", signature.KeyId.ToBytes()), ("@algorithm", (int)signature.Algorithm),
                            ("@signature", signature.Signature),
                        ]);
                }

                foreach (var segment in segments)
                    PutSegment(transaction, segment);
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    /// <summary>Writes the line of a release; the first time those of all that were there before there was a log, too.</summary>
    private static void AppendToLog(DbTransaction transaction, Guid added)
    {
        var head = ReadHead(transaction);
        foreach (var (kind, version, id, metadata, at) in transaction.Query(
            "SELECT kind, version, release_id, metadata, published_at FROM releases WHERE @all = 1 OR release_id = @added ORDER BY published_at, kind, version",
            static row => (row.GetInt64(0), row.GetInt64(1), row.Id(2), row.Bytes(3), row.At(4)),
            ("@all", head.Size == 0 ? 1 : 0), ("@added", added)))
        {
            var line = new ReleaseLogEntry(
                head.Size + 1, head.Hash, (ReleaseKind)kind, id, (ulong)version, SHA256.HashData(metadata), Instant.ToMicroseconds(at)).Encode();
            head = head.Take(line).Value;
            transaction.Run(
                "INSERT INTO release_log (sequence, entry, hash) VALUES (@sequence, @entry, @hash)",
                ("@sequence", (long)head.Size), ("@entry", line), ("@hash", head.Hash));
        }
    }

    private static ReleaseLogHead ReadHead(DbTransaction transaction) =>
        transaction.Query(
            "SELECT sequence, hash FROM release_log ORDER BY sequence DESC LIMIT 1",
            static row => new ReleaseLogHead((ulong)row.GetInt64(0), row.Bytes(1))) is [var head] ? head : ReleaseLogHead.None;

    public Task<ReleaseLogHead> ReadLogHeadAsync(CancellationToken cancellationToken) => database.ReadAsync(ReadHead, cancellationToken);

    public Task<IReadOnlyList<byte[]>> ReadLogAsync(long after, int countMax, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<byte[]>>(
            transaction => transaction.Query(
                "SELECT entry FROM release_log WHERE sequence > @after ORDER BY sequence LIMIT @count",
                static row => row.Bytes(0),
                ("@after", after), ("@count", countMax)),
            cancellationToken);

    /// <summary>Keeps a sealed segment in pieces.</summary>
    internal static void PutSegment(DbTransaction transaction, SealedSegment segment)
    {
        for (var offset = 0; offset < segment.Content.Length; offset += PieceLength)
        {
            transaction.Run(
                "INSERT INTO segment_pieces (segment_sha256, piece, content) VALUES (@sha, @piece, @content)",
                ("@sha", segment.Sha256), ("@piece", offset / PieceLength),
                ("@content", segment.Content.Slice(offset, Math.Min(PieceLength, segment.Content.Length - offset))));
        }
    }

    public async Task<Release?> FindNewestAsync(ReleaseKind kind, CancellationToken cancellationToken) =>
        await ReadNewestAsync(kind, 1, cancellationToken) is [var newest] ? newest : null;

    public Task<IReadOnlyList<Release>> ReadNewestAsync(ReleaseKind kind, int countMax, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Release>>(
            transaction =>
            {
                var newest = transaction.Query(
                    """
                    SELECT version, release_id, title, entry_count, published_at, published_by, state_root, metadata,
                        wrapped_content_key
                    FROM releases WHERE kind = @kind ORDER BY version DESC LIMIT @count
                    """,
                    row => new Release
                    {
                        Kind = kind,
                        Version = row.GetInt64(0),
                        ReleaseId = row.Id(1),
                        Title = row.GetString(2),
                        EntryCount = row.GetInt32(3),
                        PublishedAt = row.At(4),
                        PublishedBy = row.GetString(5),
                        StateRoot = row.Bytes(6),
                        Metadata = row.Bytes(7),
                        WrappedContentKey = row.Bytes(8),
                        Signatures = [],
                    },
                    ("@kind", (int)kind), ("@count", countMax));
                return [.. newest.Select(release => release with { Signatures = ReadSignatures(transaction, release) })];
            },
            cancellationToken);

    private static List<ReleaseSignature> ReadSignatures(DbTransaction transaction, Release release) =>
        transaction.Query(
            "SELECT key_id, algorithm, signature FROM release_signatures WHERE kind = @kind AND version = @version ORDER BY key_id",
            static signature => new ReleaseSignature(
                KeyId.TryRead(signature.Bytes(0), out var id) ? id : default,
                (SignatureAlgorithm)signature.GetInt32(1),
                signature.Bytes(2)),
            ("@kind", (int)release.Kind), ("@version", release.Version));

    public Task<long> ReadNewestVersionAsync(ReleaseKind kind, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => (long?)transaction.Scalar(
                "SELECT max(version) FROM releases WHERE kind = @kind", ("@kind", (int)kind)) ?? 0,
            cancellationToken);

    public async Task<long> ReadNextVersionAsync(ReleaseKind kind, CancellationToken cancellationToken)
    {
        var newest = await ReadNewestVersionAsync(kind, cancellationToken);
        var confirmed = await database.ReadAsync(
            transaction => (long?)transaction.Scalar(
                "SELECT max(version) FROM confirmations WHERE kind = @kind AND version <= @most", ("@kind", (int)kind), ("@most", newest + ForgottenMax)) ?? 0,
            cancellationToken);
        return Math.Max(newest, confirmed) + 1;
    }

    public Task<byte[]?> ReadSegmentAsync(
        ReadOnlyMemory<byte> sha256, long offset, int lengthMax, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction =>
            {
                if (transaction.Scalar("SELECT 1 FROM segment_pieces WHERE segment_sha256 = @sha LIMIT 1", ("@sha", sha256)) is null)
                    return null;
                var pieces = transaction.Query(
                    """
                    SELECT content FROM segment_pieces
                    WHERE segment_sha256 = @sha AND piece BETWEEN @first AND @last ORDER BY piece
                    """,
                    static row => row.Bytes(0),
                    ("@sha", sha256), ("@first", offset / PieceLength), ("@last", (offset + lengthMax - 1) / PieceLength));
                var run = new byte[pieces.Sum(static piece => piece.Length)];
                var at = 0;
                foreach (var piece in pieces)
                {
                    piece.CopyTo(run, at);
                    at += piece.Length;
                }

                var start = (int)Math.Min(offset % PieceLength, run.Length);
                return run[start..Math.Min(run.Length, start + lengthMax)];
            },
            cancellationToken);

    public Task RemoveSegmentsAsync(IReadOnlyCollection<ReadOnlyMemory<byte>> sha256, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                foreach (var segment in sha256)
                    transaction.Run("DELETE FROM segment_pieces WHERE segment_sha256 = @sha", ("@sha", segment));
                return true;
            },
            cancellationToken);
}
