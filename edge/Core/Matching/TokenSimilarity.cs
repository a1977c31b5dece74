using System.Numerics;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Matching;

/// <summary>Compares two folded tokens by the rules of <see cref="TokenRule"/>.</summary>
/// <remarks>A pure function of the two texts: no state, no allocation, safe in parallel.</remarks>
public static class TokenSimilarity
{
    /// <summary>Below this two tokens are not partners.</summary>
    public const float Floor = 0.5f;

    /// <summary>Longer tokens are compared for equality only.</summary>
    public const int LengthMax = SoundKey.LengthMax;

    private const float CutOff = 0.97f;

    /// <summary>One or two letters are the beginning of too many names.</summary>
    private const float CutOffShort = 0.85f;
    private const float Initial = 0.8f;
    private const float Variant = 0.95f;
    private const float ShortForm = 0.85f;
    private const float GluedParticle = 0.93f;

    /// <summary>One name in Russian, Ukrainian and Belarusian: all of its vowels may differ.</summary>
    private const float Slavic = 0.9f;

    /// <summary>SABURI and SABURINEZHAD: a family name often gains or loses its ending, but most such pairs are two names.</summary>
    private const float Beginning = 0.65f;
    private const int BeginningMin = 5;

    /// <summary>
    /// What a share of the letters costs: one of five leaves 0.74, one of nine 0.86. From the labelled pairs, where 1.2 to 1.6
    /// do equally well.
    /// </summary>
    private const float Slope = 1.3f;

    /// <summary>The same when the consonants agree, so that only the writing of vowels differs.</summary>
    private const float SoundSlope = 0.9f;
    private const int Far = int.MaxValue;

    /// <summary>Letters, and one more, that are left to align when like beginnings and ends are taken off.</summary>
    private const int WidthUsual = 8;

    /// <summary>Letters of nearly all tokens.</summary>
    private const int LengthUsual = 16;

    /// <summary>Similarity of two tokens; symmetric but for <paramref name="queryIsPrefix"/>.</summary>
    /// <param name="query">Folded token of the traveller.</param>
    /// <param name="listed">Folded token of the list.</param>
    /// <param name="queryIsPrefix">The traveller's token may be cut off (a full MRZ name field).</param>
    public static TokenMatch Compare(ReadOnlySpan<char> query, ReadOnlySpan<char> listed, bool queryIsPrefix)
    {
        if (query.SequenceEqual(listed))
            return new TokenMatch(1, TokenRule.Equal);
        if (query.IsEmpty || listed.IsEmpty || query.Length > LengthMax || listed.Length > LengthMax)
            return default;
        if (queryIsPrefix && listed.StartsWith(query))
            return new TokenMatch(query.Length >= 3 ? CutOff : CutOffShort, TokenRule.CutOff);
        if ((query.Length == 1 || listed.Length == 1) && query[0] == listed[0])
            return new TokenMatch(Initial, TokenRule.Initial);
        var queryGroups = NameGroups.Of(query);
        if (queryGroups.IsEmpty)
            return BySpelling(query, listed);
        var listedGroups = NameGroups.Of(listed);
        if (listedGroups.IsEmpty)
            return BySpelling(query, listed);
        return NameGroups.Relate(queryGroups, listedGroups) switch
        {
            GroupRelation.Spelling => new TokenMatch(Variant, TokenRule.Variant),
            GroupRelation.ShortForm => new TokenMatch(ShortForm, TokenRule.Nickname),
            GroupRelation.OtherName => default,
            _ => BySpelling(query, listed),
        };
    }

    private static TokenMatch BySpelling(ReadOnlySpan<char> query, ReadOnlySpan<char> listed)
    {
        if (query.Length == 1 || listed.Length == 1)
            return default;
        var shorter = query.Length < listed.Length ? query : listed;
        var longer = query.Length < listed.Length ? listed : query;
        // The cheap question first: most pairs end here and in the letter masks below.
        if (longer.EndsWith(shorter) && longer.Length - shorter.Length == GluedPrefix.LengthIn(longer))
            return new TokenMatch(GluedParticle, TokenRule.Joined);
        var best = ByCost(shorter, longer);
        if (best.Similarity < GluedParticle && WithoutArticle(shorter, longer) is { Rule: TokenRule.Joined } joined && joined.Similarity > best.Similarity)
            best = joined;
        if (best.Similarity < Beginning && shorter.Length >= BeginningMin && longer.StartsWith(shorter))
            best = new TokenMatch(Beginning, TokenRule.Joined);
        if (best.Similarity < ShortForm && IsHonoured(longer, shorter))
            best = new TokenMatch(ShortForm, TokenRule.Nickname);
        if (best.Similarity < Slavic && SlavicKey.AreAlike(shorter, longer))
            best = new TokenMatch(Slavic, TokenRule.SameSound);
        if (best.Similarity > Beginning && IsFamilyOf(longer, shorter))
            best = new TokenMatch(Beginning, TokenRule.Joined);
        // A father's name is not the family name that is made of the same given name: VASILEVICH and VASILEV.
        if (best.Similarity > 0 && (IsFatherOf(longer, shorter) || IsFatherOf(shorter, longer)))
            return default;
        return best;
    }

