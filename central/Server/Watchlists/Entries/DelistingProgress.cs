using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A post that has not confirmed a delisting.</summary>
/// <param name="LastContactAt">Null for one that was never heard of.</param>
public sealed record WaitingPost(string PostName, string ApplianceId, DateTimeOffset? LastContactAt);

/// <summary>How far a release that takes an entry away has come.</summary>
/// <param name="Release">In words, such as "suppression 3".</param>
/// <param name="PostCount">Appliances in service.</param>
/// <param name="CompletedAt">When the last of them confirmed it; null while one has not, or there is none.</param>
/// <param name="Waiting">Those that have not confirmed it, by name of the post.</param>
public sealed record DelistingProgress(string Release, int PostCount, DateTimeOffset? CompletedAt, ImmutableArray<WaitingPost> Waiting);

/// <summary>
/// Which posts do without an entry (research: delisting is faster than listing, and a post confirms it): those whose heartbeat has named the
/// release that takes it away, or a later one, as this site published it (<see cref="PostConfirmations"/>).
/// </summary>
internal sealed class DelistingProgressReader(ICentralStore store)
{
    public async Task<DelistingProgress> ReadAsync(ReleaseKind kind, long version, CancellationToken cancellationToken)
    {
        var posts = await PostConfirmations.ReadAsync(store, kind, version, cancellationToken);
        ImmutableArray<WaitingPost> waiting =
        [
            .. posts.Where(static post => !post.HasIt)
                .Select(static post => new WaitingPost(post.Appliance.PostName, post.Appliance.ApplianceId, post.Appliance.LastContactAt)),
        ];
        return new DelistingProgress(
            $"{(kind == ReleaseKind.Suppression ? "suppression" : "watchlist version")} {version}",
            posts.Count,
            posts.Count > 0 && waiting.IsEmpty ? posts.Max(static post => post.ConfirmedAt) : null,
            waiting);
    }
}
