using System.Security.Cryptography;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Says what is newest at this site, signed with its timestamp key.</summary>
internal sealed class NewestStatements(ICentralStore store, SiteKeys keys, TimeProvider time)
{
    /// <summary>How long a statement vouches for what it names.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private static readonly ReleaseKind[] Kinds = [ReleaseKind.Watchlist, ReleaseKind.Suppression];

    /// <summary>The statement, its bytes, and the signature over them.</summary>
    public async Task<(NewestStatement Statement, byte[] Bytes, byte[] Signature)> IssueAsync(CancellationToken cancellationToken)
    {
        var newest = new List<NewestRelease>();
        foreach (var kind in Kinds)
        {
            if (await store.Releases.FindNewestAsync(kind, cancellationToken) is { } release)
                newest.Add(new NewestRelease(kind, (ulong)release.Version, SHA256.HashData(release.Metadata)));
        }

        var now = time.GetUtcNow();
        var statement = new NewestStatement
        {
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            ExpiresAtUnixMicroseconds = Instant.ToMicroseconds(now + Life),
            Log = await store.Releases.ReadLogHeadAsync(cancellationToken),
            Releases = [.. newest],
        };
        var bytes = statement.Encode();
        return (statement, bytes, keys.TimestampKey.Sign(bytes));
    }
}
