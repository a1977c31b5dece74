using System.Numerics;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Spellings that optical recognition may have made of one number: 0/O, 1/I, 2/Z, 5/S, 6/G, 8/B exchanged. Fewest changes
/// first, and few enough that with the number itself a search probes 16 spellings at most.
/// </summary>
/// <remarks>A hit on a variant is never an exact one: <see cref="DocumentHit.Changes"/> says how many characters differ.</remarks>
public ref struct DocumentNumberVariants
{
    /// <summary>Spellings besides the number itself.</summary>
    public const int VariantsMax = 15;

    /// <summary>No document number is longer; what is gets no variants beyond this place.</summary>
    private const int PlacesMax = 32;

    private readonly ReadOnlySpan<char> _number;
    private readonly Span<char> _variant;
    private readonly uint _confusable;
    private readonly int _confusableCount;
    private ulong _chosen;
    private int _given;

    /// <param name="number">Normalised.</param>
    /// <param name="buffer">At least as long as the number; holds the current variant.</param>
    public DocumentNumberVariants(ReadOnlySpan<char> number, Span<char> buffer)
    {
        _number = number;
        _variant = buffer[..number.Length];
        for (var place = 0; place < Math.Min(number.Length, PlacesMax); place++)
        {
            if (LookAlikes.Partner(number[place]) != default)
                _confusable |= 1u << place;
        }

        _confusableCount = BitOperations.PopCount(_confusable);
    }

    /// <summary>The variant; overwritten by the next.</summary>
    public readonly ReadOnlySpan<char> Current => _variant;

    /// <summary>How many characters differ from the number.</summary>
    public readonly int Changes => BitOperations.PopCount(_chosen);

    /// <summary>Goes on to the next variant.</summary>
    public bool MoveNext()
    {
        if (_given == VariantsMax || !TryChooseNext())
            return false;
        _given++;
        _number.CopyTo(_variant);
        var rest = _confusable;
        for (var ordinal = 0; rest != 0; ordinal++, rest &= rest - 1)
        {
            if ((_chosen >> ordinal & 1) != 0)
            {
                var place = BitOperations.TrailingZeroCount(rest);
                _variant[place] = LookAlikes.Partner(_number[place]);
            }
        }

        return true;
    }

    /// <summary>The next set of confusable places, one bit each: all sets of one place, then all of two, and so on.</summary>
    private bool TryChooseNext()
    {
        if (_chosen == 0)
        {
            _chosen = 1;
            return _confusableCount > 0;
        }

        // The next larger number with as many bits set: the lowest run of ones moves up by one, its rest falls down.
        var size = Changes;
        var lowest = _chosen & (~_chosen + 1);
        var carried = _chosen + lowest;
        _chosen = carried | (((_chosen ^ carried) / lowest) >> 2);
        if (_chosen >> _confusableCount != 0)
            _chosen = (2UL << size) - 1;
        return Changes <= _confusableCount;
    }
}
