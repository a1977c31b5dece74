using System.Numerics;
using System.Runtime.InteropServices;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>Sets of names as bits, within the window of a search: what holds a token, what holds two.</summary>
internal readonly ref struct NameMarks(PackageIndex index, CommonTokens common, SearchScratch scratch, NameWindow window)
{
    private readonly PackageIndex _index = index;
    private readonly CommonTokens _common = common;
    private readonly SearchScratch _scratch = scratch;
    private readonly NameWindow _window = window;

    /// <summary>Marks the names of a token within the window.</summary>
    /// <param name="token">A listed token.</param>
    /// <param name="once">A bit a name.</param>
    /// <param name="twice">Names that were marked already, unless empty.</param>
    internal void Mark(int token, ulong[] once, Span<ulong> twice)
    {
        if (_common.TryGet(token, out var marks))
        {
            var (first, second) = _window.Words;
            foreach (var words in (ReadOnlySpan<Range>)[first, second])
            {
                if (!twice.IsEmpty)
                    MergeBoth(twice[words], once.AsSpan(words), marks.AsSpan(words));
                Merge(once.AsSpan(words), marks.AsSpan(words));
            }

            return;
        }

        var postings = Open(token);
        for (var names = Read(ref postings); !names.IsEmpty; names = Read(ref postings))
        {
            foreach (var name in names)
            {
                if (!_window.Contains(name))
                    continue;
                var bit = 1UL << (name & 63);
                if (!twice.IsEmpty)
                    twice[name >> 6] |= once[name >> 6] & bit;
                once[name >> 6] |= bit;
            }
        }
    }

    /// <summary>Completes the marks once all tokens are in them: a token like several parts needs a second one, or stands twice.</summary>
    internal void JoinShared()
    {
        var (first, second) = _window.Words;
        foreach (var words in (ReadOnlySpan<Range>)[first, second])
        {
            Merge(_scratch.Twice.AsSpan(words), _scratch.Others.AsSpan(words));
            Merge(_scratch.Twice.AsSpan(words), _common.Doubled.AsSpan(words));
            Merge(_scratch.Others.AsSpan(words), _scratch.Shared.AsSpan(words));
            _scratch.Shared.AsSpan(words).Clear();
        }
    }

    internal void Clear()
    {
        var (first, second) = _window.Words;
        foreach (var words in (ReadOnlySpan<Range>)[first, second])
        {
            _scratch.Others.AsSpan(words).Clear();
            _scratch.Twice.AsSpan(words).Clear();
        }
    }

    /// <summary>The names of a token, to be read with <see cref="Read"/>.</summary>
    internal PostingReader Open(int token) => _index.Postings(token, _common.Places(token));

    /// <summary>The next names of a token; none beyond the window, and few between its two parts.</summary>
    internal ReadOnlySpan<int> Read(ref PostingReader postings)
    {
        if (postings.Last < _window.From && postings.Last >= _window.WithoutYear)
            postings.PassTo(_window.From);
        var names = _scratch.Names.AsSpan(0, postings.Read(_scratch.Names));
        return names.IsEmpty || (names[0] >= _window.To && names[0] >= _window.WithoutYear) ? [] : names;
    }

    private static void Merge(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        var wide = MemoryMarshal.Cast<ulong, Vector<ulong>>(target);
        var otherWide = MemoryMarshal.Cast<ulong, Vector<ulong>>(other);
        for (var i = 0; i < wide.Length; i++)
            wide[i] |= otherWide[i];
        for (var i = wide.Length * Vector<ulong>.Count; i < target.Length; i++)
            target[i] |= other[i];
    }

    private static void MergeBoth(Span<ulong> target, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] |= left[i] & right[i];
    }
}

/// <summary>The words in which two sets of names may share one; where they do not, several words are passed over at once.</summary>
internal ref struct SharedWords(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
{
    private readonly ReadOnlySpan<Vector<ulong>> _left = MemoryMarshal.Cast<ulong, Vector<ulong>>(left);
    private readonly ReadOnlySpan<Vector<ulong>> _right = MemoryMarshal.Cast<ulong, Vector<ulong>>(right);
    private readonly int _count = left.Length;
    private int _looked;

    /// <summary>Index of a word in both spans.</summary>
    public int Current { get; private set; } = -1;

    public readonly SharedWords GetEnumerator() => this;

    public bool MoveNext()
    {
        Current++;
        return Current < _looked || Seek();
    }

    private bool Seek()
    {
        for (var block = Current / Vector<ulong>.Count; block < _left.Length && block < _right.Length; block++)
        {
            if ((_left[block] & _right[block]) == Vector<ulong>.Zero)
                continue;
            Current = block * Vector<ulong>.Count;
            _looked = Current + Vector<ulong>.Count;
            return true;
        }

        // What is left over at the end is looked at word by word.
        Current = Math.Max(Current, _left.Length * Vector<ulong>.Count);
        _looked = _count;
        return Current < _count;
    }
}
