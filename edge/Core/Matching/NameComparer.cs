using System.Collections.Immutable;
using System.Numerics;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Matching;

/// <summary>Result of aligning two names.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="Rarity">Sum of the frozen weights of the paired listed tokens, each by its similarity.</param>
/// <param name="ListedPaired">Bit for each listed token that has a partner, alone or joined to its neighbour.</param>
public readonly record struct NameScore(float Score, float Rarity, uint ListedPaired);

/// <summary>An alignment in words.</summary>
/// <param name="Score">What was computed.</param>
/// <param name="Pairs">Differences first, then what is equal.</param>
public sealed record NameExplanation(NameScore Score, ImmutableArray<TokenPair> Pairs);

/// <summary>Pairs the tokens of two names one to one and scores the pairing.</summary>
/// <remarks>
/// Steps: (1) best pairs first; (2) tokens that one side writes together; (3) weights: what is paired, against what is paired,
/// contradicted or left over. Pure, without allocation, safe in parallel.
/// </remarks>
public static class NameComparer
{
    private const int TokensMax = NamePreparation.TokensMax;

    /// <summary>A surname that is a given name on the other side: wrongly fielded often enough not to refuse it.</summary>
    private const float CrossField = 0.93f;

    /// <summary>Written together: nearly as good as the same tokens.</summary>
    private const float Joining = 0.98f;
    private const float JoinedMin = 0.8f;

    /// <summary>Below this likeness a pair is evidence against rather than for, and falls faster.</summary>
    private const float Doubt = 0.72f;
    private const float DoubtSlope = 2.5f;

    /// <summary>
    /// What each side has instead of the other's weighs this much more: two agreeing names of three, the commonest case of two
    /// relatives, then lie at 0.61.
    /// </summary>
    private const float Conflict = 1.3f;

    /// <summary>What only the traveller bears, beside what is contradicted.</summary>
    private const float ExtraQuery = 0.3f;

    /// <summary>What only the list has: documents leave names out more often than lists.</summary>
    private const float ExtraListed = 0.15f;

    /// <summary>
    /// What is left over weighs this much more when a single name has matched, or names that together tell no more than one:
    /// half of all people share such a one.
    /// </summary>
    private const float LoneMatch = 0.25f;
    private const float LoneRarity = 1.2f;

    /// <summary>
    /// Nobody leaves out a syllable: KIM SUN and KIM OK SUN are two, so that what is left over contradicts.
    /// </summary>
    private const float ExtraSyllable = Conflict;

    /// <summary>What is left over when the document cuts names off.</summary>
    private const float ExtraListedCutOff = 0.05f;

    /// <summary>Short names in another order, as in KIM CHOL SU and KIM SU CHOL, are other names.</summary>
    private const float Reordered = 0.6f;
    private const int ShortMax = 4;
    private const float InitialShare = 0.3f;

    /// <summary>Fathers' names that contradict each other weigh as much as any, however common they are.</summary>
    private const float PaternalConflict = 1.3f;

    /// <summary>So do two initials: whoever writes one down means to tell namesakes apart.</summary>
    private const float InitialConflict = 1f;

    /// <summary>The name a person is called by is another one: brothers share all the rest, be it four names of five.</summary>
    private const float OtherOwnName = 0.75f;

    /// <summary>Below this factor a token is an initial or a particle.</summary>
    private const float SubstantialFactor = 0.45f;

