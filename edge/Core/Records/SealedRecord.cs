using System.Security.Cryptography;

namespace EdgeCheckpoint.Records;

/// <summary>A record as it is stored and sent: opaque canonical header, sealed personal part, wrapped keys, chain value.</summary>
public sealed class SealedRecord
{
    /// <summary>Canonical header (<see cref="RecordHeader"/>).</summary>
    public required ReadOnlyMemory<byte> Header { get; init; }

    /// <summary>Sealed personal part; empty when there is none.</summary>
    public required ReadOnlyMemory<byte> Ciphertext { get; init; }

    /// <summary>Record key wrapped to the appliance's journal key; empty when there is no personal part, no such key yet, or it is erased.</summary>
    public ReadOnlyMemory<byte> WrappedForAppliance { get; init; }

    /// <summary>Record key wrapped to central's record key; empty when there is no personal part.</summary>
    public required ReadOnlyMemory<byte> WrappedForCentral { get; init; }

    /// <summary>Chain value after this record (<see cref="RecordChain"/>).</summary>
    public required ReadOnlyMemory<byte> Chain { get; init; }

    /// <summary>Seals a record: encodes the header, encrypts the personal part, wraps its key twice, extends the chain.</summary>
    /// <param name="header">The header; its <see cref="RecordHeader.PersonalAlgorithm"/> must fit <paramref name="personal"/>.</param>
    /// <param name="personal">Canonical personal part; empty for none.</param>
    /// <param name="applianceJournalSpki">The appliance's journal key; empty when it has none yet: then central alone can read the part.</param>
    /// <param name="centralRecordSpki">Central's record key.</param>
    /// <param name="previousChain">Chain value before this record.</param>
    public static SealedRecord Create(
        RecordHeader header,
        ReadOnlySpan<byte> personal,
        ReadOnlySpan<byte> applianceJournalSpki,
        ReadOnlySpan<byte> centralRecordSpki,
        ReadOnlySpan<byte> previousChain)
    {
        if (personal.IsEmpty != (header.PersonalAlgorithm == SealAlgorithm.None))
            throw new ArgumentException("The header must say how the personal part is sealed.", nameof(header));
        var headerBytes = header.Encode();
        byte[] ciphertext = [], forAppliance = [], forCentral = [];
        if (!personal.IsEmpty)
        {
            var key = PersonalSeal.NewKey();
            var context = KeyContext(header.RecordId);
            ciphertext = PersonalSeal.Seal(key, headerBytes, personal);
            forAppliance = applianceJournalSpki.IsEmpty ? [] : KeyWrap.Wrap(applianceJournalSpki, key, context);
            forCentral = KeyWrap.Wrap(centralRecordSpki, key, context);
            CryptographicOperations.ZeroMemory(key);
        }

        return new SealedRecord
        {
            Header = headerBytes,
            Ciphertext = ciphertext,
            WrappedForAppliance = forAppliance,
            WrappedForCentral = forCentral,
            Chain = RecordChain.Next(previousChain, headerBytes, SHA256.HashData(ciphertext)),
        };
    }

    /// <summary>Opens the personal part with a wrapped key.</summary>
    /// <param name="recipient">The appliance's journal key or central's record key.</param>
    /// <param name="wrappedKey">The key wrapped to that recipient.</param>
    /// <param name="header">Canonical header.</param>
    /// <param name="ciphertext">Sealed part.</param>
    public static Result<byte[], RecordFailure> Open(
        IKeyAgreement recipient,
        ReadOnlySpan<byte> wrappedKey,
        ReadOnlyMemory<byte> header,
        ReadOnlySpan<byte> ciphertext)
    {
        if (!RecordHeader.Parse(header).TryGet(out var parsed, out var failure))
            return failure;
        if (!KeyWrap.Unwrap(recipient, wrappedKey, KeyContext(parsed.RecordId)).TryGet(out var key, out failure))
            return failure;
        try
        {
            return PersonalSeal.Open(key, header.Span, ciphertext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The context to which a record's key is bound.</summary>
    public static byte[] KeyContext(Guid recordId)
    {
        byte[] context = [.. "record"u8, .. recordId.ToByteArray(bigEndian: true)];
        return context;
    }
}
