using System.Buffers.Binary;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// A lane of an epoch of which central does not take the rest under its own numbers: histories part after a card was copied or put back, or central lacks
/// what damage took from this card. The rest travels inside records of the newest epoch. Nothing opens such a lane again.
/// </summary>
/// <param name="From">The first record that central does not take.</param>
/// <param name="CarriedThrough">So far the records are written again; one before <paramref name="From"/> at the beginning.</param>
/// <param name="Reason">For the screen.</param>
internal sealed record ClosedLane(Guid Epoch, Lane Lane, ulong From, ulong CarriedThrough, string Reason)
{
    /// <summary>Covers every field.</summary>
    internal byte[] Check()
    {
        Span<byte> numbers = stackalloc byte[1 + (2 * sizeof(ulong))];
        numbers[0] = (byte)Lane;
        BinaryPrimitives.WriteUInt64BigEndian(numbers[1..], From);
        BinaryPrimitives.WriteUInt64BigEndian(numbers[9..], CarriedThrough);
        return RowCheck.Of(JournalFile.Bytes(Epoch), numbers, Encoding.UTF8.GetBytes(Reason));
    }
}

/// <summary>What recovery found and no alert says yet.</summary>
/// <param name="RecordId">That the alert will have: so it is written once.</param>
internal sealed record Finding(Guid RecordId, long FoundUnixMicroseconds, string Note);
