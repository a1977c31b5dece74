using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Where a lane of an epoch stands: how far it is written, durable at central, in its backup, and erased here.</summary>
internal sealed record LanePosition
{
    internal required Guid Epoch { get; init; }

    internal required Lane Lane { get; init; }

    /// <summary>First record that is here; more than 1 only where damage took the ones before.</summary>
    internal ulong First { get; init; } = 1;

    internal ulong Head { get; init; }

    /// <summary>Chain value after <see cref="Head"/>.</summary>
    internal required byte[] HeadChain { get; init; }

    internal ulong Durable { get; init; }

    /// <summary>Chain value after <see cref="Durable"/>: what the next run begins with.</summary>
    internal required byte[] DurableChain { get; init; }

    internal ulong BackedUp { get; init; }

    internal ulong Erased { get; init; }

    /// <summary>The first record that central does not take here (<see cref="ClosedLane"/>); null while the lane is open. Kept in a table of its own.</summary>
    internal ulong? ClosedFrom { get; init; }

    /// <summary>The last record that goes to central under its own number; before <see cref="First"/> where none does.</summary>
    internal ulong SendableHead => ClosedFrom is { } from ? Math.Min(Head, from - 1) : Head;

    /// <summary>False where the lane is closed from its first record on.</summary>
    internal bool IsSendable => ClosedFrom is null || SendableHead >= Oldest;

    /// <summary>How many records under their own numbers are not durable at central.</summary>
    internal ulong Waiting => SendableHead > Durable ? SendableHead - Durable : 0;

    /// <summary>From where on a chain value is known: the beginning, or the first record that damage left.</summary>
    internal ulong Oldest => First == 1 ? 0 : First;

    /// <summary>A lane nothing was written to yet.</summary>
    internal static LanePosition Empty(string applianceId, Guid epoch, Lane lane)
    {
        var genesis = RecordChain.Genesis(applianceId, epoch, lane);
        return new LanePosition { Epoch = epoch, Lane = lane, HeadChain = genesis, DurableChain = genesis };
    }

    /// <summary>Covers every field of the row: what a flipped bit changes does not fit it.</summary>
    internal byte[] Check()
    {
        Span<byte> numbers = stackalloc byte[1 + (5 * sizeof(ulong))];
        numbers[0] = (byte)Lane;
        BinaryPrimitives.WriteUInt64BigEndian(numbers[1..], First);
        BinaryPrimitives.WriteUInt64BigEndian(numbers[9..], Head);
        BinaryPrimitives.WriteUInt64BigEndian(numbers[17..], Durable);
        BinaryPrimitives.WriteUInt64BigEndian(numbers[25..], BackedUp);
        BinaryPrimitives.WriteUInt64BigEndian(numbers[33..], Erased);
        return RowCheck.Of(Epoch.ToByteArray(bigEndian: true), numbers, HeadChain, DurableChain);
    }
}

/// <summary>A short hash over what a row says, kept in the row: it tells damage, it does not prove who wrote.</summary>
internal static class RowCheck
{
    /// <summary>Bytes of a check.</summary>
    internal const int Length = 16;

    internal static byte[] Of(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third = default, ReadOnlySpan<byte> fourth = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[sizeof(int)];
        Append(first, size);
        Append(second, size);
        Append(third, size);
        Append(fourth, size);
        return hash.GetHashAndReset()[..Length];

        void Append(ReadOnlySpan<byte> part, Span<byte> size)
        {
            BinaryPrimitives.WriteInt32BigEndian(size, part.Length);
            hash.AppendData(size);
            hash.AppendData(part);
        }
    }
}