    /// <summary>Scores one name against another.</summary>
    /// <param name="query">The traveller's name.</param>
    /// <param name="lastIsPrefix">The last of its tokens may be cut off.</param>
    /// <param name="listed">The listed name.</param>
    /// <param name="matrix">Similarities, a row for each query token (<see cref="FillMatrix"/>).</param>
    /// <param name="partners">Filled: for each query token the listed one it is paired with, or -1.</param>
    public static NameScore Score(
        ComparedName query,
        bool lastIsPrefix,
        ComparedName listed,
        ReadOnlySpan<TokenMatch> matrix,
        Span<sbyte> partners)
    {
        Span<float> similarities = stackalloc float[TokensMax];
        partners[..query.Length].Fill(-1);
        var taken = Pair(query, listed, matrix, partners, similarities);
        if (partners[..query.Length].Contains((sbyte)-1) || BitOperations.PopCount(taken) < listed.Length)
        {
            taken = JoinQuery(query, listed, taken, partners, similarities);
            taken = JoinListed(query, listed, taken, partners, similarities);
        }

        var sums = Sum(query, listed, taken, partners, similarities);
        // A father who is named differently is another father; one who is not named is nobody.
        var paternal = Math.Min(sums.PaternalQuery, sums.PaternalListed);
        var conflict = Math.Min(sums.ExtraQuery, sums.ExtraListed);
        var extraQuery = sums.ExtraQuery - conflict + sums.PaternalQuery - paternal;
        var extraListed = sums.ExtraListed - conflict + sums.PaternalListed - paternal;
        var (ofQuery, ofListed) = AreSyllables(query) && AreSyllables(listed)
            ? (ExtraSyllable, ExtraSyllable) : (ExtraQuery, lastIsPrefix ? ExtraListedCutOff : ExtraListed);
        var lone = sums.Count <= 1 || sums.Rarity < LoneRarity ? LoneMatch : 0;
        var total = sums.Total + (conflict * Conflict)
            + (paternal > 0 ? PaternalConflict : 0)
            + (sums.HasInitialQuery && sums.HasInitialListed ? InitialConflict : 0)
            + (extraQuery * (ofQuery + lone))
            + (extraListed * (lastIsPrefix ? ofListed : ofListed + lone));
        var score = total > 0 ? sums.Matched / total : 0;
        if (score > 0 && IsReordered(query, listed, partners))
            score *= Reordered;
        var (own, listedOwn) = (OwnName(query), OwnName(listed));
        if (own >= 0 && listedOwn >= 0 && partners[own] < 0 && (taken & (1u << listedOwn)) == 0)
            score *= OtherOwnName;
        return new NameScore(score, sums.Rarity, taken);
    }

    /// <summary>Step 1. At eight tokens a side the greedy pairing and the optimal one rarely differ.</summary>
    private static uint Pair(
        ComparedName query,
        ComparedName listed,
        ReadOnlySpan<TokenMatch> matrix,
        Span<sbyte> partners,
        Span<float> similarities)
    {
        var taken = 0u;
        while (true)
        {
            var (best, query1, listed1) = (0f, 0, 0);
            for (var i = 0; i < query.Length; i++)
            {
                if (partners[i] >= 0)
                    continue;
                for (var j = 0; j < listed.Length; j++)
                {
                    var similarity = matrix[(i * listed.Length) + j].Similarity;
                    if (similarity <= best || (taken & (1u << j)) != 0)
                        continue;
                    if (IsCross(query[i].Field, listed[j].Field))
                        similarity *= CrossField;
                    if (similarity > best)
                        (best, query1, listed1) = (similarity, i, j);
                }
            }

            if (best == 0)
                return taken;
            partners[query1] = (sbyte)listed1;
            similarities[query1] = best;
            taken |= 1u << listed1;
        }
    }

    private static bool IsCross(NameField left, NameField right) =>
        left != right && left != NameField.Unknown && right != NameField.Unknown;

    /// <summary>Step 2: two tokens of the traveller that the list writes as one.</summary>
    private static uint JoinQuery(
        ComparedName query,
        ComparedName listed,
        uint taken,
        Span<sbyte> partners,
        Span<float> similarities)
    {
        for (var i = 0; i < query.Length && query.Length > 1; i++)
        {
            // The last and the first too: a surname stands first here and last in speech.
            var next = (i + 1) % query.Length;
            if (partners[i] >= 0 && partners[next] >= 0)
                continue;
            for (var j = 0; j < listed.Length; j++)
            {
                // Only what is free, or what already holds one of the two by a weaker rule.
                var holder = partners[i] == j ? i : partners[next] == j ? next : -1;
                var isFree = partners[i] < 0 && partners[next] < 0 ? (taken & (1u << j)) == 0 : holder >= 0;
                if (!isFree)
                    continue;
                var similarity = Join(query.Text(i), query.Text(next), listed.Text(j));
                if (similarity < JoinedMin || (holder >= 0 && similarities[holder] >= similarity))
                    continue;
                partners[i] = partners[next] = (sbyte)j;
                similarities[i] = similarities[next] = similarity;
                taken |= 1u << j;
                break;
            }
        }

        return taken;
    }

