using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Makes a record of a draft: identity, order, time, seal and chain. Nothing personal reaches the disk in the clear.</summary>
internal sealed class RecordSealer(ApplianceIdentity identity, SiteTrust trust, PostPeople people, ClockKeeper clock)
{
    internal string ApplianceId => identity.ApplianceId;

    /// <summary>The epoch that came with the enrolment.</summary>
    internal Guid FirstEpoch => identity.Epoch;

    internal ClockKeeper Clock => clock;

    /// <summary>Seals a draft behind what the lane has.</summary>
    internal (RecordHeader Header, SealedRecord Record) Seal(RecordDraft draft, LanePosition position)
    {
        var header = Header(draft, position.Epoch, position.Head + 1);
        return (header, SealedRecord.Create(
            header,
            draft.Personal is null ? [] : draft.Personal.Encode(),
            people.Current is { } accounts ? accounts.JournalPublicKeySpki.Span : [],
            trust.Current.RecordKeys[0].Span,
            position.HeadChain));
    }

    private RecordHeader Header(RecordDraft draft, Guid epoch, ulong sequence)
    {
        var now = clock.Read();
        return new RecordHeader
        {
            RecordId = draft.RecordId,
            ApplianceId = identity.ApplianceId,
            Epoch = epoch,
            Lane = draft.Lane,
            Sequence = sequence,
            Kind = draft.Kind,
            ActorId = draft.ActorId,
            WallUnixMicroseconds = now.WallUnixMicroseconds,
            MonotonicMicroseconds = now.MonotonicMicroseconds,
            BootId = now.BootId,
            ClockQuality = now.Quality,
            EncounterId = draft.EncounterId,
            RelatedRecordId = draft.RelatedRecordId,
            OutcomeCodes = draft.OutcomeCodes,
            Nationality = draft.Nationality,
            Sex = draft.Sex,
            AgeBand = draft.AgeBand,
            ListVersion = draft.ListVersion,
            ListAgeSeconds = draft.ListAgeSeconds,
            Flags = draft.Flags,
            PersonalAlgorithm = draft.Personal is null ? SealAlgorithm.None : SealAlgorithm.Aes256Gcm,
            SecondActorId = draft.SecondActorId,
            RulesVersion = draft.RulesVersion,
            CrossedUnixMicroseconds = draft.CrossedUnixMicroseconds,
            CarriedKind = draft.CarriedKind,
        };
    }
}
