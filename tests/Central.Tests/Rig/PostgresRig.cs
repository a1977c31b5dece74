using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Testing;

[assembly: AssemblyFixture(typeof(EdgeCheckpoint.Central.Tests.Rig.PostgresRig))]

namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>One PostgreSQL for all tests of this process, started by the first that asks; databases are copies of a template.</summary>
public sealed class PostgresRig : IAsyncDisposable
{
    private const string Template = "template_central";
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PostgresCluster? _cluster;
    private static int _count;

    public const int ConnectionsMax = 8;

    /// <summary>The shared cluster. Without PostgreSQL the test fails in CI and is skipped, with the remedy, elsewhere.</summary>
    public static async Task<PostgresCluster> ClusterAsync(CancellationToken cancellationToken)
    {
        RequireInstalled();
        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (_cluster is not null)
                return _cluster;
            var cluster = await PostgresCluster.StartAsync(isDurable: false, cancellationToken);
            await cluster.SqlAsync("postgres", $"CREATE DATABASE {Template}", cancellationToken);
            await Open(cluster.Address(Template), TimeProvider.System.GetUtcNow()).DisposeAsync();
            return _cluster = cluster;
        }
        finally
        {
            Gate.Release();
        }
    }

    public static void RequireInstalled()
    {
        if (PostgresCluster.IsInstalled)
            return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", PostgresCluster.Remedy);
        Assert.Fail(PostgresCluster.Remedy);
    }

    /// <summary>Address of a new database with the whole schema.</summary>
    public static async Task<string> NewDatabaseAsync(CancellationToken cancellationToken)
    {
        var cluster = await ClusterAsync(cancellationToken);
        var name = $"central_{Interlocked.Increment(ref _count)}";

        // One at a time: a template that is being copied cannot be copied by another.
        await Gate.WaitAsync(cancellationToken);
        try
        {
            await cluster.SqlAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {Template}", cancellationToken);
        }
        finally
        {
            Gate.Release();
        }

        return cluster.Address(name);
    }

    internal static PostgresDatabase Open(string address, DateTimeOffset now) =>
        PostgresDatabase.Open(PostgresAddress.Parse(address, "", ConnectionsMax), now, ConnectionsMax);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
    }
}