    /// <summary>Step 2: two listed tokens that the traveller writes as one.</summary>
    private static uint JoinListed(
        ComparedName query,
        ComparedName listed,
        uint taken,
        Span<sbyte> partners,
        Span<float> similarities)
    {
        for (var j = 0; j < listed.Length && listed.Length > 1; j++)
        {
            var next = (j + 1) % listed.Length;
            var both = (1u << j) | (1u << next);
            if ((taken & both) == both)
                continue;
            for (var i = 0; i < query.Length; i++)
            {
                var isFree = (taken & both) == 0 ? partners[i] < 0 : partners[i] == j || partners[i] == next;
                if (!isFree)
                    continue;
                var similarity = Join(listed.Text(j), listed.Text(next), query.Text(i));
                if (similarity < JoinedMin || (partners[i] >= 0 && similarities[i] >= similarity))
                    continue;
                partners[i] = (sbyte)j;
                similarities[i] = similarity;
                taken |= both;
                break;
            }
        }

        return taken;
    }

    private static float Join(ReadOnlySpan<char> first, ReadOnlySpan<char> second, ReadOnlySpan<char> whole)
    {
        var length = first.Length + second.Length;
        if (length is < 5 or > TokenSimilarity.LengthMax || Math.Abs(length - whole.Length) > 2)
            return 0;
        Span<char> text = stackalloc char[TokenSimilarity.LengthMax];
        first.CopyTo(text);
        second.CopyTo(text[first.Length..]);
        return TokenSimilarity.Compare(text[..length], whole, false).Similarity * Joining;
    }

    /// <summary>Step 3.</summary>
    private static Sums Sum(
        ComparedName query,
        ComparedName listed,
        uint taken,
        ReadOnlySpan<sbyte> partners,
        ReadOnlySpan<float> similarities)
    {
        var sums = default(Sums);
        Span<int> bearer = stackalloc int[TokensMax];
        bearer.Fill(-1);
        for (var i = 0; i < query.Length; i++)
        {
            if (partners[i] >= 0)
            {
                bearer[partners[i]] = i;
                continue;
            }

            var weight = query[i].Weight * query[i].Factor;
            sums.HasInitialQuery |= (query[i].Traits & TokenTraits.Initial) != 0;
            if ((query[i].Traits & TokenTraits.Patronymic) != 0)
                sums.PaternalQuery += weight;
            else
                sums.ExtraQuery += weight;
        }

        for (var j = 0; j < listed.Length; j++)
        {
            var (factor, rarity) = (listed[j].Factor, listed[j].Weight);
            var weight = rarity * factor;
            if (bearer[j] >= 0)
            {
                var i = bearer[j];
                if ((query[i].Traits & TokenTraits.Initial) != 0)
                    weight *= InitialShare;
                else if (factor >= SubstantialFactor)
                    sums.Count++;
                sums.Matched += weight * Effective(similarities[i]);
                sums.Total += weight;
                sums.Rarity += rarity * similarities[i];
            }
            else if ((taken & (1u << j)) != 0)
            {
                // The second half of a token that the traveller writes as one: its first half has been weighed.
                sums.Count++;
            }
            else if ((listed[j].Traits & TokenTraits.Patronymic) != 0)
            {
                sums.PaternalListed += weight;
            }
            else
            {
                sums.HasInitialListed |= (listed[j].Traits & TokenTraits.Initial) != 0;
                sums.ExtraListed += weight;
            }
        }

        return sums;
    }

    private static float Effective(float similarity) =>
        similarity >= Doubt ? similarity : Math.Max(0, Doubt - ((Doubt - similarity) * DoubtSlope));

    private static bool IsReordered(ComparedName query, ComparedName listed, ReadOnlySpan<sbyte> partners)
    {
        if (query.Length < 3 || listed.Length < 3)
            return false;
        var last = -1;
        // The first is left out: it is where surname and given names are exchanged as a whole.
        for (var i = 1; i < query.Length; i++)
        {
            if (partners[i] < 1 || query[i].Length > ShortMax || listed[partners[i]].Length > ShortMax)
                continue;
            if (partners[i] < last)
                return true;
            last = partners[i];
        }

        return false;
    }

    /// <summary>True for the names of China and Korea, which are nothing but syllables.</summary>
    private static bool AreSyllables(ComparedName name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if ((name[i].Traits & TokenTraits.Syllable) == 0)
                return false;
        }

