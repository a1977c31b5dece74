using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>What a capability wants written; the journal adds identity, order, time, seal and chain.</summary>
internal sealed record RecordDraft(Lane Lane, RecordKind Kind, string ActorId)
{
    /// <summary>The machine itself.</summary>
    internal const string Appliance = "appliance";

    internal Guid RecordId { get; init; } = Guid.NewGuid();

    internal Guid? EncounterId { get; init; }

    internal Guid? RelatedRecordId { get; init; }

    internal ImmutableArray<ushort> OutcomeCodes { get; init; } = [];

    internal string Nationality { get; init; } = "";

    internal char Sex { get; init; }

    internal AgeBand AgeBand { get; init; }

    internal ulong? ListVersion { get; init; }

    internal long? ListAgeSeconds { get; init; }

    internal RecordFlags Flags { get; init; }

    /// <summary>When the traveller crossed, for an entry made afterwards from paper; null for one made at the crossing.</summary>
    internal long? CrossedUnixMicroseconds { get; init; }

    /// <summary>Of a record that carries a salvaged one: that one's kind.</summary>
    internal RecordKind? CarriedKind { get; init; }

    internal string SecondActorId { get; init; } = "";

    internal string RulesVersion { get; init; } = "";

    /// <summary>Null for a record without a personal part.</summary>
    internal PersonalPart? Personal { get; init; }
}
