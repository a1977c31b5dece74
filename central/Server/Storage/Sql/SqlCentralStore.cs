namespace EdgeCheckpoint.Central.Storage.Sql;

/// <summary>The contract on a database that speaks SQL; which one is the engine's affair.</summary>
/// <param name="erasures">Where erasures by order are written down beside the database; null for none.</param>
internal sealed class SqlCentralStore(ISqlDatabase database, ErasureLog? erasures = null) : ICentralStore, IAsyncDisposable
{
    public IApplianceStore Appliances { get; } = new SqlApplianceStore(database);

    public IRecordStore Records { get; } = new SqlRecordStore(database, erasures);

    public IReleaseStore Releases { get; } = new SqlReleaseStore(database);

    public IListStore Lists { get; } = new SqlListStore(database);

    public IEntryStore Entries { get; } = new SqlEntryStore(database);

    public ISuppressionStore Suppressions { get; } = new SqlSuppressionStore(database);

    public IConfirmationStore Confirmations { get; } = new SqlConfirmationStore(database);

    public IDocumentStore Documents { get; } = new SqlDocumentStore(database);

    public IPostStore Posts { get; } = new SqlPostStore(database);

    public IStaffStore Staff { get; } = new SqlStaffStore(database);

    public ISessionStore Sessions { get; } = new SqlSessionStore(database);

    public IPasskeyStore Passkeys { get; } = new SqlPasskeyStore(database);

    public IApprovalStore Approvals { get; } = new SqlApprovalStore(database);

    public IPostPeopleStore PostPeople { get; } = new SqlPostPeopleStore(database);

    public ICommandStore Commands { get; } = new SqlCommandStore(database);

    public IAuditStore Audit { get; } = new SqlAuditStore(database);

    public IRetentionStore Retention { get; } = new SqlRetentionStore(database);

    public IStoreSignals Signals => database.Signals;

    public Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken) => database.ReadChangeMarkAsync(cancellationToken);

    public Task<IAsyncDisposable> HoldSignerAsync(CancellationToken cancellationToken) => database.HoldSignerAsync(cancellationToken);

    public Task MaintainAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.MaintainAsync(now, cancellationToken);

    public long LogBytes => database.LogBytes;

    public Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancellationToken) => database.FindDamageAsync(cancellationToken);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
