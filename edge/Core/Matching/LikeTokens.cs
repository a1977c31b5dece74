using System.Collections.Concurrent;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// Which listed tokens are like a listed token, remembered from search to search: nine of ten parts of travellers' names are
/// names that many bear. Only tokens of many listed names are kept, so that memory holds nothing a person could be told by.
/// </summary>
/// <remarks>Safe for parallel use. Bounded; what does not fit is looked up again each time.</remarks>
internal sealed class LikeTokens
{
    /// <summary>A token in fewer names is looked up each time.</summary>
    internal const int NamesMin = 16;

    /// <summary>Remembered in all, 12 bytes each.</summary>
    private const int CountMax = 500_000;

    private readonly ConcurrentDictionary<int, (int Token, TokenMatch Match)[]> _like = [];
    private int _count;

    /// <summary>Nothing more is remembered.</summary>
    internal bool IsFull => Volatile.Read(ref _count) >= CountMax;

    /// <summary>What was remembered for a token; false when nothing was.</summary>
    internal bool TryGet(int token, out ReadOnlySpan<(int Token, TokenMatch Match)> like)
    {
        var isKnown = _like.TryGetValue(token, out var known);
        like = known;
        return isKnown;
    }

    /// <summary>Remembers what was found for a token, when enough names have it.</summary>
    internal void Offer(int token, int postingCount, ReadOnlySpan<(int Token, TokenMatch Match)> like)
    {
        if (postingCount >= NamesMin && Volatile.Read(ref _count) + like.Length <= CountMax && _like.TryAdd(token, like.ToArray()))
            Interlocked.Add(ref _count, like.Length);
    }
}
