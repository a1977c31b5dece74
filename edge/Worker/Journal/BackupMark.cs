using System.Buffers.Binary;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>When central said that a lane is in its backup.</summary>
/// <param name="SignedAt">By signed time; null when none was known then.</param>
/// <param name="MonotonicMicroseconds">Of the boot named; comparable within it.</param>
internal sealed record BackupMark(Guid Epoch, Lane Lane, ulong Through, DateTimeOffset? SignedAt, Guid BootId, long MonotonicMicroseconds)
{
    internal long? SignedAtMicroseconds => SignedAt is { } at ? Health.ClockReading.ToUnixMicroseconds(at) : null;

    internal byte[] Check()
    {
        Span<byte> numbers = stackalloc byte[1 + (3 * sizeof(long))];
        numbers[0] = (byte)Lane;
        BinaryPrimitives.WriteUInt64BigEndian(numbers[1..], Through);
        BinaryPrimitives.WriteInt64BigEndian(numbers[9..], SignedAtMicroseconds ?? long.MinValue);
        BinaryPrimitives.WriteInt64BigEndian(numbers[17..], MonotonicMicroseconds);
        return RowCheck.Of(JournalFile.Bytes(Epoch), numbers, JournalFile.Bytes(BootId));
    }
}
