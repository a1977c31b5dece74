using System.Data.Common;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlPostPeopleStore(ISqlDatabase database) : IPostPeopleStore
{
    public Task<bool> AddAsync(PostPerson person, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    "INSERT INTO post_people (staff_number, account, posts, changed_at) VALUES (@number, @account, @posts, @at) ON CONFLICT DO NOTHING",
                    Values(person))),
            cancellationToken);

    public Task<bool> ReplaceAsync(PostPerson person, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    """
                    UPDATE post_people SET account = @account, posts = @posts, changed_at = @at
                    WHERE staff_number = @number AND disabled_at IS NULL
                    """,
                    Values(person))),
            cancellationToken);

    public Task<bool> DisableAsync(string staffNumber, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    "UPDATE post_people SET disabled_at = @at, changed_at = @at WHERE staff_number = @number AND disabled_at IS NULL",
                    ("@number", staffNumber), ("@at", audit.At))),
            cancellationToken);

    public Task<PostPerson?> FindAsync(string staffNumber, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query(
                "SELECT account, posts, changed_at, disabled_at FROM post_people WHERE staff_number = @number", Row, ("@number", staffNumber))
                .FirstOrDefault(),
            cancellationToken);

    public Task<IReadOnlyList<PostPerson>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PostPerson>>(
            static transaction => transaction.Query(
                "SELECT account, posts, changed_at, disabled_at FROM post_people ORDER BY staff_number", Row),
            cancellationToken);

    public Task<IReadOnlyList<PostPerson>> ListIssuedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PostPerson>>(
            static transaction => transaction.Query("SELECT account, posts, 0, NULL FROM issued_post_people ORDER BY staff_number", Row),
            cancellationToken);

    public Task<PostHalves> GetOrAddHalvesAsync(string applianceId, PostHalves fresh, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                transaction.Run(
                    "INSERT INTO post_halves (appliance_id, device_half, person_half) VALUES (@id, @device, @person) ON CONFLICT DO NOTHING",
                    ("@id", applianceId), ("@device", fresh.DeviceHalf), ("@person", fresh.PersonHalf));
                return transaction.Query(
                    "SELECT device_half, person_half FROM post_halves WHERE appliance_id = @id",
                    static row => new PostHalves(row.Bytes(0), row.Bytes(1)),
                    ("@id", applianceId)).Single();
            },
            cancellationToken);

    public Task<long> ReadVersionAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(static transaction => (long)transaction.Scalar("SELECT version FROM people_version")!, cancellationToken);

    public Task<bool> IssueAsync(
        long version, IReadOnlyList<PostPerson> people, IReadOnlyList<(PeopleRelease Release, SealedSegment Segment)> releases, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                if (!IsUnchanged(transaction, people))
                    return false;
                if (transaction.Run("UPDATE people_version SET version = @version WHERE version = @version - 1", ("@version", version)) == 0)
                    return false;
                transaction.Run("DELETE FROM issued_post_people");
                transaction.Run(
                    """
                    INSERT INTO issued_post_people (staff_number, account, posts)
                    SELECT staff_number, account, posts FROM post_people WHERE disabled_at IS NULL
                    """);
                foreach (var (release, segment) in releases)
                    Put(transaction, release, segment);
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    public Task AddReleaseAsync(PeopleRelease release, SealedSegment segment, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                if (Put(transaction, release, segment))
                    SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    public Task<PeopleRelease?> FindReleaseAsync(string applianceId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query(
                "SELECT version, metadata, signatures, wrapped_content_key, issued_at FROM people_releases WHERE appliance_id = @id",
                row => new PeopleRelease
                {
                    ApplianceId = applianceId,
                    Version = row.GetInt64(0),
                    Metadata = row.Bytes(1),
                    Signatures = SignatureBytes.Read(row.Bytes(2)),
                    WrappedContentKey = row.Bytes(3),
                    IssuedAt = row.At(4),
                },
                ("@id", applianceId)).FirstOrDefault(),
            cancellationToken);

    /// <summary>True when the enabled accounts are still the ones that were read.</summary>
    private static bool IsUnchanged(DbTransaction transaction, IReadOnlyList<PostPerson> people)
    {
        var present = transaction.Query(
            "SELECT account, posts FROM post_people WHERE disabled_at IS NULL ORDER BY staff_number",
            static row => (Account: row.Bytes(0), Posts: row.GetString(1)));
        return present.Count == people.Count
            && present.Zip(people).All(static pair =>
                pair.First.Posts == string.Join('\n', pair.Second.Posts) && pair.First.Account.AsSpan().SequenceEqual(pair.Second.Account.Encode()));
    }

    /// <summary>Keeps a release unless one as new or newer is there; then its segment is not kept either.</summary>
    private static bool Put(DbTransaction transaction, PeopleRelease release, SealedSegment segment)
    {
        var isKept = transaction.Run(
            """
            INSERT INTO people_releases (appliance_id, version, metadata, signatures, wrapped_content_key, issued_at)
            VALUES (@id, @version, @metadata, @signatures, @key, @at)
            ON CONFLICT (appliance_id) DO UPDATE SET version = excluded.version, metadata = excluded.metadata,
                signatures = excluded.signatures, wrapped_content_key = excluded.wrapped_content_key, issued_at = excluded.issued_at
            WHERE excluded.version > people_releases.version
            """,
            ("@id", release.ApplianceId), ("@version", release.Version), ("@metadata", release.Metadata),
            ("@signatures", SignatureBytes.Write(release.Signatures)), ("@key", release.WrappedContentKey), ("@at", release.IssuedAt)) > 0;
        if (isKept)
            SqlReleaseStore.PutSegment(transaction, segment);
        return isKept;
    }

    private static bool Audited(DbTransaction transaction, AuditEvent audit, int changed)
    {
        if (changed == 0)
            return false;
        SqlAuditStore.Append(transaction, audit);
        return true;
    }

    private static (string, object?)[] Values(PostPerson person) =>
    [
        ("@number", person.Account.StaffNumber), ("@account", person.Account.Encode()),
        ("@posts", string.Join('\n', person.Posts)), ("@at", person.ChangedAt),
    ];

    private static PostPerson Row(DbDataReader row) => new(
        PostAccount.ParseAtCentral(row.Bytes(0)).Value,
        row.GetString(1).Split('\n', StringSplitOptions.RemoveEmptyEntries),
        row.At(2),
        row.AtOrNull(3));
}
