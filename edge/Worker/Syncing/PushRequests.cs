using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using Google.Protobuf;
using ZstdSharp;
using WireRecord = EdgeCheckpoint.Protos.V1.SealedRecord;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>Makes signed requests of batches. The signature covers the records, not how they are packed.</summary>
internal static class PushRequests
{
    /// <summary>Quick, and near to what higher levels reach: most of a batch is sealed and does not shrink.</summary>
    private const int CompressionLevel = 3;

    /// <param name="compress">Central has said that it reads Zstandard; used where it saves anything.</param>
    internal static PushRecordsRequest Of(
        PendingBatch batch, string applianceId, Credential credential, long sentAtUnixMicroseconds, bool compress)
    {
        var statement = new BatchStatement(
            applianceId, batch.Epoch, batch.Lane, batch.FirstSequence, batch.Records.Length, batch.PreviousChain, batch.Records[^1].Chain);
        var request = new PushRecordsRequest
        {
            Epoch = ByteString.CopyFrom(batch.Epoch.ToByteArray(bigEndian: true)),
            Lane = (uint)batch.Lane,
            FirstSequence = batch.FirstSequence,
            PreviousChainSha256 = ByteString.CopyFrom(batch.PreviousChain.Span),
            Signature = ByteString.CopyFrom(credential.Key.Sign(statement.Encode())),
            SigningKeyId = ByteString.CopyFrom(credential.SigningKeyId.ToBytes()),
            SignatureAlgorithm = (uint)SignatureAlgorithm.EcdsaP256Sha256,
            SentAtUnixMicroseconds = sentAtUnixMicroseconds,
        };
        var list = new RecordList();
        foreach (var record in batch.Records)
        {
            list.Records.Add(new WireRecord
            {
                Header = ByteString.CopyFrom(record.Header.Span),
                Ciphertext = ByteString.CopyFrom(record.Ciphertext.Span),
                WrappedKey = ByteString.CopyFrom(record.WrappedForCentral.Span),
                ChainSha256 = ByteString.CopyFrom(record.Chain.Span),
            });
        }

        if (compress && Compress(list) is { } packed)
            request.CompressedRecords = packed;
        else
            request.Records.Add(list.Records);
        return request;
    }

    private static ByteString? Compress(RecordList list)
    {
        var plain = list.ToByteArray();
        using var compressor = new Compressor(CompressionLevel);
        var packed = compressor.Wrap(plain);
        return packed.Length < plain.Length ? ByteString.CopyFrom(packed) : null;
    }
}
