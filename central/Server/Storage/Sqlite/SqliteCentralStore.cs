namespace EdgeCheckpoint.Central.Storage.Sqlite;

/// <summary>The contract on one SQLite file: one machine, up to some 2,000 appliances (DESIGN §9).</summary>
internal sealed class SqliteCentralStore(SqliteDatabase database) : ICentralStore, IAsyncDisposable
{
    public IApplianceStore Appliances { get; } = new SqliteApplianceStore(database);

    public IRecordStore Records { get; } = new SqliteRecordStore(database);

    public IReleaseStore Releases { get; } = new SqliteReleaseStore(database);

    public IListStore Lists { get; } = new SqliteListStore(database);

    public IStaffStore Staff { get; } = new SqliteStaffStore(database);

    public ISessionStore Sessions { get; } = new SqliteSessionStore(database);

    public IPasskeyStore Passkeys { get; } = new SqlitePasskeyStore(database);

    public IApprovalStore Approvals { get; } = new SqliteApprovalStore(database);

    public IPostPeopleStore PostPeople { get; } = new SqlitePostPeopleStore(database);

    public ICommandStore Commands { get; } = new SqliteCommandStore(database);

    public IAuditStore Audit { get; } = new SqliteAuditStore(database);

    public Task<long> ReadChangeMarkAsync(CancellationToken cancellationToken) =>
        database.ReadDataVersionAsync(cancellationToken);

    public Task CheckpointAsync(CancellationToken cancellationToken) => database.CheckpointAsync(cancellationToken);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
