using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>The release log, read from its beginning.</summary>
/// <param name="Head">Of what is whole.</param>
/// <param name="Problem">What is wrong with the first line that is not; null for nothing.</param>
internal sealed record ReleaseLogCheck(ImmutableArray<ReleaseLogEntry> Lines, ReleaseLogHead Head, string? Problem)
{
    /// <summary>Follows the lines, and compares each with the release it names.</summary>
    public static async Task<ReleaseLogCheck> RunAsync(ICentralStore store, int pageLength, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<(ReleaseKind, ulong), byte[]>();
        foreach (var kind in Enum.GetValues<ReleaseKind>())
        {
            foreach (var release in await store.Releases.ReadNewestAsync(kind, int.MaxValue, cancellationToken))
                metadata.Add((kind, (ulong)release.Version), SHA256.HashData(release.Metadata));
        }

        var lines = ImmutableArray.CreateBuilder<ReleaseLogEntry>();
        var head = ReleaseLogHead.None;
        while (await store.Releases.ReadLogAsync((long)head.Size, pageLength, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var bytes in page)
            {
                if (!head.Take(bytes).TryGet(out var next, out var failure))
                    return new ReleaseLogCheck(lines.ToImmutable(), head, failure.Reason);
                var line = ReleaseLogEntry.Parse(bytes).Value;
                if (!metadata.Remove((line.Kind, line.Version), out var hash) || !hash.AsSpan().SequenceEqual(line.MetadataSha256.Span))
                    return new ReleaseLogCheck(lines.ToImmutable(), head, $"line {line.Sequence} names {line.Kind} {line.Version}, which is not here as it was signed");
                lines.Add(line);
                head = next;
            }
        }

        // Before the first publication of a program with a log, there are releases without lines.
        var forgotten = head.Size == 0 ? null : metadata.Keys.Select(static key => $"{key.Item1} {key.Item2} has no line").FirstOrDefault();
        return new ReleaseLogCheck(lines.ToImmutable(), head, forgotten);
    }
}
