using System.Globalization;

namespace EdgeCheckpoint.Testing;

/// <summary>
/// A PostgreSQL of a test's own: a cluster in a temporary folder, reached by a socket there, from Debian's package. The server
/// refuses to run as root, so root lends it the account that the package made.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Home = "/usr/lib/postgresql";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _programs;
    private readonly IReadOnlyList<string> _settings;
    private ChildProcess? _server;

    private PostgresCluster(string programs, string folder, IReadOnlyList<string> settings) =>
        (_programs, Folder, _settings) = (programs, folder, settings);

    /// <summary>What to do when <see cref="IsInstalled"/> is false.</summary>
    public static string Remedy => "PostgreSQL is not installed; install it with: apt-get install postgresql";

    public static bool IsInstalled => Programs() is not null;

    /// <summary>Folder of the socket; the cluster lies in it.</summary>
    public string Folder { get; }

    public string Data => Path.Combine(Folder, "cluster");

    /// <summary>Folder of psql, pg_basebackup and the rest.</summary>
    public string ProgramFolder => _programs;

    /// <summary>What the server has said.</summary>
    public string Log => _server?.Log ?? "";

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="isDurable">True where a test is about commits that survive; false spares the machine the flushes.</param>
    public static async Task<PostgresCluster> StartAsync(bool isDurable, CancellationToken cancellationToken, params IReadOnlyList<string> settings)
    {
        var cluster = Make(isDurable, settings);
        await AsServerAsync(cancellationToken, Path.Combine(cluster._programs, "initdb"), "-D", cluster.Data, "-U", "central", "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums", "--no-sync");
        await cluster.StartServerAsync(cancellationToken);
        return cluster;
    }

    /// <summary>Makes a streaming replica of this cluster and starts it.</summary>
    public async Task<PostgresCluster> StartReplicaAsync(CancellationToken cancellationToken)
    {
        var replica = Make(isDurable: false, []);
        await AsServerAsync(
            cancellationToken, Path.Combine(_programs, "pg_basebackup"), "-h", Folder, "-U", "central", "-D", replica.Data, "-R", "-X", "stream", "-c", "fast", "--no-sync");
        await replica.StartServerAsync(cancellationToken);
        return replica;
    }

    /// <summary>Address of a database for the program.</summary>
    public string Address(string database) => $"postgres://central@/{database}?host={Folder}";

    /// <summary>Address of a database on whichever of two servers takes writes.</summary>
    public string Address(string database, PostgresCluster other) => $"postgres://central@/{database}?host={Folder},{other.Folder}";

    /// <summary>Cuts a replica off from its primary: what is committed there from now on is not here.</summary>
    public async Task DetachAsync(CancellationToken cancellationToken)
    {
        await SqlAsync("postgres", "ALTER SYSTEM SET primary_conninfo = ''", cancellationToken);
        await SqlAsync("postgres", "SELECT pg_reload_conf()", cancellationToken);
        await Until.TrueAsync(
            "the replica has let go of its primary",
            async token => await SqlAsync("postgres", "SELECT count(*) FROM pg_stat_wal_receiver", token) == "0",
            StartLimit,
            cancellationToken);
    }

    /// <summary>Runs SQL in one database and gives what it answers, without alignment.</summary>
    public async Task<string> SqlAsync(string database, string sql, CancellationToken cancellationToken)
    {
        var said = await ChildProcess.RunAsync(
            [Path.Combine(_programs, "psql")],
            ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", Folder, "-U", "central", "-d", database, "-c", sql],
            cancellationToken);
        return said.ExitCode == 0 ? said.Output.Trim() : throw new InvalidOperationException($"{sql}: {said.Errors}");
    }

    /// <summary>Stops the server as a power cut would: nothing is written any more.</summary>
    public Task KillAsync() => StopAsync("immediate");

    /// <summary>Stops the server in good order.</summary>
    public Task StopAsync() => StopAsync("fast");

    private async Task StopAsync(string mode)
    {
        if (_server is null)
            return;
        await AsServerAsync(CancellationToken.None, Path.Combine(_programs, "pg_ctl"), "-D", Data, "-m", mode, "stop");
        await _server.ExitAsync(StartLimit, CancellationToken.None);
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Starts a server that was stopped.</summary>
    public Task RestartAsync(CancellationToken cancellationToken) => StartServerAsync(cancellationToken);

    /// <summary>Makes a replica take writes.</summary>
    public Task PromoteAsync(CancellationToken cancellationToken) =>
        AsServerAsync(cancellationToken, Path.Combine(_programs, "pg_ctl"), "-D", Data, "-w", "promote");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static PostgresCluster Make(bool isDurable, IReadOnlyList<string> settings)
    {
        var folder = Directory.CreateTempSubdirectory("pg-").FullName;
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("It is looked for where Debian puts it.");
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        return new PostgresCluster(
            Programs() ?? throw new InvalidOperationException(Remedy),
            folder,
            [
                $"unix_socket_directories={folder}", "listen_addresses=", "max_connections=300", "shared_buffers=64MB", "jit=off",
                "wal_level=replica", "max_wal_senders=4", "hot_standby=on", "log_min_messages=warning",
                .. isDurable ? (string[])[] : ["fsync=off", "full_page_writes=off"], .. settings,
            ]);
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        _server = ChildProcess.Start(
            [.. AsServer(), Path.Combine(_programs, "postgres"), "-D", Data], _settings.SelectMany(static setting => (string[])["-c", setting]));
        await Until.TrueAsync(
            "the database server answers",
            async token =>
            {
                if (_server.HasExited)
                    throw new InvalidOperationException($"The database server ended:\n{_server.Log}");
                return (await ChildProcess.RunAsync([Path.Combine(_programs, "pg_isready")], ["-q", "-h", Folder], token)).ExitCode == 0;
            },
            StartLimit,
            cancellationToken);
    }

    private static async Task AsServerAsync(CancellationToken cancellationToken, params IReadOnlyList<string> command)
    {
        var said = await ChildProcess.RunAsync(AsServer() is [] ? [command[0]] : [.. AsServer(), command[0]], command.Skip(1), cancellationToken);
        if (said.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} ended with {said.ExitCode}: {said.Output}{said.Errors}");
    }

    /// <summary>Becomes the server's account and stays the same process, so that killing it kills the server.</summary>
    private static string[] AsServer() =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    private static string? Programs() =>
        Directory.Exists(Home)
            ? Directory.EnumerateDirectories(Home)
                .Where(static version => File.Exists(Path.Combine(version, "bin", "initdb")))
                .OrderBy(static version => int.TryParse(Path.GetFileName(version), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
                .Select(static version => Path.Combine(version, "bin"))
                .LastOrDefault()
            : null;
}
