using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// Writes the records by which others travel that central cannot take in their place, as the appliance would have done, in an epoch of the rescue's own. A rescue
/// that is done again makes another; each record in it has the identifier that it always has, and what it carries counts once.
/// </summary>
internal static class RescueCarriers
{
    /// <summary>Lanes of an epoch that nobody has written to before.</summary>
    internal static IEnumerable<SavedLane> Of(IReadOnlyCollection<StoredRow> loose, ReadOnlyMemory<byte> recordKeySpki)
    {
        var epoch = Guid.NewGuid();
        foreach (var lane in loose.GroupBy(static row => row.Lane).OrderBy(static lane => lane.Key))
        {
            var rows = new List<StoredRow>();
            LanePosition? position = null;
            foreach (var row in lane)
            {
                if (!RecordHeader.Parse(row.Header).TryGet(out var header, out _))
                    continue;
                position ??= LanePosition.Empty(header.ApplianceId, epoch, lane.Key);
                var carrier = RecoveryDrafts.Carrier(row, header);
                var record = SealedRecord.Create(Header(carrier, header, position), carrier.Personal!.Encode(), default, recordKeySpki.Span, position.HeadChain);
                position = position with { Head = position.Head + 1, HeadChain = record.Chain.ToArray() };
                rows.Add(new StoredRow(
                    epoch, lane.Key, position.Head, record.Header.ToArray(), record.Ciphertext.ToArray(), [], record.WrappedForCentral.ToArray(), position.HeadChain, null));
            }

            if (position is not null)
                yield return new SavedLane(position, [.. rows]);
        }
    }

    /// <summary>Its times are those of what it carries: a reader knows nothing of the card's clock.</summary>
    private static RecordHeader Header(RecordDraft carrier, RecordHeader carried, LanePosition position) => new()
    {
        RecordId = carrier.RecordId,
        ApplianceId = carried.ApplianceId,
        Epoch = position.Epoch,
        Lane = position.Lane,
        Sequence = position.Head + 1,
        Kind = carrier.Kind,
        ActorId = carrier.ActorId,
        WallUnixMicroseconds = carried.WallUnixMicroseconds,
        MonotonicMicroseconds = carried.MonotonicMicroseconds,
        BootId = carried.BootId,
        ClockQuality = carried.ClockQuality,
        EncounterId = carrier.EncounterId,
        RelatedRecordId = carrier.RelatedRecordId,
        OutcomeCodes = carrier.OutcomeCodes,
        Nationality = carrier.Nationality,
        Sex = carrier.Sex,
        AgeBand = carrier.AgeBand,
        ListVersion = carrier.ListVersion,
        ListAgeSeconds = carrier.ListAgeSeconds,
        Flags = carrier.Flags,
        PersonalAlgorithm = SealAlgorithm.Aes256Gcm,
        SecondActorId = carrier.SecondActorId,
        RulesVersion = carrier.RulesVersion,
        CrossedUnixMicroseconds = carrier.CrossedUnixMicroseconds,
        CarriedKind = carrier.CarriedKind,
    };
}
