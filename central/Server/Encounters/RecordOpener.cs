using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>What a record says once it is open.</summary>
/// <param name="Header">Its header; of a salvaged record the header of what it carries.</param>
/// <param name="Personal">Null for a record without a personal part.</param>
internal sealed record OpenedPart(RecordHeader Header, PersonalPart? Personal);

/// <summary>
/// Opens what an appliance sealed. A record that damage on a card cut off travels inside another, after a second damage inside two: what it
/// carries stands in its place.
/// </summary>
internal static class RecordOpener
{
    /// <summary>A card that is damaged more often is replaced.</summary>
    internal const int CarriersMax = 8;

    internal static Result<OpenedPart, RecordFailure> Open(SiteKeys keys, StoredRecord record) => Open(keys, new SealedRecord
    {
        Header = record.Header,
        Ciphertext = record.Ciphertext,
        WrappedForCentral = record.WrappedKey ?? [],
        Chain = record.Chain,
    });

    internal static Result<OpenedPart, RecordFailure> Open(SiteKeys keys, SealedRecord record)
    {
        RecordHeader? carrier = null;
        for (var depth = 0; depth <= CarriersMax; depth++)
        {
            if (!RecordHeader.Parse(record.Header).TryGet(out var header, out var failure))
                return failure;
            if (carrier is not null && !Fits(header, carrier))
                return new RecordFailure(RecordStage.Header, "carries another record than it says");
            if (header.PersonalAlgorithm == SealAlgorithm.None)
                return new OpenedPart(header, null);
            if (!SealedRecord.Open(keys.RecordKey, record.WrappedForCentral.Span, record.Header, record.Ciphertext.Span).TryGet(out var bytes, out failure)
                || !PersonalPart.Decode(bytes).TryGet(out var personal, out failure))
            {
                return failure;
            }

            if (header.Kind != RecordKind.Salvaged)
                return new OpenedPart(header, personal);
            if (!SalvagedRecord.FromNote(personal.Note).TryGet(out var carried, out failure))
                return failure;
            (carrier, record) = (header, carried);
        }

        return new RecordFailure(RecordStage.Seal, "carries records inside records without end");
    }

    /// <summary>What is carried is in no chain: it must be what its carrier, which is, says of it.</summary>
    private static bool Fits(RecordHeader carried, RecordHeader carrier) =>
        carried.ApplianceId == carrier.ApplianceId
        && carried.EncounterId == carrier.EncounterId
        && (carrier.CarriedKind is null
            || (carried.EffectiveKind == carrier.CarriedKind && carried.OutcomeCodes.AsSpan().SequenceEqual(carrier.OutcomeCodes.AsSpan())));
}
