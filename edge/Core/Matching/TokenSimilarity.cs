namespace EdgeCheckpoint.Matching;

/// <summary>Compares two folded tokens and says by which rule they are alike.</summary>
public static class TokenSimilarity
{
    /// <summary>Below this two tokens are not partners.</summary>
    public const double Floor = 0.7;

    /// <summary>Similarity of two tokens.</summary>
    /// <param name="queryToken">Folded token of the traveller.</param>
    /// <param name="listedToken">Folded token of the list.</param>
    /// <param name="queryIsPrefix">The traveller's token may be cut off (a full MRZ name field).</param>
    /// <param name="rule">The rule that fitted; empty when none did.</param>
    /// <returns>0 (no partners) or <see cref="Floor"/> to 1.</returns>
    public static double Compare(KeyedToken queryToken, KeyedToken listedToken, bool queryIsPrefix, out string rule)
    {
        var (query, listed) = (queryToken.Text, listedToken.Text);
        if (query == listed)
            return Found("equal", 1.0, out rule);
        if (queryIsPrefix && query.Length >= 2 && listed.StartsWith(query, StringComparison.Ordinal))
            return Found("cut off in the document", 0.97, out rule);
        if (query.Length == 1 || listed.Length == 1)
            return query[0] == listed[0] ? Found("initial", 0.75, out rule) : Found("", 0, out rule);
        var distance = EditDistance(query, listed);
        var longer = Math.Max(query.Length, listed.Length);
        if (distance == 1 && longer >= 4)
            return Found("one letter differs", longer >= 6 ? 0.92 : 0.87, out rule);
        if (queryToken.Key == listedToken.Key && Math.Min(query.Length, listed.Length) >= 3)
            return Found("same sound", 0.88, out rule);
        if (distance == 2 && longer >= 7)
            return Found("two letters differ", longer >= 9 ? 0.84 : 0.78, out rule);
        return Found("", 0, out rule);
    }

    /// <summary>Letters to change, add, leave out or exchange with a neighbour (optimal string alignment), at most 3.</summary>
    public static int EditDistance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        const int Far = 3;
        if (Math.Abs(left.Length - right.Length) >= Far || left.Length > 64 || right.Length > 64)
            return Far;
        Span<int> beforeLast = stackalloc int[right.Length + 1];
        Span<int> last = stackalloc int[right.Length + 1];
        Span<int> row = stackalloc int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            last.CopyTo(beforeLast);
            row.CopyTo(last);
        }

        return Math.Min(last[right.Length], Far);
    }

    private static double Found(string name, double similarity, out string rule)
    {
        rule = name;
        return similarity;
    }
}
