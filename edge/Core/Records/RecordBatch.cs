using System.Collections.Immutable;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Records;

/// <summary>What an appliance signs when it sends a run of records: everything the chain does not already say.</summary>
public sealed record BatchStatement(
    string ApplianceId,
    Guid Epoch,
    Lane Lane,
    ulong FirstSequence,
    int Count,
    ReadOnlyMemory<byte> PreviousChain,
    ReadOnlyMemory<byte> LastChain)
{
    /// <summary>Canonical bytes that are signed (format mark "ECB" 1).</summary>
    public byte[] Encode() =>
        new CanonicalWriter("ECB\u0001"u8)
            .Text(1, ApplianceId)
            .Guid(2, Epoch)
            .Byte(3, (byte)Lane)
            .UInt64(4, FirstSequence)
            .UInt32(5, checked((uint)Count))
            .Bytes(6, PreviousChain.Span)
            .Bytes(7, LastChain.Span)
            .ToArray();
}

/// <summary>Checks a run of records before anything of it is stored.</summary>
public static class RecordBatch
{
    /// <summary>Most records in a batch (DESIGN §6).</summary>
    public const int RecordsMax = 256;

    /// <summary>Most payload bytes in a batch (DESIGN §6).</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>
    /// Verifies, in this order: every header parses and belongs to this appliance, epoch and lane; sequence numbers follow
    /// without a gap; the chain runs from <see cref="BatchStatement.PreviousChain"/> to <see cref="BatchStatement.LastChain"/>;
    /// the signature is the appliance's.
    /// </summary>
    /// <returns>The parsed headers, or the first thing that is wrong, with its sequence number.</returns>
    public static Result<ImmutableArray<RecordHeader>, RecordFailure> Verify(
        BatchStatement statement,
        IReadOnlyList<SealedRecord> records,
        SignatureAlgorithm algorithm,
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> signingKeySpki)
    {
        if (!VerifyChain(statement, records).TryGet(out var headers, out var failure))
            return failure;
        return Signatures.Verify(algorithm, signingKeySpki, statement.Encode(), signature)
            ? headers
            : new RecordFailure(RecordStage.Signature, "the signature is not that of the appliance's key");
    }

    /// <summary>
    /// All of it but the signature: for what was read from a card whose key nobody can open any more. It proves that the run follows from what is
    /// before it, not who wrote it.
    /// </summary>
    public static Result<ImmutableArray<RecordHeader>, RecordFailure> VerifyChain(BatchStatement statement, IReadOnlyList<SealedRecord> records)
    {
        if (records.Count == 0 || records.Count > RecordsMax || records.Count != statement.Count)
            return new RecordFailure(RecordStage.Sequence, $"a batch has 1 to {RecordsMax} records, this has {records.Count}");
        if (statement.PreviousChain.Length != RecordChain.ValueLength)
            return new RecordFailure(RecordStage.Chain, "the chain value before the batch does not have 32 bytes");
        if (statement.FirstSequence > ulong.MaxValue - (ulong)records.Count)
            return new RecordFailure(RecordStage.Sequence, "the first sequence number is impossible");
        var headers = ImmutableArray.CreateBuilder<RecordHeader>(records.Count);
        var chain = statement.PreviousChain.ToArray();
        for (var i = 0; i < records.Count; i++)
        {
            var expected = statement.FirstSequence + (ulong)i;
            if (!RecordHeader.Parse(records[i].Header).TryGet(out var header, out var failure))
                return failure with { Sequence = expected };
            if (header.ApplianceId != statement.ApplianceId || header.Epoch != statement.Epoch || header.Lane != statement.Lane)
                return new RecordFailure(RecordStage.Header, "belongs to another appliance, epoch or lane", expected);
            if (header.Sequence != expected)
                return new RecordFailure(RecordStage.Sequence, $"carries the number {header.Sequence}", expected);
            chain = RecordChain.Next(chain, records[i].Header.Span, SHA256.HashData(records[i].Ciphertext.Span));
            if (!records[i].Chain.Span.SequenceEqual(chain))
                return new RecordFailure(RecordStage.Chain, "header, sealed part and chain value do not agree", expected);
            headers.Add(header);
        }

        if (!statement.LastChain.Span.SequenceEqual(chain))
            return new RecordFailure(RecordStage.Chain, "the statement names another last chain value");
        return headers.MoveToImmutable();
    }
}
