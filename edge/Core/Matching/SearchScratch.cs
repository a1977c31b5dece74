using System.Text;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// Room for one search in one run, taken from a pool. What is counted or marked is clean again afterwards, and so is every text;
/// ordinals of listed tokens and names that were looked at may stay until the next search. Nothing that a traveller's document
/// says is ever in it, and a search allocates nothing that grows with the list.
/// </summary>
internal sealed class SearchScratch(int tokenCount, int nameCount)
{
    /// <summary>Listed tokens like one of the traveller's; above it a name is so common in parts that more would not help.</summary>
    internal const int LikeTokensMax = 4096;

    /// <summary>Names kept for exact scoring.</summary>
    internal const int NamesMax = 64;

    /// <summary>Names whose bits are cleared together.</summary>
    internal const int NamesPerBlock = 4096;

    /// <summary>Names that are looked at together.</summary>
    internal const int BatchMax = 64;

    /// <summary>Listed tokens whose similarities are kept while names are scored.</summary>
    internal const int ColumnsMax = 128;

    /// <summary>Listed tokens whose letters are read one after the other.</summary>
    private const int MetMax = 256;

    /// <summary>Letters of a listed name; a longer one takes more room for good.</summary>
    private const int LettersUsual = 256;

    /// <summary>By listed token: 1 more than its place in <see cref="Like"/>, or 0.</summary>
    internal readonly ushort[] Places = new ushort[tokenCount];

    /// <summary>
    /// By listed token: the round in which it was last looked at, one more when it was compared, so that none is compared twice
    /// with one token.
    /// </summary>
    internal readonly uint[] Rounds = new uint[tokenCount];

    /// <summary>Listed tokens like one of the traveller's.</summary>
    internal readonly LikeToken[] Like = new LikeToken[LikeTokensMax];

    /// <summary>What each of them adds to the rank of a name; the same places.</summary>
    internal readonly TokenGain[] Gains = new TokenGain[LikeTokensMax];

    /// <summary>A bit a name, set once it was looked at.</summary>
    internal readonly ulong[] Seen = new ulong[(nameCount + 63) / 64];

    /// <summary>Set for each block of names of which one was looked at; only these are cleared.</summary>
    internal readonly bool[] SeenBlocks = new bool[(nameCount / NamesPerBlock) + 1];

    /// <summary>A bit a name, set where a part of the traveller's name stands besides the one that is being followed; zero between two.</summary>
    internal readonly ulong[] Others = new ulong[(nameCount + 63) / 64];

    /// <summary>The same for tokens that are like several parts of the traveller's: names with one of them, and with two.</summary>
    internal readonly ulong[] Shared = new ulong[(nameCount + 63) / 64];
    internal readonly ulong[] Twice = new ulong[(nameCount + 63) / 64];

    internal readonly RankedNames Best = new(NamesMax);

    /// <summary>Names about to be ranked, and their slots.</summary>
    internal readonly int[] Names = new int[BatchMax];
    internal readonly uint[] Slots = new uint[BatchMax * NameSlots.WordsPerName];

    /// <summary>1 more than the listed token of each column, or 0, and its similarities with each of the traveller's.</summary>
    internal readonly int[] ColumnTokens = new int[ColumnsMax];
    internal readonly TokenMatch[] Columns = new TokenMatch[ColumnsMax * NamePreparation.TokensMax];

    /// <summary>Places of letters for <see cref="TokenDistance"/>; all zero between two tokens.</summary>
    internal readonly ulong[] LetterPlaces = new ulong[128];

    /// <summary>Listed tokens that may be like the one that is being looked up, before their letters are read.</summary>
    internal readonly int[] Met = new int[MetMax];

    /// <summary>Letters of the listed token that is compared.</summary>
    internal readonly char[] TokenLetters = new char[LikeTokenSearch.TextMax];

    /// <summary>Listed tokens like the one that is being looked up.</summary>
    internal readonly (int Token, TokenMatch Match)[] Found = new (int Token, TokenMatch Match)[LikeTokensMax];

    /// <summary>The listed name that is scored.</summary>
    private readonly ComparedToken[] _listed = new ComparedToken[NamePreparation.TokensMax];
    private char[] _letters = new char[LettersUsual];

    internal uint Round;
    internal int FoundCount;
    internal int LikeCount;

    /// <summary>Begins to look up another token.</summary>
    internal void BeginRound()
    {
        FoundCount = 0;
        if (Round >= uint.MaxValue - 3)
        {
            Array.Clear(Rounds);
            Round = 0;
        }

        Round += 2;
    }

    /// <summary>A listed name to be compared; valid until the next.</summary>
    /// <param name="index">Of the run.</param>
    /// <param name="packed">Its tokens.</param>
    internal ComparedName Listed(in PackageIndex index, ReadOnlySpan<uint> packed)
    {
        var start = 0;
        for (var i = 0; i < packed.Length; i++)
        {
            var ordinal = NameSlots.Ordinal(packed[i]);
            var text = index.Text(ordinal);
            if (text.Length > _letters.Length - start)
                Array.Resize(ref _letters, start + text.Length);
            Ascii.ToUtf16(text, _letters.AsSpan(start), out _);
            var traits = NameSlots.Traits(packed[i]);
            var weight = Math.Min(index.Weight(ordinal), TokenWeights.Default(traits));
            _listed[i] = new ComparedToken(start, text.Length, NameSlots.Field(packed[i]), traits, weight);
            start += text.Length;
        }

        return new ComparedName(_listed.AsSpan(0, packed.Length), _letters.AsSpan(0, start));
    }

    internal void Clear()
    {
        for (var i = 0; i < LikeCount; i++)
            Places[Like[i].Token] = 0;
        Array.Clear(Like, 0, LikeCount);
        Best.Clear();
        Array.Clear(_listed);
        Array.Clear(_letters);
        Array.Clear(TokenLetters);
        Array.Clear(ColumnTokens);
        for (var block = 0; block < SeenBlocks.Length; block++)
        {
            if (!SeenBlocks[block])
                continue;
            var from = block * (NamesPerBlock / 64);
            Array.Clear(Seen, from, Math.Min(NamesPerBlock / 64, Seen.Length - from));
            SeenBlocks[block] = false;
        }

        LikeCount = 0;
    }
}

/// <summary>A listed token like one or more of the traveller's.</summary>
/// <param name="Token">Ordinal.</param>
/// <param name="Partners">A bit for each of the traveller's tokens.</param>
/// <param name="Match">How it is like that of them which it is most like.</param>
/// <param name="IsJoined">It is two of the traveller's tokens written together.</param>
internal record struct LikeToken(int Token, ushort Partners, TokenMatch Match, bool IsJoined);

/// <summary>What a listed token adds to the rank of a name that has it.</summary>
/// <param name="Partner">The bit of the one token of the traveller's that it is like; 0 when it is like several, or two together.</param>
/// <param name="Matched">Weight of that token by the likeness.</param>
/// <param name="Found">Its weight.</param>
internal readonly record struct TokenGain(ushort Partner, float Matched, float Found);
