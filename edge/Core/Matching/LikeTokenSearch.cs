using System.Text;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>Finds the listed tokens that are like one of the traveller's.</summary>
internal readonly ref struct LikeTokenSearch(PackageIndex index, LikeTokens remembered, SearchScratch scratch)
{
    /// <summary>Letters of a token that is looked at.</summary>
    internal const int TextMax = 64;

    /// <summary>Listed tokens that begin like a cut-off one.</summary>
    private const int ContinuationsMax = 1_024;

    private readonly PackageIndex _index = index;
    private readonly LikeTokens _remembered = remembered;
    private readonly SearchScratch _scratch = scratch;

    /// <summary>Listed tokens, and how they are like it; valid until the next is looked up.</summary>
    /// <param name="text">Folded token of the traveller.</param>
    /// <param name="isPrefix">It may be cut off.</param>
    internal ReadOnlySpan<(int Token, TokenMatch Match)> Find(string text, bool isPrefix)
    {
        var itself = isPrefix ? -1 : _index.Find(text);
        if (itself >= 0 && _remembered.TryGet(itself, out var like))
            return like;
        _scratch.BeginRound();
        if (isPrefix)
            FindContinuations(text);
        FindSpelledLike(text);
        FindSoundingLike(text);
        like = _scratch.Found.AsSpan(0, _scratch.FoundCount);
        if (itself >= 0)
            _remembered.Offer(itself, _index.PostingCount(itself), like);
        return like;
    }

    /// <summary>Letters of a listed token; false when they do not fit.</summary>
    internal bool TryRead(int listed, Span<char> text, out int length)
    {
        var bytes = _index.Text(listed);
        length = bytes.Length;
        if (length > text.Length)
            return false;
        Ascii.ToUtf16(bytes, text, out _);
        return true;
    }

    /// <summary>Tokens that share a rest without a letter or two.</summary>
    private void FindSpelledLike(string text)
    {
        Span<uint> hashes = stackalloc uint[TokenDeletions.CountMax];
        Span<Range> buckets = stackalloc Range[TokenDeletions.CountMax];
        var count = TokenDeletions.Write(text, hashes);
        _index.Deletions.Find(hashes[..count], buckets);
        var distance = new TokenDistance(text, _scratch.LetterPlaces);
        var limit = text.Length < TokenDeletions.OneLetterFrom ? 0 : text.Length < TokenDeletions.TwoLettersFrom ? 1 : 2;
        var met = 0;
        for (var i = 0; i < count; i++)
        {
            foreach (var entry in _index.Deletions.Bucket(buckets[i]))
            {
                if (!TokenTable.IsMatch(entry, hashes[i]) || !TokenTable.MayBeNear(entry, text.Length, limit))
                    continue;
                var listed = TokenTable.Ordinal(entry);
                if (_scratch.Rounds[listed] >= _scratch.Round)
                    continue;
                _scratch.Rounds[listed] = _scratch.Round;
                _scratch.Met[met++] = listed;
                if (met < _scratch.Met.Length)
                    continue;
                CompareNear(text, distance, limit, met);
                met = 0;
            }
        }

        CompareNear(text, distance, limit, met);
        distance.Clear();
    }

    /// <summary>Those of the tokens that were met which differ by few letters; their texts lie far apart, so that reading many at once overlaps.</summary>
    private void CompareNear(string text, TokenDistance distance, int limit, int met)
    {
        foreach (var listed in _scratch.Met.AsSpan(0, met))
        {
            if (distance.To(_index.Text(listed), limit) <= limit)
                Compare(text, listed, isPrefix: false);
        }
    }

    /// <summary>Tokens that share a sound or a nickname.</summary>
    private void FindSoundingLike(string text)
    {
        Span<uint> keys = stackalloc uint[TokenKeys.CountMax];
        var count = TokenKeys.Write(text, keys);
        foreach (var key in keys[..count])
        {
            var hash = TokenDeletions.Mix(key);
            foreach (var entry in _index.Keys.Bucket(hash))
            {
                if (TokenTable.IsMatch(entry, hash))
                    Compare(text, TokenTable.Ordinal(entry), isPrefix: false);
            }
        }
    }

    /// <summary>Tokens that go on where this one is cut off.</summary>
    private void FindContinuations(string text)
    {
        var listed = _index.FindFrom(text);
        for (var end = Math.Min(_index.TokenCount, listed + ContinuationsMax); listed < end && _index.Text(listed).Length >= text.Length; listed++)
        {
            if (WatchlistPackage.CompareText(_index.Text(listed)[..text.Length], text) != 0)
                return;
            Compare(text, listed, isPrefix: true);
        }
    }

    /// <summary>Compares by the rules, once, and keeps the token when they pair it.</summary>
    private void Compare(string text, int listed, bool isPrefix)
    {
        ref var round = ref _scratch.Rounds[listed];
        if (round == _scratch.Round + 1)
            return;
        round = _scratch.Round + 1;
        var letters = _scratch.TokenLetters;
        if (_scratch.FoundCount == _scratch.Found.Length || !TryRead(listed, letters, out var length))
            return;
        var match = TokenSimilarity.Compare(text, letters.AsSpan(0, length), isPrefix);
        if (match.Similarity > 0)
            _scratch.Found[_scratch.FoundCount++] = (listed, match);
    }
}
