using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlApprovalStore(ISqlDatabase database) : IApprovalStore
{
    private const string Columns =
        "approval_id, kind, content, content_hash, nonce, proposer, proposed_at, state, closed_at, closed_by, reason";

    public Task<bool> ProposeAsync(Approval approval, EntryProposal? entry, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var isOpen = transaction.Scalar(
                    "SELECT 1 FROM approvals WHERE content_hash = @hash AND kind = @kind AND state = @open",
                    ("@hash", approval.ContentHash), ("@kind", (int)approval.Kind), ("@open", (int)ApprovalState.Open)) is not null;
                if (isOpen)
                    return false;
                transaction.Run(
                    $"""
                    INSERT INTO approvals ({Columns})
                    VALUES (@id, @kind, @content, @hash, @nonce, @proposer, @at, @state, NULL, '', '')
                    """,
                    ("@id", approval.ApprovalId), ("@kind", (int)approval.Kind), ("@content", approval.Content),
                    ("@hash", approval.ContentHash), ("@nonce", approval.Nonce), ("@proposer", approval.Proposer),
                    ("@at", approval.ProposedAt), ("@state", (int)ApprovalState.Open));
                if (entry is not null && !SqlEntryStore.Propose(transaction, entry))
                {
                    transaction.Run("DELETE FROM approvals WHERE approval_id = @id", ("@id", approval.ApprovalId));
                    return false;
                }

                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    public Task<AssertOutcome> AssertAsync(
        Guid approvalId, ApprovalAssertion assertion, int needed, ApprovalEffect? effect, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var given = transaction.Query(
                    "SELECT (SELECT count(*) FROM approval_assertions WHERE approval_id = @id) FROM approvals WHERE approval_id = @id AND state = @open",
                    static row => row.GetInt32(0),
                    ("@id", approvalId), ("@open", (int)ApprovalState.Open));
                if (given.Count == 0 || Insert(transaction, approvalId, assertion) == 0)
                    return AssertOutcome.NotOpen;
                var isLast = given[0] + 1 >= needed;

                // Checked before anything is kept: a yes to what can no longer be done would be a yes to nothing.
                if (isLast && effect is not null && !TakeEffect(transaction, effect, assertion.Name))
                {
                    transaction.Run(
                        "DELETE FROM approval_assertions WHERE approval_id = @id AND name = @name", ("@id", approvalId), ("@name", assertion.Name));
                    return AssertOutcome.Overtaken;
                }

                SqlAuditStore.Append(transaction, audit);
                if (!isLast)
                    return AssertOutcome.Noted;
                Close(transaction, approvalId, ApprovalState.Approved, assertion.Name, "", assertion.At);
                if (effect is not null)
                    SqlAuditStore.Append(transaction, effect.Audit);
                return AssertOutcome.Approved;
            },
            cancellationToken);

    public Task<bool> RefuseAsync(
        Guid approvalId, string name, string reason, EntryStep? step, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var isClosed = Close(transaction, approvalId, ApprovalState.Refused, name, reason, audit.At) > 0;
                if (!isClosed)
                    return false;
                if (step is not null)
                    SqlEntryStore.Append(transaction, step);
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    public Task<Approval?> FindAsync(Guid approvalId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => Read(transaction, "WHERE approval_id = @id", ("@id", approvalId)).FirstOrDefault(), cancellationToken);

    public Task<IReadOnlyList<Approval>> ListAsync(int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Approval>>(
            transaction => Read(transaction, "ORDER BY proposed_at DESC LIMIT @count", ("@count", count)), cancellationToken);

    public Task<IReadOnlyList<Approval>> ListWithoutEntriesAsync(int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Approval>>(
            transaction => Read(
                transaction, "WHERE kind <> @entry ORDER BY proposed_at DESC LIMIT @count", ("@entry", (int)ApprovalKind.Entry), ("@count", count)),
            cancellationToken);

    public Task<Approval?> FindApprovedAsync(ApprovalKind kind, ReadOnlyMemory<byte> contentHash, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => Read(
                transaction,
                "WHERE content_hash = @hash AND kind = @kind AND state = @approved",
                ("@hash", contentHash), ("@kind", (int)kind), ("@approved", (int)ApprovalState.Approved)).FirstOrDefault(),
            cancellationToken);

    private static int Insert(DbTransaction transaction, Guid approvalId, ApprovalAssertion assertion) =>
        transaction.Run(
            """
            INSERT INTO approval_assertions
                (approval_id, name, role, credential_id, public_key, client_data, authenticator_data, signature, at)
            VALUES (@id, @name, @role, @credential, @key, @client, @authenticator, @signature, @at) ON CONFLICT DO NOTHING
            """,
            ("@id", approvalId), ("@name", assertion.Name), ("@role", (int)assertion.Role), ("@credential", assertion.CredentialId),
            ("@key", assertion.PublicKey), ("@client", assertion.ClientData), ("@authenticator", assertion.AuthenticatorData),
            ("@signature", assertion.Signature), ("@at", assertion.At));

    private static bool TakeEffect(DbTransaction transaction, ApprovalEffect effect, string approver) => effect switch
    {
        RoleEffect { Existing: { } name } role => SqlStaffStore.SetRole(transaction, name, role.Account.Role, role.Account.Stamp),
        RoleEffect role => SqlStaffStore.Insert(transaction, role.Account) > 0,
        EntryEffect entry => SqlEntryStore.TakeEffect(transaction, entry, approver),
        _ => throw new InvalidOperationException($"Nothing does {effect.GetType().Name}."),
    };

    internal static int Close(
        DbTransaction transaction, Guid approvalId, ApprovalState state, string name, string reason, DateTimeOffset at) =>
        transaction.Run(
            """
            UPDATE approvals SET state = @state, closed_at = @at, closed_by = @by, reason = @reason
            WHERE approval_id = @id AND state = @open
            """,
            ("@state", (int)state), ("@at", at), ("@by", name), ("@reason", reason), ("@id", approvalId), ("@open", (int)ApprovalState.Open));

    private static List<Approval> Read(DbTransaction transaction, string which, params ReadOnlySpan<(string, object?)> values)
    {
        var found = transaction.Query($"SELECT {Columns} FROM approvals {which}", Row, values);
        return [.. found.Select(approval => approval with { Assertions = ReadAssertions(transaction, approval.ApprovalId) })];
    }

    private static List<ApprovalAssertion> ReadAssertions(DbTransaction transaction, Guid approvalId) =>
        transaction.Query(
            """
            SELECT name, role, credential_id, public_key, client_data, authenticator_data, signature, at
            FROM approval_assertions WHERE approval_id = @id ORDER BY at, name
            """,
            static row => new ApprovalAssertion(
                row.GetString(0), (StaffRole)row.GetInt32(1), row.Bytes(2), row.Bytes(3), row.Bytes(4), row.Bytes(5), row.Bytes(6), row.At(7)),
            ("@id", approvalId));

    private static Approval Row(DbDataReader row) => new(
        row.Id(0), (ApprovalKind)row.GetInt32(1), row.Bytes(2), row.Bytes(3), row.Bytes(4), row.GetString(5), row.At(6),
        (ApprovalState)row.GetInt32(7), row.AtOrNull(8), row.GetString(9), row.GetString(10), []);
}
