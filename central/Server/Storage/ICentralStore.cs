using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// Everything central keeps, behind one contract (DESIGN §9). Each changing method is one transaction: the change, and the
/// audit event handed in with it, are both durable when it returns, or neither is.
/// </summary>
/// <remarks>Safe for parallel use, and for several processes on one store.</remarks>
internal interface ICentralStore
{
    IApplianceStore Appliances { get; }

    IRecordStore Records { get; }

    IReleaseStore Releases { get; }

    IListStore Lists { get; }

    IEntryStore Entries { get; }

    ISuppressionStore Suppressions { get; }

    IConfirmationStore Confirmations { get; }

    IDocumentStore Documents { get; }

    IPostStore Posts { get; }

    IStaffStore Staff { get; }

    ISessionStore Sessions { get; }

    IPasskeyStore Passkeys { get; }

    IApprovalStore Approvals { get; }

    IPostPeopleStore PostPeople { get; }

    ICommandStore Commands { get; }

    IAuditStore Audit { get; }

    IRetentionStore Retention { get; }

    /// <summary>A number that differs from the last one read when anybody, in any process, has committed since.</summary>
    Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken);

    /// <summary>Tells of commits sooner than polling does.</summary>
    IStoreSignals Signals { get; }

    /// <summary>
    /// Waits until nobody else signs a release, on any node, and keeps it so until the answer is disposed: two releases of one version would
    /// both be signed, and a post could be given either.
    /// </summary>
    Task<IAsyncDisposable> HoldSignerAsync(CancellationToken cancellationToken);

    /// <summary>What the engine wants done every few minutes: SQLite empties its log, PostgreSQL gets the partitions of the months to come.</summary>
    Task MaintainAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Length of SQLite's write-ahead log, in bytes: what was erased may be in it until it is emptied. 0 with PostgreSQL.</summary>
    long LogBytes { get; }

    /// <summary>Looks through SQLite's file from end to end; each damage as a sentence. PostgreSQL has checksums of its pages and finds damage when it reads.</summary>
    Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancellationToken);
}

/// <summary>The audit: appended to, never changed.</summary>
internal interface IAuditStore
{
    Task AppendAsync(AuditEvent line, CancellationToken cancellationToken);

    /// <summary>The newest lines, newest first.</summary>
    Task<IReadOnlyList<AuditLine>> ReadNewestAsync(int count, CancellationToken cancellationToken);

    /// <summary>Lines after a sequence number, oldest first.</summary>
    Task<IReadOnlyList<AuditLine>> ReadAfterAsync(long sequence, int count, CancellationToken cancellationToken);
}
