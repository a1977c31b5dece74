using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlPostStore(ISqlDatabase database) : IPostStore
{
    private const string Columns = "SELECT post_name, lease_days, set_at, set_by FROM post_leases";

    public Task<IReadOnlyList<PostLease>> ListLeasesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PostLease>>(static transaction => transaction.Query($"{Columns} ORDER BY post_name", Read), cancellationToken);

    public Task<PostLease?> FindLeaseAsync(string postName, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query($"{Columns} WHERE post_name = @post", Read, ("@post", postName)).FirstOrDefault(), cancellationToken);

    public Task SetLeaseAsync(PostLease lease, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                transaction.Run(
                    """
                    INSERT INTO post_leases (post_name, lease_days, set_at, set_by) VALUES (@post, @days, @at, @by)
                    ON CONFLICT (post_name) DO UPDATE SET lease_days = excluded.lease_days, set_at = excluded.set_at, set_by = excluded.set_by
                    """,
                    ("@post", lease.PostName), ("@days", lease.Days), ("@at", lease.SetAt), ("@by", lease.SetBy));
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    public Task<bool> RemoveLeaseAsync(string postName, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                if (transaction.Run("DELETE FROM post_leases WHERE post_name = @post", ("@post", postName)) == 0)
                    return false;
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    private static PostLease Read(DbDataReader row) => new(row.GetString(0), (int)row.GetInt64(1), row.At(2), row.GetString(3));
}
