using System.Diagnostics.CodeAnalysis;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// The names of the commonest tokens of a run as bits, made once: merging bits is a hundred times quicker than unpacking the
/// names of MUHAMMAD for every traveller.
/// </summary>
internal sealed class CommonTokens
{
    /// <summary>A token in one name of so many is common enough to be made into bits when a list is opened.</summary>
    private const int Share = 200;

    /// <summary>The same for those that are made later, when nobody waits.</summary>
    private const int ShareLater = 1_000;

    /// <summary>Small lists are quick without.</summary>
    private const int NamesMin = 1_000;

    /// <summary>Memory for the bits of one list at most, in bytes: of 64 tokens of five million names.</summary>
    private const int BytesMax = 40_000_000;

    /// <summary>Merging 512 names costs as much as marking one (measured).</summary>
    private const int NamesPerMark = 512;

    /// <summary>Names between two places from which reading a token can go on: reading them takes as long as finding the place.</summary>
    private const int NamesPerPlace = 256;

    private readonly int _nameCount;
    private volatile Dictionary<int, ulong[]> _names = [];
    private volatile Dictionary<int, PostingPlace[]> _places = [];

    internal CommonTokens(PackageIndex index)
    {
        _nameCount = index.NameCount;
        Doubled = DoubledIn(index);
        AddThose(index, Share, CancellationToken.None);
    }

    /// <summary>Makes bits of more tokens, the commonest first; searches may go on meanwhile.</summary>
    internal void AddMore(PackageIndex index, CancellationToken cancellationToken)
    {
        AddThose(index, ShareLater, cancellationToken);
        AddPlaces(index, cancellationToken);
    }

    /// <summary>Places from which reading the names of a token can go on; none when it has few, or none were noted yet.</summary>
    internal ReadOnlySpan<PostingPlace> Places(int token) => _places.GetValueOrDefault(token);

    /// <summary>A bit a name, set where a token stands twice: a token's names hold it once.</summary>
    internal ulong[] Doubled { get; }

    /// <summary>A bit a name; false for a token that is not common.</summary>
    internal bool TryGet(int token, [NotNullWhen(true)] out ulong[]? names) => _names.TryGetValue(token, out names);

    /// <summary>What marking the names of a token costs, in names that are unpacked one by one.</summary>
    internal long MarkingCost(int token, int postingCount) => _names.ContainsKey(token) ? _nameCount / NamesPerMark : postingCount;

    private void AddThose(PackageIndex index, int share, CancellationToken cancellationToken)
    {
        var names = new Dictionary<int, ulong[]>(_names);
        var common = new List<(int Count, int Token)>();
        for (var token = 0; token < index.TokenCount; token++)
        {
            if (index.PostingCount(token) > Math.Max(NamesMin, index.NameCount / share) && !names.ContainsKey(token))
                common.Add((index.PostingCount(token), token));
        }

        common.Sort(static (left, right) => right.CompareTo(left));
        foreach (var (_, token) in common.Take(Math.Max(0, (BytesMax / ((index.NameCount / 8) + 1)) - names.Count)))
        {
            if (cancellationToken.IsCancellationRequested)
                break;
            names.Add(token, BitsOf(index, token));
        }

        _names = names;
    }

    /// <summary>Where a date of birth narrows a search, the names before the window need not be read one by one.</summary>
    private void AddPlaces(PackageIndex index, CancellationToken cancellationToken)
    {
        var places = new Dictionary<int, PostingPlace[]>();
        Span<int> buffer = stackalloc int[NamesPerPlace];
        for (var token = 0; token < index.TokenCount && !cancellationToken.IsCancellationRequested; token++)
        {
            if (index.PostingCount(token) <= 2 * NamesPerPlace || _names.ContainsKey(token))
                continue;
            var of = new PostingPlace[(index.PostingCount(token) - 1) / NamesPerPlace];
            var postings = index.Postings(token);
            for (var i = 0; i < of.Length; i++)
            {
                postings.Read(buffer);
                of[i] = postings.Place;
            }

            places.Add(token, of);
        }

        _places = places;
    }

    private static ulong[] BitsOf(in PackageIndex index, int token)
    {
        var bits = new ulong[(index.NameCount + 63) / 64];
        var postings = index.Postings(token);
        Span<int> buffer = stackalloc int[256];
        for (var read = postings.Read(buffer); read > 0; read = postings.Read(buffer))
        {
            foreach (var name in buffer[..read])
                bits[name >> 6] |= 1UL << (name & 63);
        }

        return bits;
    }

    private static ulong[] DoubledIn(PackageIndex index)
    {
        var bits = new ulong[(index.NameCount + 63) / 64];
        for (var name = 0; name < index.NameCount; name++)
        {
            var slot = index.Slot(name);
            if ((NameSlots.LongAt(slot) >= 0 || MayBeDoubled(slot)) && IsDoubled(index.Tokens(slot)))
                bits[name >> 6] |= 1UL << (name & 63);
        }

        return bits;
    }

    /// <summary>Two of four words are equal, whatever they are: few slots are looked at again.</summary>
    private static bool MayBeDoubled(ReadOnlySpan<uint> slot)
    {
        var (a, b, c, d) = (NameSlots.Ordinal(slot[0]), NameSlots.Ordinal(slot[1]), NameSlots.Ordinal(slot[2]), NameSlots.Ordinal(slot[3]));
        return a == b || a == c || b == c || a == d || b == d || (c == d && !NameSlots.IsNone(slot[2]));
    }

    private static bool IsDoubled(ReadOnlySpan<uint> tokens)
    {
        for (var i = 1; i < tokens.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (NameSlots.Ordinal(tokens[i]) == NameSlots.Ordinal(tokens[j]))
                    return true;
            }
        }

        return false;
    }
}
