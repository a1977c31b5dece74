using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using Google.Protobuf;
using ReleaseKind = EdgeCheckpoint.Releases.ReleaseKind;
using WireKind = EdgeCheckpoint.Protos.V1.ReleaseKind;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>What a bundle carries.</summary>
/// <param name="Releases">Kind and version of each; accounts once for each appliance.</param>
/// <param name="LeasedUntil">When the first of the leases ends.</param>
internal sealed record BundleReport(int Appliances, IReadOnlyList<string> Releases, long Bytes, DateTimeOffset LeasedUntil);

/// <summary>
/// Writes the file that carries the newest releases to posts without a link (releases.proto, BundleIndex): roots, what is newest, the release log, lists
/// and delistings with their deltas, the accounts and the content keys of the appliances it is for. It tells nothing to whoever finds
/// it: everything in it is sealed or signed.
/// </summary>
internal sealed class ReleaseBundles(
    ICentralStore store, SiteKeys keys, NewestStatements statements, ContentKeyLeases leases, PeoplePublication people, Auditor auditor, TimeProvider time)
{
    private const int LogLinesMax = 100_000;
    private const int PieceLength = 1024 * 1024;

    private static readonly ReleaseKind[] Kinds = [ReleaseKind.Watchlist, ReleaseKind.Suppression];

    /// <summary>Writes a bundle. 1. Gathers. 2. Signs. 3. Notes the leases: better one that nobody carries than one that nobody knows of. 4. Writes index and segments.</summary>
    /// <param name="appliances">For whom; none of them revoked.</param>
    /// <param name="life">Of the leases, at most <see cref="BundleHead.LeaseMax"/>; null for what is agreed for the post of each.</param>
    /// <exception cref="CentralFault">Nothing was published, or a segment is not in the store.</exception>
    public async Task<BundleReport> WriteAsync(
        Stream output, IReadOnlyList<Appliance> appliances, TimeSpan? life, string actor, CancellationToken cancellationToken)
    {
        // 1
        var now = time.GetUtcNow();
        var ends = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var appliance in appliances)
            ends[appliance.ApplianceId] = now + (life ?? await leases.LifeOfAsync(appliance, cancellationToken));
        var first = ends.Values.Min();
        var (newest, statement, signature) = await statements.IssueAsync(cancellationToken);
        var index = new BundleIndex
        {
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            NewestStatement = ByteString.CopyFrom(statement),
            NewestSignature = ByteString.CopyFrom(signature),
        };
        index.Roots.AddRange(keys.Roots.Skip(1).Select(WireRoots.ToStep));
        index.LogEntries.AddRange((await store.Releases.ReadLogAsync(0, LogLinesMax, cancellationToken)).Select(static line => ByteString.CopyFrom(line)));
        var told = new List<string>();
        foreach (var kind in Kinds)
        {
            if (await store.Releases.FindNewestAsync(kind, cancellationToken) is not { } release)
                continue;
            if (newest.Find(kind)?.Version != (ulong)release.Version)
                throw new CentralFault($"{kind} {release.Version} was published at the same moment; run the command again.");
            Add(index, (WireKind)kind, "", release.Metadata, release.Signatures);
            told.Add($"{kind} {release.Version}");
            foreach (var appliance in appliances)
                AddLease(index, appliance, (WireKind)kind, await leases.WrapAsync(release, appliance, cancellationToken), ends[appliance.ApplianceId]);
        }

        foreach (var appliance in appliances)
        {
            if (await people.FindAsync(appliance, cancellationToken) is not { } accounts)
                continue;
            Add(index, WireKind.People, appliance.ApplianceId, accounts.Metadata, accounts.Signatures);
            AddLease(index, appliance, WireKind.People, accounts.WrappedContentKey, ends[appliance.ApplianceId]);
            told.Add($"accounts {accounts.Version} of {appliance.PostName}");
        }

        if (index.Releases.Count == 0)
            throw new CentralFault("Nothing has been published, so there is nothing to carry; run watchlists publish or people publish first.");

        // 2
        var bytes = index.ToByteArray();
        var indexSignature = keys.TimestampKey.Sign(bytes);

        // 3
        foreach (var appliance in appliances)
            await leases.NoteAsync(appliance, ends[appliance.ApplianceId], cancellationToken);
        await store.Audit.AppendAsync(
            auditor.Event(actor, AuditAction.BundleExported, $"{appliances.Count} appliances", $"{string.Join(", ", told.Take(4))}; leased until {first:yyyy-MM-dd}"), cancellationToken);

        // 4
        var head = BundleHead.Write(bytes, indexSignature);
        await output.WriteAsync(head, cancellationToken);
        long written = head.Length;
        foreach (var segment in index.Segments)
            written += await CopyAsync(segment, output, cancellationToken);

        return new BundleReport(appliances.Count, told, written, first);
    }

    private static void Add(BundleIndex index, WireKind kind, string applianceId, byte[] metadata, IEnumerable<Releases.ReleaseSignature> signatures)
    {
        var release = new BundleRelease { Kind = kind, ApplianceId = applianceId, Metadata = ByteString.CopyFrom(metadata) };
        release.Signatures.AddRange(signatures.Select(WireRoots.ToWire));
        index.Releases.Add(release);
        index.Segments.AddRange(ReleaseMetadata.Parse(metadata).Value.Segments.Select(static segment => new BundleSegment
        {
            Sha256 = ByteString.CopyFrom(segment.SealedSha256.Span),
            LengthBytes = (ulong)segment.SealedLength,
        }));
    }

    private static void AddLease(BundleIndex index, Appliance appliance, WireKind kind, byte[] wrapped, DateTimeOffset until) =>
        index.Leases.Add(new BundleLease
        {
            ApplianceId = appliance.ApplianceId,
            Kind = kind,
            WrappedContentKey = ByteString.CopyFrom(wrapped),
            LeaseExpiresAtUnixMicroseconds = Instant.ToMicroseconds(until),
        });

    private async Task<long> CopyAsync(BundleSegment segment, Stream output, CancellationToken cancellationToken)
    {
        long copied = 0;
        while (copied < (long)segment.LengthBytes)
        {
            var piece = await store.Releases.ReadSegmentAsync(segment.Sha256.Memory, copied, PieceLength, cancellationToken);
            if (piece is not { Length: > 0 })
                throw new CentralFault("A segment of the newest release is not in the store; run storage check, or publish again.");
            await output.WriteAsync(piece, cancellationToken);
            copied += piece.Length;
        }

        return copied;
    }
}
