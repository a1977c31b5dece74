using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Gathers the names of all entries, in the order of their ordinals, and writes the sections of the index. Used once.
/// </summary>
internal sealed class NameIndexBuilder
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly List<uint> _nameTokens = [];
    private readonly List<(byte TokenCount, NameQuality Quality)> _names = [];
    private readonly List<bool> _starts = [];
    private readonly List<int> _firstNames = [];
    private readonly List<(uint Year, uint Name)> _years = [];

    internal int NameCount => _names.Count;

    /// <summary>The first name of each entry.</summary>
    internal IReadOnlyList<int> FirstNames => _firstNames;

    /// <summary>Adds the readings of one entry's names.</summary>
    /// <param name="entry">The next entry.</param>
    /// <param name="year">Its birth year, 0 when it has none or several; never falls from one entry to the next.</param>
    /// <param name="patterns">Told where the tokens of each listed name stand.</param>
    internal void Add(WatchlistEntry entry, int year, NamePatternsBuilder patterns)
    {
        if (_years.Count == 0 || _years[^1].Year != (uint)year)
            _years.Add(((uint)year, (uint)NameCount));
        var first = NameCount;
        _firstNames.Add(first);
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in entry.Names)
        {
            var readings = NamePreparation.Listed(name.Text);
            foreach (var reading in readings)
            {
                if (known.TryAdd(Words(reading, name.Quality), NameCount - first))
                    Add(reading, name.Quality, isFirst: NameCount == first);
            }

            if (readings.IsEmpty)
                patterns.Add(name.Text, [], 0);
            else
                patterns.Add(name.Text, readings[0], known[Words(readings[0], name.Quality)]);
        }

        // An entry without a name that can be written keeps its place, or the entries behind it would move.
        if (NameCount == first)
            Add([], NameQuality.Primary, isFirst: true);
    }

    /// <summary>Readings of the same words and quality are one name.</summary>
    private static string Words(ImmutableArray<NameToken> reading, NameQuality quality) =>
        string.Join(' ', reading.Select(static token => token.Text)) + (char)quality;

    private void Add(ImmutableArray<NameToken> tokens, NameQuality quality, bool isFirst)
    {
        var count = Math.Min(tokens.Length, NamePreparation.TokensMax);
        for (var i = 0; i < count; i++)
            _nameTokens.Add(NameSlots.Pack(Number(tokens[i].Text), tokens[i].Field, tokens[i].Traits));
        _names.Add(((byte)count, quality));
        _starts.Add(isFirst);
    }

    private int Number(string text)
    {
        if (_numbers.TryGetValue(text, out var number))
            return number;
        if (_texts.Count == PackageFormat.TokensMax)
            throw new ArgumentException($"A list has more than {PackageFormat.TokensMax} different name parts.");
        number = _texts.Count;
        _numbers.Add(text, number);
        _texts.Add(text);
        return number;
    }

    /// <summary>The sections, in the order of their numbers.</summary>
    /// <param name="frozen">Weights of tokens that another package has frozen already; null for a base.</param>
    internal IEnumerable<(SectionNumber Number, byte[] Content)> Sections(Func<string, byte?>? frozen)
    {
        // Ordinals follow the order of the texts, so that the tokens with one beginning stand together.
        var order = Enumerable.Range(0, _texts.Count).ToArray();
        Array.Sort(order, (left, right) => string.CompareOrdinal(_texts[left], _texts[right]));
        var texts = Array.ConvertAll(order, number => _texts[number]);
        var ordinals = new uint[order.Length];
        for (var ordinal = 0; ordinal < order.Length; ordinal++)
            ordinals[order[ordinal]] = (uint)ordinal;
        var tokens = CollectionsMarshal.AsSpan(_nameTokens);
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = NameSlots.WithOrdinal(tokens[i], ordinals[NameSlots.Ordinal(tokens[i])]);
        var (counts, starts, postings) = Postings(texts.Length);
        yield return (SectionNumber.BirthYears, Words([.. _years.SelectMany(static year => new[] { year.Year, year.Name })]));
        yield return (SectionNumber.EntryStarts, EntryStarts());
        yield return (SectionNumber.TokenTexts, Encoding.ASCII.GetBytes(string.Concat(texts)));
        yield return (SectionNumber.TokenStarts, Words(Starts(texts)));
        yield return (SectionNumber.TokenWeights, Weights(texts, counts, frozen));
        yield return (SectionNumber.PostingCounts, Words(counts));
        yield return (SectionNumber.PostingStarts, Words(starts));
        yield return (SectionNumber.Postings, postings);
        yield return (SectionNumber.Deletions, Deletions(texts));
        yield return (SectionNumber.Keys, Keys(texts));
        var (slots, longNames) = Slots();
        yield return (SectionNumber.NameSlots, Words(CollectionsMarshal.AsSpan(slots)));
        yield return (SectionNumber.LongNames, Words(CollectionsMarshal.AsSpan(longNames)));
    }

    private byte[] EntryStarts()
    {
        var bits = new byte[(NameCount + 7) / 8];
        var ranks = new uint[(NameCount / PackageFormat.BitsPerRank) + 1];
        uint rank = 0;
        for (var name = 0; name < NameCount; name++)
        {
            if (name % PackageFormat.BitsPerRank == 0)
                ranks[name / PackageFormat.BitsPerRank] = rank;
            if (!_starts[name])
                continue;
            bits[name / 8] |= (byte)(1 << (name % 8));
            rank++;
        }

        // The ranks begin at a multiple of eight bytes, so that both halves can be read as words.
        var padded = new byte[(bits.Length + 7) / 8 * 8];
        bits.CopyTo(padded, 0);
        return [.. padded, .. Words(ranks)];
    }

    private (List<uint> Slots, List<uint> LongNames) Slots()
    {
        var slots = new List<uint>(NameCount * NameSlots.WordsPerName);
        var longNames = new List<uint>();
        var tokens = CollectionsMarshal.AsSpan(_nameTokens);
        foreach (var (count, quality) in _names)
        {
            NameSlots.Write(tokens[..count], quality, slots, longNames);
            tokens = tokens[count..];
        }

        return (slots, longNames);
    }

    private (uint[] Counts, uint[] Starts, byte[] Postings) Postings(int tokenCount)
    {
        // Two runs over the names: one to count, one to put each name where it belongs. A token that stands twice in a name
        // is put there once.
        var counts = new uint[tokenCount];
        var last = new int[tokenCount];
        ForEachToken(last, (token, _) => counts[token]++);
        var names = new uint[counts.Sum(static count => (long)count)];
        var next = new long[tokenCount];
        for (var token = 1; token < tokenCount; token++)
            next[token] = next[token - 1] + counts[token - 1];
        ForEachToken(last, (token, name) => names[next[token]++] = (uint)name);

        var starts = new uint[tokenCount + 1];
        var bytes = new PackedWriter();
        long first = 0;
        for (var token = 0; token < tokenCount; token++)
        {
            starts[token] = checked((uint)bytes.Written.Length);
            uint before = 0;
            for (var i = 0; i < counts[token]; i++)
            {
                var name = names[first + i];
                bytes.Number(name - before);
                before = name;
            }

            first += counts[token];
        }

        starts[tokenCount] = checked((uint)bytes.Written.Length);
        return (counts, starts, bytes.Written.ToArray());
    }

    private void ForEachToken(int[] last, Action<int, int> take)
    {
        Array.Fill(last, -1);
        var position = 0;
        for (var name = 0; name < NameCount; name++)
        {
            for (var count = _names[name].TokenCount; count > 0; count--)
            {
                var token = NameSlots.Ordinal(_nameTokens[position++]);
                if (last[token] == name)
                    continue;
                last[token] = name;
                take(token, name);
            }
        }
    }

    private static uint[] Starts(string[] texts)
    {
        var starts = new uint[texts.Length + 1];
        for (var token = 0; token < texts.Length; token++)
            starts[token + 1] = starts[token] + (uint)texts[token].Length;
        return starts;
    }

    /// <summary>
    /// Rarity, 0.2 (in every name) to 1 (in one): an inverse document frequency, frozen here so that a score stays what it
    /// is for as long as the base does.
    /// </summary>
    private byte[] Weights(string[] texts, uint[] counts, Func<string, byte?>? frozen)
    {
        var weights = new byte[texts.Length];
        for (var token = 0; token < texts.Length; token++)
        {
            var rarity = NameCount < 2 ? 1 : 0.2 + (0.8 * (1 - (Math.Log(counts[token]) / Math.Log(NameCount))));
            weights[token] = frozen is null ? (byte)Math.Round(255 * rarity) : frozen(texts[token]) ?? byte.MaxValue;
        }

        return weights;
    }

    private static byte[] Deletions(string[] texts)
    {
        var pairs = new List<ulong>();
        Span<uint> hashes = stackalloc uint[TokenDeletions.CountMax];
        for (var token = 0; token < texts.Length; token++)
        {
            var count = TokenDeletions.Write(texts[token], hashes);
            foreach (var hash in hashes[..count])
                pairs.Add(((ulong)hash << 32) | (uint)token);
        }

        return TokenTable.Build(pairs, token => texts[token].Length);
    }

    private static byte[] Keys(string[] texts)
    {
        var pairs = new List<ulong>();
        Span<uint> keys = stackalloc uint[TokenKeys.CountMax];
        for (var token = 0; token < texts.Length; token++)
        {
            var count = TokenKeys.Write(texts[token], keys);
            foreach (var key in keys[..count])
                pairs.Add(((ulong)TokenDeletions.Mix(key) << 32) | (uint)token);
        }

        return TokenTable.Build(pairs, token => texts[token].Length);
    }

    private static byte[] Words(ReadOnlySpan<uint> words) => MemoryMarshal.AsBytes(words).ToArray();
}
