using System.Buffers;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Google.Protobuf;
using Google.Protobuf.Collections;
using ZstdSharp;
using SealedRecord = EdgeCheckpoint.Protos.V1.SealedRecord;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>Unpacks the records of a batch (journal.proto, compressed_records).</summary>
internal static class CompressedRecords
{
    /// <summary>
    /// Most bytes that may come out, whatever the frame says of itself: a full batch, its wrapped keys and chain values, and framing. A
    /// frame that would give more is refused before it has given them.
    /// </summary>
    internal const int PlainBytesMax = RecordBatch.BytesMax + (RecordBatch.RecordsMax * 512);

    /// <summary>The records; or what is wrong with the frame, for a technician.</summary>
    internal static Result<RepeatedField<SealedRecord>, string> Unpack(ByteString frame)
    {
        // Rented: so large an array for each batch would go to the heap that is seldom collected. The records copy what they keep.
        var plain = ArrayPool<byte>.Shared.Rent(PlainBytesMax);
        try
        {
            using var decompressor = new Decompressor();
            var length = decompressor.Unwrap(frame.Span, plain.AsSpan(0, PlainBytesMax));
            return RecordList.Parser.ParseFrom(plain.AsSpan(0, length)).Records;
        }
        catch (ZstdException)
        {
            return $"the compressed records are no Zstandard frame of at most {PlainBytesMax} bytes";
        }
        catch (InvalidProtocolBufferException)
        {
            return "the compressed records are not a list of records";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }
}
