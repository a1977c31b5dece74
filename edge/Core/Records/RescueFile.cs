using System.Buffers.Binary;
using System.Collections.Immutable;

namespace EdgeCheckpoint.Records;

/// <summary>A run of records as a card had it, for central.</summary>
/// <param name="Signature">Empty where the card's signing key could not be opened.</param>
/// <param name="SigningKeyId">Of the key that signed; empty with the signature.</param>
public sealed record RescuedRun(
    BatchStatement Statement, ImmutableArray<SealedRecord> Records, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> SigningKeyId);

/// <summary>
/// The file by which records travel that an appliance cannot send any more (format mark "ECF" 1): the mark, then runs, each with its length (4 bytes,
/// little endian) before it, then a zero and the number of runs, so that a file that was cut off shows. Everything personal in it is sealed to central.
/// </summary>
public static class RescueFile
{
    private const int RunBytesMax = 1 << 20;

    private static readonly byte[] FileMark = [(byte)'E', (byte)'C', (byte)'F', 1];
    private static readonly byte[] RunMark = [(byte)'E', (byte)'C', (byte)'Q', 1];
    private static readonly byte[] RecordMark = [(byte)'E', (byte)'C', (byte)'Y', 1];

    /// <summary>Writes runs one after another.</summary>
    /// <returns>How many.</returns>
    public static int Write(Stream file, IEnumerable<RescuedRun> runs)
    {
        file.Write(FileMark);
        var count = 0;
        foreach (var run in runs)
        {
            var bytes = Encode(run);
            WriteNumber(file, bytes.Length);
            file.Write(bytes);
            count++;
        }

        WriteNumber(file, 0);
        WriteNumber(file, count);
        return count;
    }

    /// <summary>Reads an untrusted file, run by run; ends with the first thing that is wrong.</summary>
    public static IEnumerable<Result<RescuedRun, RecordFailure>> Read(Stream file)
    {
        var mark = new byte[FileMark.Length];
        if (file.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false) < mark.Length || !mark.AsSpan().SequenceEqual(FileMark))
        {
            yield return new RecordFailure(RecordStage.Header, "this is no rescue file of this version");
            yield break;
        }

        for (var count = 0; ; count++)
        {
            if (!TryReadNumber(file, out var length) || length is < 0 or > RunBytesMax)
            {
                yield return new RecordFailure(RecordStage.Sequence, $"the file is cut off or damaged after {count} runs");
                yield break;
            }

            if (length == 0)
            {
                if (!TryReadNumber(file, out var written) || written != count)
                    yield return new RecordFailure(RecordStage.Sequence, $"the file has {count} runs, and should have more");
                yield break;
            }

            var bytes = new byte[length];
            if (file.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length)
            {
                yield return new RecordFailure(RecordStage.Sequence, $"the file is cut off after {count} runs");
                yield break;
            }

            var run = Decode(bytes);
            yield return run;
            if (!run.IsSuccess)
                yield break;
        }
    }

    private static byte[] Encode(RescuedRun run)
    {
        var records = new CanonicalWriter(RunMark);
        for (var i = 0; i < run.Records.Length; i++)
            records.Bytes(checked((ushort)(i + 1)), Encode(run.Records[i]));
        return new CanonicalWriter(RunMark)
            .Text(1, run.Statement.ApplianceId)
            .Guid(2, run.Statement.Epoch)
            .Byte(3, (byte)run.Statement.Lane)
            .UInt64(4, run.Statement.FirstSequence)
            .Bytes(5, run.Statement.PreviousChain.Span)
            .Bytes(6, run.Signature.Span)
            .Bytes(7, run.SigningKeyId.Span)
            .Bytes(8, records.ToArray())
            .ToArray();
    }

    private static byte[] Encode(SealedRecord record) =>
        new CanonicalWriter(RecordMark)
            .Bytes(1, record.Header.Span)
            .Bytes(2, record.Ciphertext.Span)
            .Bytes(3, record.WrappedForCentral.Span)
            .Bytes(4, record.Chain.Span)
            .ToArray();

    private static Result<RescuedRun, RecordFailure> Decode(ReadOnlyMemory<byte> bytes)
    {
        if (!CanonicalReader.TryOpen(bytes, RunMark, out var reader, out var problem))
            return new RecordFailure(RecordStage.Header, problem);
        if (!(reader.TryGuid(2, out var epoch) & reader.TryByte(3, out var lane) & reader.TryUInt64(4, out var first)
            & reader.TryBytes(5, out var previous) & reader.TryBytes(6, out var signature) & reader.TryBytes(7, out var keyId)
            & reader.TryBytes(8, out var items)))
        {
            return new RecordFailure(RecordStage.Header, "a field of a run is missing or has the wrong length");
        }

        if (!CanonicalReader.TryOpen(items, RunMark, out var list, out problem))
            return new RecordFailure(RecordStage.Header, problem);
        var count = list.CountFrom(0);
        if (count is 0 or > RecordBatch.RecordsMax)
            return new RecordFailure(RecordStage.Sequence, $"a run has 1 to {RecordBatch.RecordsMax} records, this has {count}");
        var records = ImmutableArray.CreateBuilder<SealedRecord>(count);
        for (var i = 1; i <= count; i++)
        {
            if (!list.TryBytes((ushort)i, out var item) || !CanonicalReader.TryOpen(item, RecordMark, out var record, out problem)
                || !(record.TryBytes(1, out var header) & record.TryBytes(2, out var ciphertext) & record.TryBytes(3, out var wrapped) & record.TryBytes(4, out var chain)))
            {
                return new RecordFailure(RecordStage.Header, $"record {i} of a run cannot be read");
            }

            records.Add(new SealedRecord { Header = header, Ciphertext = ciphertext, WrappedForCentral = wrapped, Chain = chain });
        }

        return new RescuedRun(
            new BatchStatement(reader.Text(1), epoch, (Lane)lane, first, count, previous, records[^1].Chain), records.MoveToImmutable(), signature, keyId);
    }

    private static void WriteNumber(Stream file, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        file.Write(bytes);
    }

    private static bool TryReadNumber(Stream file, out int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        var isWhole = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
        number = isWhole ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
        return isWhole;
    }
}
