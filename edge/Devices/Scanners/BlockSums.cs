namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Lengths and exclusive ors of one block, kept for each place at which a reader may begin to count.</summary>
internal sealed class BlockSums
{
    private const int RangeCount = BlockRange.FromText - BlockRange.FromHeading + 1;

    private readonly byte[] _checks = new byte[RangeCount];
    private readonly int[] _counts = new int[RangeCount];
    private int _begun;

    public void Clear()
    {
        Array.Clear(_checks);
        Array.Clear(_counts);
        _begun = 0;
    }

    /// <summary>The next byte is the first one of this range. Ranges begin in their order.</summary>
    public void Begin(BlockRange range) => _begun = range - BlockRange.FromHeading + 1;

    public void Add(byte value)
    {
        for (var index = 0; index < _begun; index++)
        {
            _checks[index] ^= value;
            // A block that long has overflowed before; a babbling device must not bring the counter round.
            if (_counts[index] < ushort.MaxValue)
                _counts[index]++;
        }
    }

    /// <summary>True when the length fits. Call at ETX.</summary>
    /// <param name="hasCheck">A block check follows and is counted (RTE6701-OEM manual, 9.1.1.1: "including check").</param>
    public bool LengthFits(int length, BlockRange range, bool hasCheck)
    {
        if (range < BlockRange.Any)
            return true;
        for (var index = 0; index < RangeCount; index++)
        {
            var isAsked = range == BlockRange.Any || range == BlockRange.FromHeading + index;
            var count = _counts[index] + (hasCheck ? 1 : 0);
            if (isAsked && (length == count || (range == BlockRange.Any && length == _counts[index])))
                return true;
        }

        return false;
    }

    /// <summary>True when the block check fits.</summary>
    /// <param name="last">The last byte added, which some readers leave out.</param>
    public bool CheckFits(byte check, BlockRange range, byte last)
    {
        if (range < BlockRange.Any)
            return true;
        for (var index = 0; index < RangeCount; index++)
        {
            var isAsked = range == BlockRange.Any || range == BlockRange.FromHeading + index;
            if (isAsked && (check == _checks[index] || (range == BlockRange.Any && check == (_checks[index] ^ last))))
                return true;
        }

        return false;
    }

    /// <summary>Ranges over which this block check would fit, for a technician; empty when there is none.</summary>
    public string RangesThatFit(byte check) => string.Join(
        ", ",
        Enumerable.Range(0, RangeCount).Where(index => _checks[index] == check).Select(static index => BlockRange.FromHeading + index));
}