        return true;
    }

    /// <summary>The first given name; where fields are unknown, the first name; -1 when that is an initial or there is none.</summary>
    private static int OwnName(ComparedName name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i].Field != NameField.Surname && (name[i].Traits & TokenTraits.Particle) == 0)
                return (name[i].Traits & TokenTraits.Initial) == 0 ? i : -1;
        }

        return -1;
    }

    private struct Sums
    {
        internal float Matched;
        internal float Total;
        internal float Rarity;
        internal float ExtraQuery;
        internal float ExtraListed;
        internal float PaternalQuery;
        internal float PaternalListed;
        internal bool HasInitialQuery;
        internal bool HasInitialListed;

        /// <summary>Pairs of names that are more than initials and particles.</summary>
        internal int Count;
    }

    /// <summary>Fills the matrix, scores with the weights of tokens that no list knows, and says which tokens were paired by which rule.</summary>
    /// <param name="query">The traveller's tokens, at most <see cref="NamePreparation.TokensMax"/>.</param>
    /// <param name="lastIsPrefix">The last of them may be cut off.</param>
    /// <param name="listed">The listed tokens, at most <see cref="NamePreparation.TokensMax"/>.</param>
    public static NameExplanation Explain(ReadOnlySpan<NameToken> query, bool lastIsPrefix, ReadOnlySpan<NameToken> listed)
    {
        var queryName = ComparedName.Of(query, new ComparedToken[query.Length], new char[ComparedName.LettersIn(query)]);
        var listedName = ComparedName.Of(listed, new ComparedToken[listed.Length], new char[ComparedName.LettersIn(listed)]);
        var matrix = new TokenMatch[query.Length * listed.Length];
        FillMatrix(queryName, lastIsPrefix, listedName, matrix);
        var partners = new sbyte[query.Length];
        var score = Score(queryName, lastIsPrefix, listedName, matrix, partners);
        var pairs = ImmutableArray.CreateBuilder<TokenPair>();
        for (var i = 0; i < query.Length; i++)
            pairs.Add(Explain(query, i, listed, matrix, partners));
        for (var j = 0; j < listed.Length; j++)
        {
            if (partners.AsSpan().Contains((sbyte)j))
                continue;
            var isJoined = (score.ListedPaired & (1u << j)) != 0;
            pairs.Add(isJoined
                ? new TokenPair("", listed[j].Text, TokenRule.Joined.Words(), Joining)
                : new TokenPair("", listed[j].Text, "only on the list", 0));
        }

        pairs.Sort(static (left, right) => left.Similarity.CompareTo(right.Similarity));
        return new NameExplanation(score, pairs.ToImmutable());
    }

    private static TokenPair Explain(
        ReadOnlySpan<NameToken> query, int index, ReadOnlySpan<NameToken> listed, TokenMatch[] matrix, sbyte[] partners)
    {
        if (partners[index] < 0)
            return new TokenPair(query[index].Text, "", "only in the document", 0);
        var match = matrix[(index * listed.Length) + partners[index]];
        var partner = listed[partners[index]].Text;
        // The matrix knows single tokens; what it does not know as a pair has been joined.
        return match.Rule == TokenRule.None
            ? new TokenPair(query[index].Text, partner, TokenRule.Joined.Words(), Joining)
            : new TokenPair(query[index].Text, partner, match.Rule.Words(), match.Similarity);
    }

    /// <summary>
    /// Compares the tokens of one name with those of the other, but for those that are settled: two equal ones in the same field are
    /// partners whatever else they are like, since nothing is above them (<see cref="Pair"/> and the joining look at them no more).
    /// </summary>
    public static void FillMatrix(ComparedName query, bool lastIsPrefix, ComparedName listed, Span<TokenMatch> matrix)
    {
        matrix[..(query.Length * listed.Length)].Clear();
        var (rows, columns) = (0u, 0u);
        for (var i = 0; i < query.Length; i++)
        {
            for (var j = 0; j < listed.Length; j++)
            {
                if ((columns & (1u << j)) != 0 || IsCross(query[i].Field, listed[j].Field) || !query.Text(i).SequenceEqual(listed.Text(j)))
                    continue;
                matrix[(i * listed.Length) + j] = new TokenMatch(1, TokenRule.Equal);
                (rows, columns) = (rows | (1u << i), columns | (1u << j));
                break;
            }
        }

        for (var i = 0; i < query.Length; i++)
        {
            for (var j = 0; j < listed.Length && (rows & (1u << i)) == 0; j++)
            {
                if ((columns & (1u << j)) == 0)
                    matrix[(i * listed.Length) + j] = TokenSimilarity.Compare(query.Text(i), listed.Text(j), lastIsPrefix && i == query.Length - 1);
            }
        }
    }
}
