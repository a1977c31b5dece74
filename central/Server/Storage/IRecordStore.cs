using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>Names one record for ever.</summary>
internal readonly record struct RecordKey(string ApplianceId, Guid Epoch, Lane Lane, long Sequence);

/// <summary>A verified record on its way into the store.</summary>
internal sealed record IncomingRecord
{
    public required RecordHeader Parsed { get; init; }

    public required SealedRecord Sealed { get; init; }

    /// <summary>Terms by which it can be found; destroyed with its key.</summary>
    public required IReadOnlyList<byte[]> BlindTerms { get; init; }
}

/// <summary>A verified run of consecutive records of one lane.</summary>
internal sealed record RecordRun
{
    public required string ApplianceId { get; init; }

    public required Guid Epoch { get; init; }

    public required Lane Lane { get; init; }

    public required ReadOnlyMemory<byte> PreviousChain { get; init; }

    public required IReadOnlyList<IncomingRecord> Records { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The appliance's clock minus central's; null when the appliance did not send its clock.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>True when a person brought it on a card: the appliance itself was not heard, and stays overdue.</summary>
    public bool IsRescued { get; init; }

    public long FirstSequence => checked((long)Records[0].Parsed.Sequence);
}

/// <summary>What became of a run.</summary>
internal enum AppendOutcome
{
    Stored,
    Gap,
    Fork,
}

/// <summary>What became of a run.</summary>
/// <param name="DurableThrough">Highest committed sequence number of the lane.</param>
/// <param name="Added">Records that were not there before.</param>
/// <param name="ForkSequence">Where histories part; 0 unless the outcome is a fork.</param>
internal sealed record AppendResult(AppendOutcome Outcome, long DurableThrough, int Added, long ForkSequence = 0)
{
    /// <summary>Highest sequence number of the lane that also stands in a backup; 0 for none.</summary>
    public long BackedUpThrough { get; init; }

    /// <summary>Of a gap: the chain value after the last record; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Chain { get; init; }
}

/// <summary>A stored record.</summary>
internal sealed record StoredRecord
{
    public required RecordKey Key { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required byte[] Header { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required byte[] Chain { get; init; }

    /// <summary>Null when there never was a personal part, or it has been erased.</summary>
    public byte[]? WrappedKey { get; init; }

    /// <summary>The key is here, but only a second approver brings it back.</summary>
    public bool IsMasked { get; init; }

    /// <summary>
    /// False when it is not what was stored: header and columns differ; of an encounter's records also when it does not fit its chain.
    /// </summary>
    public bool IsIntact { get; init; } = true;
}

/// <summary>A stored record's plain part.</summary>
internal sealed record StoredHeader(RecordKey Key, DateTimeOffset ReceivedAt, byte[] Header)
{
    /// <summary>False when it is not what was stored: it does not fit its chain, or the columns it was found by. Not to be shown as truth.</summary>
    public bool IsIntact { get; init; } = true;
}

/// <summary>How far a lane has come.</summary>
internal sealed record LaneHead(string ApplianceId, Guid Epoch, Lane Lane, long LastSequence, byte[] Chain)
{
    /// <summary>The oldest record that is still here; those before went by their age.</summary>
    public long FirstSequence { get; init; } = 1;

    /// <summary>Chain value before it; null for a lane that is here from its beginning.</summary>
    public byte[]? PreviousChain { get; init; }

    /// <summary>Highest sequence number that also stands in a backup; 0 for none.</summary>
    public long BackedUpThrough { get; init; }
}

/// <summary>
/// How many records an appliance has made durable, by what they tell of. Records, not events: one that came inside a carrier and by a rescue of the card as
/// well counts twice.
/// </summary>
internal sealed record RecordCount(string ApplianceId, Lane Lane, RecordKind Kind, long Count);

/// <summary>Sealed records. Headers and sealed parts are never changed; keys can be destroyed.</summary>
internal interface IRecordStore
{
    /// <summary>
    /// Stores what is new of a verified run (DESIGN §6). A record that is already there with the same chain value is a
    /// duplicate; with another, nothing is stored but the evidence of the fork. Durable when it returns.
    /// </summary>
    Task<AppendResult> AppendAsync(RecordRun run, CancellationToken cancellationToken);

    /// <summary>Plain parts of the newest records that belong to an encounter, newest arrival first.</summary>
    Task<IReadOnlyList<StoredHeader>> ReadRecentAsync(int count, CancellationToken cancellationToken);

    /// <summary>Plain parts of the records of one kind in a lane that have arrived since a time, newest arrival first.</summary>
    Task<IReadOnlyList<StoredHeader>> ReadKindAsync(Lane lane, RecordKind kind, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>All records of an encounter, in order of appliance, lane and sequence.</summary>
    Task<IReadOnlyList<StoredRecord>> FindEncounterAsync(Guid encounterId, CancellationToken cancellationToken);

    /// <summary>A lane from a sequence number on, in order.</summary>
    Task<IReadOnlyList<StoredRecord>> ReadLaneAsync(RecordKey from, int count, CancellationToken cancellationToken);

    /// <summary>The ends of all lanes.</summary>
    Task<IReadOnlyList<LaneHead>> ListLanesAsync(CancellationToken cancellationToken);

    /// <summary>The ends of one appliance's lanes in some epochs.</summary>
    Task<IReadOnlyList<LaneHead>> ReadLanesAsync(string applianceId, IReadOnlyList<Guid> epochs, CancellationToken cancellationToken);

    /// <summary>Chain values after some records, in their order; null for one that is not here, or not any more.</summary>
    Task<IReadOnlyList<byte[]?>> ReadChainsAsync(IReadOnlyList<RecordKey> records, CancellationToken cancellationToken);

    /// <summary>A backup holds these lanes as far as they went when it was begun; appliances are told from now on.</summary>
    Task NoteBackedUpAsync(IReadOnlyList<LaneHead> lanes, CancellationToken cancellationToken);

    /// <summary>Records that carry a blind term.</summary>
    Task<IReadOnlyList<RecordKey>> FindByTermAsync(ReadOnlyMemory<byte> term, CancellationToken cancellationToken);

    /// <summary>Destroys a record's key and terms; false when there was no key. Chains still verify.</summary>
    Task<bool> EraseAsync(RecordKey record, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>
    /// Destroys again what was destroyed before a backup was restored, and remembers it: a record that arrives once more arrives without
    /// its key.
    /// </summary>
    /// <returns>How many of them had a key.</returns>
    Task<int> EraseAgainAsync(IReadOnlyList<RecordKey> records, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Records erased by order.</summary>
    Task<IReadOnlyList<RecordKey>> ListErasuresAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<RecordCount>> CountAsync(CancellationToken cancellationToken);

    /// <summary>Encounters with a decision, by appliance.</summary>
    Task<IReadOnlyDictionary<string, long>> CountDecidedAsync(CancellationToken cancellationToken);

    /// <summary>What an appliance offered under keys that were taken, with the keys that were not erased.</summary>
    Task<IReadOnlyList<StoredRecord>> ReadForksAsync(string applianceId, CancellationToken cancellationToken);

    /// <summary>Forks seen, by appliance.</summary>
    Task<IReadOnlyDictionary<string, long>> CountForksAsync(CancellationToken cancellationToken);
}
