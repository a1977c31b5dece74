using System.Numerics;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>The similarities of a traveller's tokens with listed ones, each computed once in a search.</summary>
internal readonly ref struct SimilarityColumns(SearchScratch scratch, ComparedName query, bool lastIsPrefix)
{
    private readonly SearchScratch _scratch = scratch;
    private readonly ComparedName _query = query;
    private readonly bool _lastIsPrefix = lastIsPrefix;

    /// <summary>
    /// Similarities of the traveller's tokens with those of a name, as <see cref="NameComparer.FillMatrix"/> has them, from what
    /// the search knows. What it did not find can only be an initial, a beginning, or more mistaken letters than it looks for.
    /// </summary>
    internal void FillMatrix(ReadOnlySpan<uint> packed, ComparedName listed, Span<TokenMatch> matrix)
    {
        for (var j = 0; j < listed.Length; j++)
        {
            var column = Column(NameSlots.Ordinal(packed[j]), listed.Text(j));
            for (var i = 0; i < column.Length; i++)
                matrix[(i * listed.Length) + j] = column[i];
        }
    }

    /// <summary>Similarities of all of the traveller's tokens with a listed one; namesakes share most of theirs.</summary>
    private ReadOnlySpan<TokenMatch> Column(int token, ReadOnlySpan<char> text)
    {
        var at = token % SearchScratch.ColumnsMax;
        var column = _scratch.Columns.AsSpan(at * NamePreparation.TokensMax, _query.Length);
        if (_scratch.ColumnTokens[at] == token + 1)
            return column;
        _scratch.ColumnTokens[at] = token + 1;
        var place = _scratch.Places[token];
        var partners = place == 0 || _scratch.Like[place - 1].IsJoined ? 0 : _scratch.Like[place - 1].Partners;
        for (var i = 0; i < column.Length; i++)
        {
            if (partners == 1 << i)
                column[i] = _scratch.Like[place - 1].Match;
            else if ((partners & (1 << i)) != 0 || MayBeLike(_query.Text(i), text))
                column[i] = TokenSimilarity.Compare(_query.Text(i), text, _lastIsPrefix && i == _query.Length - 1);
            else
                column[i] = default;
        }

        return column;
    }

    /// <summary>The same first letter, or not more than two letters on either side that the other one lacks.</summary>
    private static bool MayBeLike(ReadOnlySpan<char> query, ReadOnlySpan<char> listed)
    {
        if (query[0] == listed[0])
            return true;
        var (left, right) = (0u, 0u);
        foreach (var letter in query)
            left |= 1u << (letter & 31);
        foreach (var letter in listed)
            right |= 1u << (letter & 31);
        return BitOperations.PopCount(left & ~right) <= 2 && BitOperations.PopCount(right & ~left) <= 2;
    }
}
