using System.Data.Common;
using EdgeCheckpoint.Central.Storage.Sql;
using Npgsql;

namespace EdgeCheckpoint.Central.Storage.Postgres;

/// <summary>
/// Signals between nodes by NOTIFY. Only writes that have everything to themselves announce: NOTIFY makes commits wait for each
/// other, which those do anyway and the intake of records must not. New records are seen by the poll.
/// </summary>
internal sealed class PostgresSignals(NpgsqlDataSource source) : IStoreSignals
{
    private const string Channel = "central_checkpoint";

    private readonly LocalSignals _local = new();

    public long Count => _local.Count;

    /// <summary>Says to all nodes that something changed, when and if the transaction commits.</summary>
    public static void Announce(DbTransaction transaction) => transaction.Scalar("SELECT pg_notify('" + Channel + "', '')");

    public Task WaitBeyondAsync(long count, CancellationToken cancellationToken) => _local.WaitBeyondAsync(count, cancellationToken);

    /// <summary>Listens on a connection of its own until it breaks or is cancelled; what was missed before is signalled first.</summary>
    /// <exception cref="DbException">The connection broke; the caller decides when to try again.</exception>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, _) => _local.Raise();
        await using (var listen = connection.CreateCommand())
        {
            listen.CommandText = "LISTEN " + Channel;
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        _local.Raise();
        while (true)
            await connection.WaitAsync(cancellationToken);
    }
}
