using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Whether a post has applied a release.</summary>
/// <param name="Version">The newest that it has confirmed; 0 for none.</param>
/// <param name="ConfirmedAt">When it first confirmed the release in question or a later one; null when it has not.</param>
/// <param name="SplitViews">Versions it has had with a content that this site never published.</param>
internal sealed record PostConfirmation(Appliance Appliance, long Version, DateTimeOffset? ConfirmedAt, IReadOnlyList<long> SplitViews)
{
    public bool HasIt => ConfirmedAt is not null;
}

/// <summary>Which posts have applied a release, such as one that delists somebody (guardrail 7).</summary>
internal static class PostConfirmations
{
    /// <summary>Active appliances, those that have not applied it first.</summary>
    public static async Task<IReadOnlyList<PostConfirmation>> ReadAsync(
        ICentralStore store, ReleaseKind kind, long version, CancellationToken cancellationToken)
    {
        var said = (await store.Confirmations.ListAsync(kind, cancellationToken)).ToLookup(static confirmation => confirmation.ApplianceId);
        return
        [
            .. (await store.Appliances.ListAsync(cancellationToken))
                .Where(static appliance => appliance.State == ApplianceState.Active)
                .Select(appliance => Of(appliance, [.. said[appliance.ApplianceId]], version))
                .OrderBy(static post => post.HasIt).ThenBy(static post => post.Appliance.PostName, StringComparer.Ordinal),
        ];
    }

    private static PostConfirmation Of(Appliance appliance, Confirmation[] said, long version)
    {
        var known = said.Where(static confirmation => confirmation.IsKnown).ToArray();

        // The last it said counts: a card that was put back from an older copy has an older list again.
        var now = known.MaxBy(static confirmation => confirmation.LastAt);
        var has = now is not null && now.Version >= version;
        return new PostConfirmation(
            appliance,
            now?.Version ?? 0,
            has ? known.Where(confirmation => confirmation.Version >= version).Min(static confirmation => confirmation.FirstAt) : null,
            [.. said.Where(static confirmation => !confirmation.IsKnown).Select(static confirmation => confirmation.Version).Distinct()]);
    }
}
