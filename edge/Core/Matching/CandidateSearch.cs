using System.Numerics;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// Finds the names of one run that may be the traveller's: (1) listed tokens like each of the traveller's; (2) the tokens
/// that must lead there, the rarest ones; (3) the names that contain them, ranked by a quick score. What the quick score
/// lets through is scored exactly by the matcher.
/// </summary>
internal ref struct CandidateSearch
{
    private const int QueryTokensMax = NamePreparation.TokensMax;

    /// <summary>What a token of the traveller costs that the list lacks; more when only one was found. As the comparer has it.</summary>
    private const float MissingCost = 0.3f;
    private const float ExtraCost = 0.15f;
    private const float LoneCost = 0.25f;

    /// <summary>
    /// A name in which only tokens of less than this share of the weight are found stays below 0.7 whatever else it holds:
    /// 0.41 / (0.41 + 0.3 * 0.59) = 0.7. The retrieval floor is lower; what lies between is found only where a rarer token
    /// leads there, which the README lists among the losses: shares for the floor itself would follow twice the names.
    /// </summary>
    private const float DispensableShare = 0.41f;

    /// <summary>The same for a name in which only one token is found: 0.56 / (0.56 + 0.55 * 0.44) = 0.7.</summary>
    private const float LoneShare = 0.56f;

    /// <summary>The quick score is rough: what it puts this much below the floor may still be above it.</summary>
    private const float Margin = 0.08f;

    /// <summary>Up to so many names a date of birth does not narrow the search: a wrong year on a list then costs nothing.</summary>
    private const int NamesWithoutWindow = 2_000;

    /// <summary>
    /// Marking the names of all other tokens first spares a look at names with one token alone. Looking at a name costs as much
    /// as marking so many, and clearing the marks as much as marking some thousands (measured).
    /// </summary>
    private const long MarksPerLook = 20;
    private const long MarksToClear = 4_000;

    /// <summary>Among equal names those born in the traveller's year come first, then those of the years around: they can be corroborated.</summary>
    private const float NearYearBonus = 0.02f;
    private const float SameYearBonus = 0.04f;

    /// <summary>Listed tokens are followed in this order, so that the best names are known early and spare a look at the rest.</summary>
    private const float Close = 0.8f;

    /// <summary>Letters of two joined tokens.</summary>
    private const int JoinedMax = 32;

    /// <summary>What is written together must be near: it is a guess already.</summary>
    private const float JoinedMin = 0.8f;

    private readonly PackageIndex _index;
    private readonly CommonTokens _common;
    private readonly LikeTokenSearch _likeSearch;
    private readonly SearchScratch _scratch;
    private readonly ReadOnlySpan<NameToken> _query;
    private readonly bool _lastIsPrefix;
    private readonly float _floor;
    private QueryWeights _weights;
    private QueryCosts _costs;
    private float _total;
    private NameWindow _window;
    private (int From, int To) _nearYears;
    private (int From, int To) _sameYear;
    private float _bonus;

    /// <summary>A bit for each of the traveller's tokens whose names were looked at, but for those that cannot reach the floor.</summary>
    private int _followed;

    internal CandidateSearch(
        PackageIndex index, CommonTokens common, LikeTokens like, SearchScratch scratch, ReadOnlySpan<NameToken> query, bool lastIsPrefix, float floor)
    {
        _common = common;
        _likeSearch = new LikeTokenSearch(index, like, scratch);
        _index = index;
        _scratch = scratch;
        _query = query.Length > QueryTokensMax ? query[..QueryTokensMax] : query;
        _lastIsPrefix = lastIsPrefix;
        _floor = floor;
        _window = new NameWindow(index.NamesWithoutYear, index.NamesWithoutYear, index.NameCount);
    }

    private readonly NameMarks Marks => new(_index, _common, _scratch, _window);

    /// <summary>
    /// Prefers entries born in this year and around it; where the names are common, the search is narrowed to them. Those without a
    /// single year are always looked at.
    /// </summary>
    internal void Near(int year, int around)
    {
        _nearYears = _index.NamesBornIn(year - around, year + around);
        _sameYear = _index.NamesBornIn(year, year);
        _bonus = SameYearBonus;
    }

    /// <summary>The best names, in no order; valid until the scratch is cleared.</summary>
    internal ReadOnlySpan<RankedName> Run()
    {
        for (var i = 0; i < _query.Length; i++)
            FindLike(i);
        FindJoined();
        for (var i = 0; i < _query.Length; i++)
            _total += _weights[i];
        if (_total <= 0)
            return [];
        NoteGains();
        var leading = LeadingTokens();
        var names = 0L;
        for (var i = 0; i < _query.Length; i++)
            names += (leading & (1 << i)) != 0 ? _costs[i] : 0;
        if (_bonus > 0 && names > NamesWithoutWindow)
            _window = _window with { From = _nearYears.From, To = _nearYears.To };
        // The rarest first: the best names are known early, and what was followed need not be marked for those that come after.
        for (; leading != 0; leading &= ~_followed)
        {
            var position = Rarest(leading);
            Follow(position);
            _followed |= 1 << position;
        }

        return _scratch.Best.Names;
    }

    private readonly int Rarest(int positions)
    {
        var rarest = BitOperations.TrailingZeroCount(positions);
        for (positions &= positions - 1; positions != 0; positions &= positions - 1)
        {
            var position = BitOperations.TrailingZeroCount(positions);
            rarest = _costs[position] < _costs[rarest] ? position : rarest;
        }

        return rarest;
    }

    /// <summary>Step 1. Listed tokens like one of the traveller's.</summary>
    private void FindLike(int position)
    {
        var token = _query[position];
        var text = token.Text;
        var isLight = (token.Traits & (TokenTraits.Particle | TokenTraits.Initial)) != 0 || text.Length < 2;
        _weights[position] = isLight ? 0.1f : LengthWeight(text.Length);
        if (isLight)
            return;
        var rarity = 0f;
        foreach (var (listed, match) in _likeSearch.Find(text, _lastIsPrefix && position == _query.Length - 1))
            rarity = Math.Max(rarity, Take(listed, position, match));
        // A token that no list has is as rare as can be: without it a name must fit all the better.
        _weights[position] *= rarity > 0 ? rarity : 1;
    }

    /// <summary>Notes that a listed token is like the traveller's; gives its rarity.</summary>
    private float Take(int listed, int position, TokenMatch match)
    {
        ref var place = ref _scratch.Places[listed];
        if (place != 0)
        {
            ref var known = ref _scratch.Like[place - 1];
            known.Partners |= (ushort)(1 << position);
            if (match.Similarity > known.Match.Similarity)
                known.Match = match;
        }
        else if (_scratch.LikeCount < SearchScratch.LikeTokensMax)
        {
            _scratch.Like[_scratch.LikeCount++] = new LikeToken(listed, (ushort)(1 << position), match, IsJoined: false);
            place = (ushort)_scratch.LikeCount;
        }
        else
        {
            return 0;
        }

        _costs[position] += _index.PostingCount(listed);
        var weight = _index.Weight(listed);
        return match.Similarity >= 1 ? weight : 0.01f + (weight * 0.5f);
    }

    /// <summary>
    /// Listed tokens that are two neighbours of the traveller's written together, the last given name and the surname among
    /// them: ABDUR and REHMAN for ABDURREHMAN.
    /// </summary>
    private void FindJoined()
    {
        Span<char> joined = stackalloc char[JoinedMax];
        for (var first = 0; first < _query.Length && _query.Length > 1; first++)
        {
            var second = (first + 1) % _query.Length;
            var length = _query[first].Text.Length + _query[second].Text.Length;
            if (length > JoinedMax || _query[first].Text.Length < 2 || _query[second].Text.Length < 2)
                continue;
            _query[first].Text.CopyTo(joined);
            _query[second].Text.CopyTo(joined[_query[first].Text.Length..]);
            TakeJoined(joined[..length], (ushort)((1 << first) | (1 << second)));
        }
    }

    private void TakeJoined(scoped ReadOnlySpan<char> joined, ushort partners)
    {
        Span<char> text = stackalloc char[LikeTokenSearch.TextMax];
        Span<uint> keys = stackalloc uint[TokenKeys.CountMax];
        foreach (var key in keys[..TokenKeys.Write(joined, keys)])
        {
            var hash = TokenDeletions.Mix(key);
            foreach (var entry in _index.Keys.Bucket(hash))
            {
                if (!TokenTable.IsMatch(entry, hash))
                    continue;
                var listed = TokenTable.Ordinal(entry);
                if (_scratch.Places[listed] != 0 || _scratch.LikeCount == SearchScratch.LikeTokensMax || !_likeSearch.TryRead(listed, text, out var length))
                    continue;
                var match = TokenSimilarity.Compare(joined, text[..length], queryIsPrefix: false);
                if (match.Similarity < JoinedMin)
                    continue;
                _scratch.Like[_scratch.LikeCount++] = new LikeToken(listed, partners, match, IsJoined: true);
                _scratch.Places[listed] = (ushort)_scratch.LikeCount;
                for (var position = 0; position < _query.Length; position++)
                    _costs[position] += (partners & (1 << position)) != 0 ? _index.PostingCount(listed) : 0;
            }
        }
    }

    /// <summary>What each listed token adds to a name, once and for all: most are like one of the traveller's and no other.</summary>
    private readonly void NoteGains()
    {
        for (var place = 0; place < _scratch.LikeCount; place++)
        {
            ref readonly var like = ref _scratch.Like[place];
            var isSingle = !like.IsJoined && BitOperations.PopCount(like.Partners) == 1;
            var weight = isSingle ? _weights[BitOperations.TrailingZeroCount(like.Partners)] : 0;
            _scratch.Gains[place] = new TokenGain(isSingle ? like.Partners : (ushort)0, weight * like.Match.Similarity, weight);
        }
    }

    /// <summary>
    /// Step 2. The commonest tokens are left out as long as a name that has nothing but them could not reach the floor.
    /// </summary>
    private readonly int LeadingTokens()
    {
        var leading = (1 << _query.Length) - 1;
        var left = 0f;
        var leftCount = 0;
        while (true)
        {
            var costliest = -1;
            for (var i = 0; i < _query.Length; i++)
            {
                if ((leading & (1 << i)) != 0 && left + _weights[i] < (leftCount == 0 ? LoneShare : DispensableShare) * _total && (costliest < 0 || _costs[i] > _costs[costliest]))
                    costliest = i;
            }

            if (costliest < 0)
                return leading;
            leading &= ~(1 << costliest);
            left += _weights[costliest];
            leftCount++;
        }
    }

    /// <summary>Step 3. All names with tokens like one of the traveller's.</summary>
    private readonly void Follow(int position)
    {
        var marks = MarksToClear;
        var looks = 0L;
        for (var place = 0; place < _scratch.LikeCount; place++)
        {
            var listed = _scratch.Like[place].Token;
            if (IsOther(place, position))
                marks += _common.MarkingCost(listed, _index.PostingCount(listed));
            if (IsLike(place, position) && NeedsAnother(place, position))
                looks += _index.PostingCount(listed);
        }

        var isMarked = looks * MarksPerLook > marks;
        if (isMarked)
            MarkOthers(position);
        FollowThose(position, 1, 2, isMarked);
        FollowThose(position, Close, 1, isMarked);
        FollowThose(position, 0, Close, isMarked);
        if (isMarked)
            Marks.Clear();
    }

    /// <summary>The names of listed tokens whose similarity lies in a range.</summary>
    private readonly void FollowThose(int position, float from, float below, bool isMarked)
    {
        for (var place = 0; place < _scratch.LikeCount; place++)
        {
            var like = _scratch.Like[place];
            if (!IsLike(place, position) || like.Match.Similarity < from || like.Match.Similarity >= below)
                continue;
            var bound = _bonus + (like.IsJoined ? 1 : 1 - (Lightest(like.Partners) / _total * (1 - like.Match.Similarity)));
            if (isMarked && !like.IsJoined && NeedsAnother(place, position))
                RankMarked(like.Token, IsShared(place) ? _scratch.Twice : _scratch.Others, bound);
            else
                RankAll(like.Token, bound);
        }
    }

    /// <summary>A name that has nothing but this token stays below the floor, even when it has no token besides.</summary>
    private readonly bool NeedsAnother(int place, int position)
    {
        var weight = IsShared(place) ? Heaviest(_scratch.Like[place].Partners) : _weights[position];
        return weight < LoneShare * _total
            || weight * _scratch.Like[place].Match.Similarity < (_floor - Margin) * (weight + ((_total - weight) * (MissingCost + LoneCost)));
    }

    private readonly bool IsLike(int place, int position) => (_scratch.Like[place].Partners & (1 << position)) != 0 && !WasFollowed(place);

    /// <summary>Whatever name has this token was looked at, or cannot be among the best: neither its names nor its marks are needed again.</summary>
    private readonly bool WasFollowed(int place) => (_scratch.Like[place].Partners & _followed) != 0;

    /// <summary>Like two of the traveller's tokens, of which it can be only one: KARIM for KARIM and for KARIMI.</summary>
    private readonly bool IsShared(int place) => !_scratch.Like[place].IsJoined && BitOperations.PopCount(_scratch.Like[place].Partners) > 1;

    /// <summary>A token that is, or may be, another part of the name.</summary>
    private readonly bool IsOther(int place, int position) =>
        (_scratch.Like[place].IsJoined || (_scratch.Like[place].Partners & ~(1 << position)) != 0) && !WasFollowed(place);

    private readonly float Lightest(int partners)
    {
        var least = float.MaxValue;
        for (; partners != 0; partners &= partners - 1)
            least = Math.Min(least, _weights[BitOperations.TrailingZeroCount(partners)]);
        return least;
    }

    private readonly float Heaviest(int partners)
    {
        var most = 0f;
        for (; partners != 0; partners &= partners - 1)
            most = Math.Max(most, _weights[BitOperations.TrailingZeroCount(partners)]);
        return most;
    }

    /// <summary>
    /// Marks the names that have another part of the traveller's: in Others for a token that is like this part alone, in Twice for
    /// one that is like several. A name with KARIM and KARIMI has two parts, though each token might be either; one with KARIM
    /// alone has one.
    /// </summary>
    private readonly void MarkOthers(int position)
    {
        var hasShared = false;
        for (var place = 0; place < _scratch.LikeCount; place++)
        {
            if (IsLike(place, position) && IsShared(place))
                hasShared = true;
            else if (IsOther(place, position))
                Marks.Mark(_scratch.Like[place].Token, _scratch.Others, []);
        }

        if (!hasShared)
            return;
        for (var place = 0; place < _scratch.LikeCount; place++)
        {
            if (IsLike(place, position) && IsShared(place))
                Marks.Mark(_scratch.Like[place].Token, _scratch.Shared, _scratch.Twice);
        }

        Marks.JoinShared();
    }

    /// <summary>Ranks the names of a token.</summary>
    private readonly void RankAll(int token, float bound)
    {
        var marks = Marks;
        var postings = marks.Open(token);
        for (var names = marks.Read(ref postings); !names.IsEmpty && !_scratch.Best.IsSettled(bound); names = marks.Read(ref postings))
        {
            var count = 0;
            foreach (var name in names)
            {
                _scratch.Names[count] = name;
                count += _window.Contains(name) && TryMarkSeen(name) ? 1 : 0;
            }

            Rank(_scratch.Names.AsSpan(0, count));
        }
    }

    /// <summary>Ranks those names of a token that are marked: they have another part of the traveller's name.</summary>
    private readonly void RankMarked(int token, ulong[] others, float bound)
    {
        if (_common.TryGet(token, out var bits))
        {
            RankMarked(bits, others, bound);
            return;
        }

        var marks = Marks;
        var postings = marks.Open(token);
        for (var names = marks.Read(ref postings); !names.IsEmpty && !_scratch.Best.IsSettled(bound); names = marks.Read(ref postings))
        {
            var count = 0;
            foreach (var name in names)
            {
                _scratch.Names[count] = name;
                count += (others[name >> 6] & (1UL << (name & 63))) != 0 && _window.Contains(name) && TryMarkSeen(name) ? 1 : 0;
            }

            Rank(_scratch.Names.AsSpan(0, count));
        }
    }

    private readonly void RankMarked(ulong[] bits, ulong[] others, float bound)
    {
        var (first, second) = _window.Words;
        RankMarked(bits, others, first, bound);
        RankMarked(bits, others, second, bound);
    }

    private readonly void RankMarked(ulong[] bits, ulong[] others, Range words, float bound)
    {
        var count = 0;
        foreach (var word in new SharedWords(bits.AsSpan(words), others.AsSpan(words)))
        {
            var first = (words.Start.Value + word) << 6;
            for (var both = bits[words.Start.Value + word] & others[words.Start.Value + word]; both != 0; both &= both - 1)
            {
                var name = first + BitOperations.TrailingZeroCount(both);
                if (!_window.Contains(name) || !TryMarkSeen(name))
                    continue;
                _scratch.Names[count++] = name;
                if (count < SearchScratch.BatchMax)
                    continue;
                Rank(_scratch.Names);
                count = 0;
                if (_scratch.Best.IsSettled(bound))
                    return;
            }
        }

        Rank(_scratch.Names.AsSpan(0, count));
    }

    private readonly bool TryMarkSeen(int name)
    {
        ref var seen = ref _scratch.Seen[name >> 6];
        var bit = 1UL << (name & 63);
        if ((seen & bit) != 0)
            return false;
        seen |= bit;
        _scratch.SeenBlocks[name / SearchScratch.NamesPerBlock] = true;
        return true;
    }

    private readonly void Rank(ReadOnlySpan<int> names)
    {
        // All slots first: they lie far apart, and reads that do not wait for one another overlap.
        var slots = _scratch.Slots.AsSpan();
        for (var i = 0; i < names.Length; i++)
            _index.Slot(names[i]).CopyTo(slots.Slice(i * NameSlots.WordsPerName, NameSlots.WordsPerName));
        for (var i = 0; i < names.Length; i++)
        {
            var slot = slots.Slice(i * NameSlots.WordsPerName, NameSlots.WordsPerName);
            var rank = Rank(NameSlots.LongAt(slot) < 0 ? slot : _index.Tokens(slot));
            if (rank >= _floor - Margin)
                _scratch.Best.Keep(new RankedName(rank + Bonus(names[i]), names[i]));
        }
    }

    private readonly float Bonus(int name) =>
        name >= _sameYear.From && name < _sameYear.To ? SameYearBonus : name >= _nearYears.From && name < _nearYears.To ? NearYearBonus : 0;

    private readonly float Rank(ReadOnlySpan<uint> tokens)
    {
        float matched = 0, found = 0, extra = 0;
        var (partners, shared) = (0, 0);
        for (var at = 0; at < tokens.Length && !NameSlots.IsNone(tokens[at]); at++)
        {
            var place = _scratch.Places[NameSlots.Ordinal(tokens[at])];
            if (place == 0)
            {
                if ((NameSlots.Traits(tokens[at]) & TokenTraits.Particle) == 0)
                    extra += _index.Weight(NameSlots.Ordinal(tokens[at]));
                continue;
            }

            ref readonly var gain = ref _scratch.Gains[place - 1];
            if (gain.Partner == 0)
            {
                // Joined, or like several of the traveller's: what may stand for several takes what the others leave.
                if (_scratch.Like[place - 1].IsJoined)
                    Take(place, ref partners, ref matched, ref found);
                else
                    shared |= 1 << at;
            }
            else if ((partners & gain.Partner) == 0)
            {
                partners |= gain.Partner;
                matched += gain.Matched;
                found += gain.Found;
            }
        }

        for (; shared != 0; shared &= shared - 1)
            Take(_scratch.Places[NameSlots.Ordinal(tokens[BitOperations.TrailingZeroCount(shared)])], ref partners, ref matched, ref found);
        var missing = _total - found;
        var conflict = Math.Min(missing, extra);
        var lone = BitOperations.PopCount((uint)partners) <= 1 ? LoneCost : 0;
        return matched / (found + conflict + ((missing - conflict) * (MissingCost + lone)) + ((extra - conflict) * (ExtraCost + lone)));
    }

    /// <summary>Pairs a listed token with the traveller's: a joined one with two at once, any other with one that is still free.</summary>
    private readonly void Take(int place, ref int partners, ref float matched, ref float found)
    {
        ref readonly var like = ref _scratch.Like[place - 1];
        var free = like.Partners & ~partners;
        var taken = like.IsJoined ? free : free & -free;
        partners |= taken;
        for (; taken != 0; taken &= taken - 1)
        {
            var position = BitOperations.TrailingZeroCount(taken);
            matched += _weights[position] * like.Match.Similarity;
            found += _weights[position];
        }
    }

    private static float LengthWeight(int length) => length switch { 1 => 0.2f, 2 => 0.5f, 3 => 0.8f, _ => 1f };

    [System.Runtime.CompilerServices.InlineArray(QueryTokensMax)]
    private struct QueryWeights
    {
        private float _first;
    }

    [System.Runtime.CompilerServices.InlineArray(QueryTokensMax)]
    private struct QueryCosts
    {
        private long _first;
    }
}