    /// <summary>What follows an article or ABD that only the longer token has: ALTAVEK and TAVIK, ABDSAMAD and SAMAD.</summary>
    private static TokenMatch WithoutArticle(ReadOnlySpan<char> shorter, ReadOnlySpan<char> longer)
    {
        var article = GluedPrefix.ArticleLengthIn(longer);
        if (article == 0 || longer.Length - article - shorter.Length is < -2 or > 2 || shorter.StartsWith(longer[..article]))
            return default;
        var similarity = Compare(longer[article..], shorter, false).Similarity * GluedParticle;
        return similarity < Floor ? default : new TokenMatch(similarity, TokenRule.Joined);
    }

    /// <summary>NASIRDIN, whom people call NASIR.</summary>
    private static bool IsHonoured(ReadOnlySpan<char> longer, ReadOnlySpan<char> shorter) =>
        longer.Length > GluedPrefix.RestMin + TokenGluing.Faith.Length - 1
        && longer.EndsWith(TokenGluing.Faith)
        && !shorter.EndsWith(TokenGluing.Faith)
        && Compare(longer[..^TokenGluing.Faith.Length], shorter, false).Similarity >= ShortForm;

    /// <summary>One is a father's name and the other is none, nor one that lost its last letters.</summary>
    private static bool IsFatherOf(ReadOnlySpan<char> father, ReadOnlySpan<char> other) =>
        other[^1] is not ('C' or 'H' or 'Z' or 'A') && NameWords.EndsAsPatronymic(father) && !NameWords.EndsAsPatronymic(other);

    /// <summary>A known given name with the ending that makes a family's or a tribe's name of it: SULTAN and SULTANI.</summary>
    private static bool IsFamilyOf(ReadOnlySpan<char> family, ReadOnlySpan<char> given) =>
        family[^1] == 'I' && given[^1] is not ('I' or 'Y' or 'E') && !NameGroups.Of(family[..^1]).IsEmpty;

    private static TokenMatch ByCost(ReadOnlySpan<char> shorter, ReadOnlySpan<char> longer)
    {
        var cost = Cost(shorter, longer, Budget(shorter.Length, longer.Length));
        if (cost == Far)
            return default;
        var share = (float)cost / (LetterCosts.Letter * (longer.Length - SharedEnding(shorter, longer) - SharedOpening(shorter, longer)));
        if (shorter.Length >= 3 && SameSound(shorter, longer))
            return new TokenMatch(Math.Max(1 - (SoundSlope * share), Floor), TokenRule.SameSound);
        var similarity = 1 - (Slope * share);
        if (similarity < Floor)
            return default;
        return new TokenMatch(similarity, cost switch
        {
            <= LetterCosts.Confusable => TokenRule.Confusable,
            <= LetterCosts.Letter + LetterCosts.FirstLetter => TokenRule.OneLetter,
            _ => TokenRule.TwoLetters,
        });
    }

    /// <summary>
    /// Letters at the end that both owe to their language, not to their bearer: two names in -OVA are no more alike for it.
    /// </summary>
    private static int SharedEnding(ReadOnlySpan<char> shorter, ReadOnlySpan<char> longer) =>
        Math.Min(NameWords.CommonEndingLength(shorter), NameWords.CommonEndingLength(longer));

    /// <summary>The same at the beginning: what follows ABD and ABU is the name.</summary>
    private static int SharedOpening(ReadOnlySpan<char> shorter, ReadOnlySpan<char> longer) =>
        shorter.Length > 5 && shorter[0] == 'A' && shorter[1] == 'B' && shorter[2] is 'D' or 'U' && longer[..3].SequenceEqual(shorter[..3]) ? 3 : 0;

    /// <summary>
    /// Cost that two tokens may have, in tenths of a letter: nothing but a doubled letter below three, since LI and LU are two
    /// names; two exchanged or a vowel at three (KIM and KIN are two as well); then somewhat less than half of the letters.
    /// </summary>
    private static int Budget(int shorter, int longer) =>
        shorter <= 2 ? LetterCosts.Doubling : longer == 3 ? LetterCosts.Transposition : Math.Min(LetterCosts.Letter * 4, longer * LetterCosts.Letter * 9 / 20);

    private static bool SameSound(ReadOnlySpan<char> query, ReadOnlySpan<char> listed)
    {
        // X is written as two letters. Room of the usual size is a quarter of the longest, all of which would be cleared first.
        var size = Math.Max(query.Length, listed.Length) <= LengthUsual ? LengthUsual * 2 : LengthMax * 2;
        var room = size == LengthUsual * 2 ? stackalloc char[LengthUsual * 4] : stackalloc char[LengthMax * 4];
        var left = room[..size];
        var right = room[size..];
        var length = SoundKey.Write(query, left);
        return length >= 2 && length == SoundKey.Write(listed, right) && left[..length].SequenceEqual(right[..length]);
    }

