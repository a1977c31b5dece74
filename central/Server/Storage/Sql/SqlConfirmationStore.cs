using System.Data.Common;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlConfirmationStore(ISqlDatabase database) : IConfirmationStore
{
    /// <summary>Versions of a kind that are remembered of an appliance: two months of daily lists.</summary>
    private const int VersionsMax = 64;

    /// <summary>Releases of an appliance that were never published; whoever makes up more has been told of.</summary>
    private const int UnknownMax = 16;

    private static readonly TimeSpan Step = TimeSpan.FromHours(1);

    public async Task NoteAsync(
        string applianceId,
        IReadOnlyList<ConfirmedRelease> releases,
        DateTimeOffset at,
        Func<ConfirmedRelease, AuditEvent> splitView,
        CancellationToken cancellationToken)
    {
        var news = await database.ReadAsync(
            transaction => releases.Where(release => LastAt(transaction, applianceId, release) is not { } last || last + Step <= at).ToArray(), cancellationToken);
        if (news.Length == 0)
            return;
        await database.WriteAsync(
            transaction =>
            {
                foreach (var release in news)
                    Note(transaction, applianceId, release, at, splitView);
                return true;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Confirmation>> ListAsync(ReleaseKind kind, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Confirmation>>(
            transaction => transaction.Query(
                """
                SELECT appliance_id, version, is_known, first_at, last_at FROM confirmations
                WHERE kind = @kind ORDER BY appliance_id, version DESC, last_at DESC
                """,
                row => new Confirmation(row.GetString(0), kind, row.GetInt64(1), row.GetInt64(2) != 0, row.At(3), row.At(4)),
                ("@kind", (int)kind)),
            cancellationToken);

    private static DateTimeOffset? LastAt(DbTransaction transaction, string applianceId, ConfirmedRelease release)
    {
        var found = transaction.Query(
            """
            SELECT last_at FROM confirmations
            WHERE appliance_id = @appliance AND kind = @kind AND version = @version AND release_id = @id AND state_root = @root
            """,
            static row => row.At(0),
            Key(applianceId, release));
        return found is [var last] ? last : null;
    }

    private static void Note(
        DbTransaction transaction, string applianceId, ConfirmedRelease release, DateTimeOffset at, Func<ConfirmedRelease, AuditEvent> splitView)
    {
        var isKnown = IsKnown(transaction, release);
        if (!isKnown && LastAt(transaction, applianceId, release) is null)
        {
            if ((long)transaction.Scalar("SELECT count(*) FROM confirmations WHERE appliance_id = @appliance AND is_known = 0", ("@appliance", applianceId))! >= UnknownMax)
                return;
            SqlAuditStore.Append(transaction, splitView(release));
        }

        transaction.Run(
            """
            INSERT INTO confirmations (appliance_id, kind, version, release_id, state_root, is_known, first_at, last_at)
            VALUES (@appliance, @kind, @version, @id, @root, @known, @at, @at)
            ON CONFLICT (appliance_id, kind, version, release_id, state_root) DO UPDATE SET last_at = excluded.last_at
            """,
            [.. Key(applianceId, release), ("@known", isKnown ? 1 : 0), ("@at", at)]);
        transaction.Run(
            """
            DELETE FROM confirmations WHERE appliance_id = @appliance AND kind = @kind AND is_known = 1 AND version <=
                (SELECT version FROM confirmations WHERE appliance_id = @appliance AND kind = @kind AND is_known = 1 ORDER BY version DESC LIMIT 1 OFFSET @most)
            """,
            ("@appliance", applianceId), ("@kind", (int)release.Kind), ("@most", VersionsMax));
    }

    /// <summary>Accounts are made for each appliance apart, so only lists and delistings can be compared with what was published.</summary>
    private static bool IsKnown(DbTransaction transaction, ConfirmedRelease release) =>
        release.Kind is not (ReleaseKind.Watchlist or ReleaseKind.Suppression)
        || transaction.Scalar(
            release.ReleaseId.IsEmpty
                ? "SELECT 1 FROM releases WHERE kind = @kind AND version = @version AND state_root = @root"
                : "SELECT 1 FROM releases WHERE kind = @kind AND version = @version AND state_root = @root AND release_id = @id",
            ("@kind", (int)release.Kind), ("@version", release.Version), ("@root", release.StateRoot), ("@id", release.ReleaseId)) is not null;

    private static (string, object?)[] Key(string applianceId, ConfirmedRelease release) =>
    [
        ("@appliance", applianceId), ("@kind", (int)release.Kind), ("@version", release.Version), ("@id", release.ReleaseId),
        ("@root", release.StateRoot),
    ];
}
