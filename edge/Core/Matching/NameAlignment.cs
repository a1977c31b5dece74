using System.Collections.Immutable;

namespace EdgeCheckpoint.Matching;

/// <summary>Pairs the tokens of two names one to one and scores the pairing.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="Rarity">Sum of the frozen weights of the paired listed tokens.</param>
/// <param name="Pairs">Paired tokens first, then tokens without a partner.</param>
internal sealed record NameAlignment(double Score, double Rarity, ImmutableArray<TokenPair> Pairs)
{
    /// <summary>A token the traveller bears and the list does not weighs this much of its length weight.</summary>
    private const double ExtraQueryCost = 0.8;

    /// <summary>A token only the list has: omitted names are common.</summary>
    private const double ExtraListCost = 0.3;

    /// <summary>Both sides have a token without a partner: they contradict, which is worse than an omission.</summary>
    private const double ContradictionCost = 1.0;

    /// <summary>Aligns two names.</summary>
    /// <param name="query">Folded tokens of the traveller.</param>
    /// <param name="lastIsPrefix">The last of them may be cut off.</param>
    /// <param name="listed">Folded tokens of the list.</param>
    /// <param name="weights">Frozen rarity weight of each listed token.</param>
    internal static NameAlignment Of(
        ReadOnlySpan<KeyedToken> query, bool lastIsPrefix, ReadOnlySpan<KeyedToken> listed, ReadOnlySpan<float> weights)
    {
        var partners = Pair(query, lastIsPrefix, listed);
        var pairs = ImmutableArray.CreateBuilder<TokenPair>();
        var listedTaken = new bool[listed.Length];
        double matched = 0, total = 0, rarity = 0;
        for (var i = 0; i < query.Length; i++)
        {
            if (partners[i] is not { } partner)
                continue;
            listedTaken[partner.Listed] = true;
            var weight = weights[partner.Listed] * Length(query[i]);
            matched += weight * partner.Similarity;
            total += weight;
            rarity += weights[partner.Listed] * partner.Similarity;
            pairs.Add(new TokenPair(query[i].Text, listed[partner.Listed].Text, partner.Rule, partner.Similarity));
        }

        var extraQuery = 0.0;
        for (var i = 0; i < query.Length; i++)
        {
            if (partners[i] is not null)
                continue;
            extraQuery += Length(query[i]);
            pairs.Add(new TokenPair(query[i].Text, "", "only in the document", 0));
        }

        var extraListed = 0.0;
        for (var j = 0; j < listed.Length; j++)
        {
            if (listedTaken[j])
                continue;
            extraListed += weights[j] * Length(listed[j]);
            pairs.Add(new TokenPair("", listed[j].Text, "only on the list", 0));
        }

        var isContradiction = extraQuery > 0 && extraListed > 0;
        total += (extraQuery * (isContradiction ? ContradictionCost : ExtraQueryCost))
            + (extraListed * (isContradiction ? ContradictionCost : ExtraListCost));
        return new NameAlignment(total == 0 ? 0 : matched / total, rarity, pairs.ToImmutable());
    }

    /// <summary>Best pairs first; at eight tokens a side the greedy pairing and the optimal one rarely differ.</summary>
    private static (int Listed, double Similarity, string Rule)?[] Pair(
        ReadOnlySpan<KeyedToken> query, bool lastIsPrefix, ReadOnlySpan<KeyedToken> listed)
    {
        var found = new List<(double Similarity, int Query, int Listed, string Rule)>();
        for (var i = 0; i < query.Length; i++)
        {
            for (var j = 0; j < listed.Length; j++)
            {
                var similarity = TokenSimilarity.Compare(query[i], listed[j], lastIsPrefix && i == query.Length - 1, out var rule);
                if (similarity >= TokenSimilarity.Floor)
                    found.Add((similarity, i, j, rule));
            }
        }

        var partners = new (int Listed, double Similarity, string Rule)?[query.Length];
        var taken = new bool[listed.Length];
        foreach (var (similarity, i, j, rule) in found.OrderByDescending(static pair => pair.Similarity).ThenBy(static pair => pair.Query))
        {
            if (partners[i] is not null || taken[j])
                continue;
            partners[i] = (j, similarity, rule);
            taken[j] = true;
        }

        return partners;
    }

    /// <summary>Longer tokens say more; particles of two letters little.</summary>
    private static double Length(KeyedToken token) => token.Text.Length switch { 1 => 0.3, 2 => 0.5, 3 => 0.8, _ => 1.0 };
}