    /// <summary>
    /// Weighted distance with transpositions (optimal string alignment); <see cref="Far"/> when it exceeds the budget.
    /// </summary>
    private static int Cost(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int budget)
    {
        if ((right.Length - left.Length) * LetterCosts.Doubling > budget)
            return Far;
        // Every letter that only one side has costs something: a bound that refuses most pairs.
        var (leftMask, rightMask) = (Mask(left), Mask(right));
        if (LeastCost(leftMask & ~rightMask) > budget || LeastCost(rightMask & ~leftMask) > budget)
            return Far;
        // What both begin and end with costs nothing in the best alignment; most of two like tokens is that.
        var begins = left.CommonPrefixLength(right);
        var ends = 0;
        while (ends < left.Length - begins && ends < right.Length - begins && left[^(ends + 1)] == right[^(ends + 1)])
            ends++;
        var (leftCount, rightCount) = (left.Length - begins - ends, right.Length - begins - ends);
        var few = leftCount == 0 ? Omissions(right, begins, rightCount) : (leftCount, rightCount) == (1, 1) ? OneOther(left, right, begins) : -1;
        if (few >= 0)
            return few <= budget ? few : Far;
        return Align(left, right, begins, leftCount, rightCount, budget);
    }

    /// <summary>The same for what lies between like beginnings and ends.</summary>
    private static int Align(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int begins, int leftCount, int rightCount, int budget)
    {
        var width = rightCount + 1;
        // Mostly few letters remain, and room of a fixed size costs less than half.
        var room = width <= WidthUsual ? stackalloc int[4 * WidthUsual] : stackalloc int[4 * width];
        var omitRight = room[..width];
        var beforeLast = room.Slice(width, width);
        var last = room.Slice(2 * width, width);
        var row = room.Slice(3 * width, width);
        var letters = right.Slice(begins, rightCount);
        // Some hundreds for the longest tokens: nothing that could overflow.
        unchecked
        {
            last[0] = 0;
            for (var j = 0; j < letters.Length; j++)
            {
                omitRight[j] = Omission(right, begins + j);
                last[j + 1] = last[j] + omitRight[j];
            }

            for (var i = 0; i < leftCount; i++)
            {
                var letter = left[begins + i];
                var omitLeft = Omission(left, begins + i);
                var substitutions = LetterCosts.SubstitutionsOf(letter);
                var before = i > 0 ? left[begins + i - 1] : '\0';
                var cost = last[0] + omitLeft;
                var least = cost;
                row[0] = cost;
                for (var j = 0; j < letters.Length; j++)
                {
                    int substitution = substitutions[LetterCosts.Index(letters[j])];
                    if (begins == 0 && i == 0 && j == 0 && substitution >= LetterCosts.Vowel)
                        substitution += LetterCosts.FirstLetter;
                    cost = Math.Min(last[j] + substitution, Math.Min(cost + omitRight[j], last[j + 1] + omitLeft));
                    if (j > 0 && before == letters[j] && letter == letters[j - 1])
                        cost = Math.Min(cost, beforeLast[j - 1] + LetterCosts.Transposition);
                    row[j + 1] = cost;
                    least = Math.Min(least, cost);
                }

                // A transposition reaches back one row further, so the row before must be beyond the budget as well.
                if (least > budget && Least(last) > budget)
                    return Far;
                var spare = beforeLast;
                beforeLast = last;
                last = row;
                row = spare;
            }
        }

        return last[rightCount] <= budget ? last[rightCount] : Far;
    }

    private static int Least(ReadOnlySpan<int> row)
    {
        var least = row[0];
        foreach (var cost in row)
            least = Math.Min(least, cost);
        return least;
    }

    /// <summary>One letter stands for another.</summary>
    private static int OneOther(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int at)
    {
        int substitution = LetterCosts.SubstitutionsOf(left[at])[LetterCosts.Index(right[at])];
        if (at == 0 && substitution >= LetterCosts.Vowel)
            substitution += LetterCosts.FirstLetter;
        return Math.Min(substitution, Omission(left, at) + Omission(right, at));
    }

    private static int Omissions(ReadOnlySpan<char> word, int from, int count)
    {
        var cost = 0;
        for (var at = from; at < from + count; at++)
            cost += Omission(word, at);
        return cost;
    }

    private static int Omission(ReadOnlySpan<char> word, int at) =>
        LetterCosts.Omit(word[at], at > 0 ? word[at - 1] : '\0', at + 1 < word.Length ? word[at + 1] : '\0');

    private static int LeastCost(uint letters)
    {
        var cost = 0;
        for (; letters != 0; letters &= letters - 1)
            cost += LetterCosts.LeastOf(BitOperations.TrailingZeroCount(letters));
        return cost;
    }

    /// <summary>A bit for each letter that a word has, by its place in the alphabet; the lowest for any digit.</summary>
    private static uint Mask(ReadOnlySpan<char> word)
    {
        var mask = 0u;
        foreach (var letter in word)
            mask |= letter >= 'A' ? 1u << (letter & 31) : 1u;
        return mask;
    }
}
