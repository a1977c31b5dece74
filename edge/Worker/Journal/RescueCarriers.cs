using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// Writes the records by which others travel that central cannot take in their place, as the appliance would have done, in epochs of the rescue's own. A rescue
/// that is done again makes others; each record in them has the identifier that it always has, and what it carries counts once.
/// </summary>
internal static class RescueCarriers
{
    /// <summary>Records in an epoch: so many are in memory at once.</summary>
    private const int EpochMax = 4096;

    /// <summary>Lanes of epochs that nobody has written to before.</summary>
    internal static IEnumerable<SavedLane> Of(IReadOnlyCollection<StoredRow> loose, ReadOnlyMemory<byte> recordKeySpki)
    {
        foreach (var some in loose.GroupBy(static row => row.Lane).OrderBy(static lane => lane.Key).SelectMany(static lane => lane.Chunk(EpochMax)))
        {
            var (epoch, lane) = (Guid.NewGuid(), some[0].Lane);
            var rows = new List<StoredRow>();
            LanePosition? position = null;
            foreach (var row in some)
            {
                if (!RecordHeader.Parse(row.Header).TryGet(out var header, out _))
                    continue;
                position ??= LanePosition.Empty(header.ApplianceId, epoch, lane);
                var carrier = RecoveryDrafts.Carrier(row, header);
                var record = SealedRecord.Create(Header(carrier, header, position), carrier.Personal!.Encode(), default, recordKeySpki.Span, position.HeadChain);
                position = position with { Head = position.Head + 1, HeadChain = record.Chain.ToArray() };
                rows.Add(new StoredRow(
                    epoch, lane, position.Head, record.Header.ToArray(), record.Ciphertext.ToArray(), [], record.WrappedForCentral.ToArray(), position.HeadChain, null));
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
