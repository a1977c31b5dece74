namespace EdgeCheckpoint.Matching;

/// <summary>The best names of a search; a heap with the worst of them on top.</summary>
internal sealed class RankedNames(int capacity)
{
    private readonly RankedName[] _names = new RankedName[capacity];
    private int _count;

    /// <summary>In no order.</summary>
    internal ReadOnlySpan<RankedName> Names => _names.AsSpan(0, _count);

    /// <summary>True when no name up to this rank can still be among the best.</summary>
    internal bool IsSettled(float bound) => _count == _names.Length && _names[0].Rank >= bound;

    /// <summary>Keeps a name while there is room, or in place of the worst.</summary>
    internal void Keep(RankedName name)
    {
        var heap = _names;
        if (_count < heap.Length)
        {
            var child = _count++;
            heap[child] = name;
            while (child > 0 && heap[(child - 1) / 2].Rank > heap[child].Rank)
            {
                (heap[child], heap[(child - 1) / 2]) = (heap[(child - 1) / 2], heap[child]);
                child = (child - 1) / 2;
            }

            return;
        }

        if (name.Rank <= heap[0].Rank)
            return;
        heap[0] = name;
        for (var parent = 0; ;)
        {
            var child = (2 * parent) + 1;
            if (child >= heap.Length)
                return;
            if (child + 1 < heap.Length && heap[child + 1].Rank < heap[child].Rank)
                child++;
            if (heap[parent].Rank <= heap[child].Rank)
                return;
            (heap[parent], heap[child]) = (heap[child], heap[parent]);
            parent = child;
        }
    }

    internal void Clear()
    {
        Array.Clear(_names, 0, _count);
        _count = 0;
    }
}

/// <summary>A name and its rank by the quick score.</summary>
internal readonly record struct RankedName(float Rank, int Name);
