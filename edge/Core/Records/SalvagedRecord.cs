namespace EdgeCheckpoint.Records;

/// <summary>
/// A whole record inside another (format mark "ECH" 1): one that damage on a card cut off from the record before it. Its own header, sealed part,
/// wrapped key and chain value are untouched, so it opens and can be compared as it was written.
/// </summary>
public static class SalvagedRecord
{
    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'H', 1];

    public static byte[] Encode(Guid epoch, SealedRecord record) =>
        new CanonicalWriter(Mark)
            .Guid(1, epoch)
            .Bytes(2, record.Header.Span)
            .Bytes(3, record.Ciphertext.Span)
            .Bytes(4, record.WrappedForCentral.Span)
            .Bytes(5, record.Chain.Span)
            .ToArray();

    /// <summary>The note by which it travels in a record of kind <see cref="RecordKind.Salvaged"/>.</summary>
    public static string ToNote(Guid epoch, SealedRecord record) => Convert.ToBase64String(Encode(epoch, record));

    /// <summary>Reads an untrusted note.</summary>
    public static Result<SealedRecord, RecordFailure> FromNote(string note)
    {
        var bytes = new byte[note.Length];
        return Convert.TryFromBase64String(note, bytes, out var length)
            ? Decode(bytes.AsMemory(0, length))
            : new RecordFailure(RecordStage.Seal, "the note carries no record");
    }

    /// <summary>Reads untrusted bytes.</summary>
    public static Result<SealedRecord, RecordFailure> Decode(ReadOnlyMemory<byte> bytes)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return new RecordFailure(RecordStage.Header, problem);
        if (!(reader.TryGuid(1, out var epoch) & reader.TryBytes(2, out var header) & reader.TryBytes(3, out var ciphertext)
            & reader.TryBytes(4, out var wrapped) & reader.TryBytes(5, RecordChain.ValueLength, out var chain)))
        {
            return new RecordFailure(RecordStage.Header, "a field of the saved record is missing or has the wrong length");
        }

        if (!RecordHeader.Parse(header).TryGet(out var parsed, out var failure))
            return failure;
        return parsed.Epoch == epoch
            ? new SealedRecord { Header = header, Ciphertext = ciphertext, WrappedForCentral = wrapped, Chain = chain }
            : new RecordFailure(RecordStage.Header, "belongs to another epoch");
    }
}
