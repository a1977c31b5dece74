using System.Diagnostics;
using System.Globalization;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Load;

/// <summary>A central in a temporary folder, run as a process of its own so that its processor time and memory are its own.</summary>
internal sealed class LoadSite : IAsyncDisposable
{
    private const int TicketsAtOnce = 500;

    /// <summary>In place of an address: a cluster made for this run, flushing as one in service does.</summary>
    internal const string OwnCluster = "own";

    internal const string PostgresHelp =
        "postgres://USER@HOST:PORT/DATABASE, empty, for central's store; 'own' makes a cluster for this run from the installed package; SQLite when left out.";

    private readonly TemporaryFolder _folder = new();
    private PostgresCluster? _cluster;

    private LoadSite() => Central = new CentralSite(_folder.Combine("central"));

    internal CentralSite Central { get; }

    internal DataFolder Folder => new(_folder.Combine("central"));

    internal byte[] RecordKeySpki { get; private set; } = [];

    /// <param name="postgres">postgres://… of an empty database, or <see cref="OwnCluster"/>; empty for SQLite.</param>
    internal static async Task<LoadSite> StartAsync(string postgres, CancellationToken cancellationToken)
    {
        var site = new LoadSite();

        // Thousands join from one address, which is what the limits are against; and every call counts.
        site.Central.Environment["CENTRAL_CHECKPOINT_Appliances__JoinsPerMinute"] = "100000";
        site.Central.Environment["CENTRAL_CHECKPOINT_Appliances__JoinsAtOnce"] = "100000";
        site.Central.Environment["CENTRAL_CHECKPOINT_Intake__FreeBytesMin"] = "268435456";
        if (postgres == OwnCluster)
        {
            site._cluster = await PostgresCluster.StartAsync(isDurable: true, cancellationToken, "max_wal_size=4GB");
            await site._cluster.SqlAsync("postgres", "CREATE DATABASE central", cancellationToken);
            postgres = site._cluster.Address("central");
        }

        if (postgres.Length > 0)
        {
            site.Central.Environment["CENTRAL_CHECKPOINT_Storage__Postgres"] = postgres;
            Environment.SetEnvironmentVariable("CENTRAL_CHECKPOINT_Storage__Postgres", postgres);
        }

        await site.Central.CommandAsync(cancellationToken, "init", "--name", "Utopia", "--address", "https://127.0.0.1");
        await site.Central.StartAsync(cancellationToken);
        return site;
    }

    /// <summary>Admits so many appliances over the wire, each with a ticket and keys of its own.</summary>
    internal async Task<SimulatedAppliance[]> EnrolAsync(int count, CancellationToken cancellationToken)
    {
        var appliances = new SimulatedAppliance[count];
        await using var session = SiteSession.Open(Folder);
        RecordKeySpki = session.Get<SiteKeys>().RecordKey.PublicKeySpki.ToArray();
        var tickets = session.Get<Tickets>();
        var done = 0;
        for (var from = 0; from < count; from += TicketsAtOnce)
        {
            var orders = Enumerable.Range(from, Math.Min(TicketsAtOnce, count - from))
                .Select(static i => new TicketOrder(string.Create(CultureInfo.InvariantCulture, $"Post {i}"), Serial(i))).ToArray();
            var issued = await tickets.IssueAsync(orders, JoinTicket.LifeMax, Central.GrpcAddress.ToString(), "load", cancellationToken);
            var first = from;
            await Parallel.ForAsync(0, issued.Count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (i, token) =>
            {
                var appliance = new SimulatedAppliance(issued[i], Serial(first + i));
                await appliance.JoinAsync(token);
                appliances[first + i] = appliance;
                Progress.Show("enrolled", Interlocked.Increment(ref done), count);
            });
        }

        Progress.End();
        return appliances;
    }

    /// <summary>What the server has used so far.</summary>
    internal (TimeSpan Processor, long ResidentBytes, long PeakBytes) Use()
    {
        using var process = Process.GetProcessById(Central.ProcessId);
        return (process.TotalProcessorTime, process.WorkingSet64, process.PeakWorkingSet64);
    }

    public async ValueTask DisposeAsync()
    {
        await Central.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    private static string Serial(int number) => string.Create(CultureInfo.InvariantCulture, $"LOAD-{number:000000}");
}
