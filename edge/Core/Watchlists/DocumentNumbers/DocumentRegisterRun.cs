using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// What turns the register of an older release into that of a newer one (format mark "ECT" 1): the newer head, and a small sorted table of what
/// came, changed and was withdrawn, compressed.
/// </summary>
public sealed class DocumentRegisterRun
{
    /// <summary>Most documents of a register that a run leads to: putting it together takes some sixty bytes of memory each, and a larger one is taken whole.</summary>
    public const int RegisterRowsMax = 2_000_000;

    /// <summary>Largest run that is unpacked, in bytes: more than so many changes.</summary>
    public const int UnpackedBytesMax = 32 * 1024 * 1024;

    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'T', 1];

    private DocumentRegisterRun(DocumentRegisterHead head, DocumentTable table) => (Head, Table) = (head, table);

    public DocumentRegisterHead Head { get; }

    /// <summary>What came, changed and was withdrawn.</summary>
    public long ChangeCount => Table.RowCount;

    internal DocumentTable Table { get; }

    /// <summary>Makes the bytes of the run between two registers under one key.</summary>
    /// <param name="pack">Makes a zstd frame (RFC 8878); Core has no codec of its own.</param>
    /// <exception cref="ArgumentException">It would be longer than an appliance unpacks, or lead to more documents.</exception>
    public static byte[] Between(DocumentRegister older, DocumentRegister newer, Func<ReadOnlySpan<byte>, byte[]> pack)
    {
        if (newer.Count > RegisterRowsMax)
            throw new ArgumentException($"A run leads to at most {RegisterRowsMax} documents, not to {newer.Count}.");
        var writer = new DocumentTableWriter(newer.Head.ListKey.Span, newer.Version, older.Version);
        WriteChanges(older.Table, newer.Table, writer);
        using var output = new MemoryStream();
        writer.Finish(output);
        var plain = output.GetBuffer().AsSpan(0, checked((int)output.Length));
        if (plain.Length > UnpackedBytesMax)
            throw new ArgumentException($"A run has at most {UnpackedBytesMax} bytes unpacked; this one has {plain.Length}.");
        return new CanonicalWriter(Mark).Bytes(1, newer.Head.Encode()).UInt32(2, (uint)plain.Length).Bytes(3, pack(plain)).ToArray();
    }

    /// <summary>Reads untrusted bytes strictly and within bounds.</summary>
    public static Result<DocumentRegisterRun, DocumentTableFailure> Decode(ReadOnlyMemory<byte> bytes, UnpackFrame tryUnpack)
    {
        if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem))
            return Refused(problem);
        if (!(reader.TryBytes(1, out var headBytes) & reader.TryUInt32(2, out var length) & reader.TryBytes(3, out var frame)))
            return Refused("a compulsory field is missing or has the wrong length");
        if (headBytes.Length > DocumentRegisterHead.BytesMax || length > UnpackedBytesMax)
            return Refused("it is longer than any run");
        if (!DocumentRegisterHead.Parse(headBytes).TryGet(out var head, out var failure))
            return failure;
        var plain = new byte[length];
        if (!tryUnpack(frame.Span, plain))
            return Refused("it does not unpack to the length it names");
        if (!DocumentTable.Open(new MemorySectionSource(plain), head.ListKey.Span).TryGet(out var table, out failure))
            return failure;
        if (table.Follows == 0)
            return Refused("it follows no other register");
        return table.CheckRows() is { } damage ? damage : new DocumentRegisterRun(head, table);
    }

    /// <summary>Both tables are sorted by key, so that they are walked together once.</summary>
    private static void WriteChanges(DocumentTable older, DocumentTable newer, DocumentTableWriter writer)
    {
        using var before = older.Rows().GetEnumerator();
        using var after = newer.Rows().GetEnumerator();
        var isBefore = before.MoveNext();
        var isAfter = after.MoveNext();
        while (isBefore || isAfter)
        {
            if (!isAfter || (isBefore && before.Current.Key.Hash < after.Current.Key.Hash))
            {
                writer.Withdraw(before.Current.Key);
                isBefore = before.MoveNext();
            }
            else if (!isBefore || after.Current.Key.Hash < before.Current.Key.Hash)
            {
                writer.Add(after.Current.Key, after.Current.Payload);
                isAfter = after.MoveNext();
            }
            else
            {
                if (before.Current.Payload != after.Current.Payload)
                    writer.Add(after.Current.Key, after.Current.Payload);
                isBefore = before.MoveNext();
                isAfter = after.MoveNext();
            }
        }
    }

    private static DocumentTableFailure Refused(string reason) => new(DocumentTableStage.Header, reason);
}
