using System.Diagnostics;
using System.Globalization;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// PostgreSQL with pg_trgm: a GIN index of trigrams, similarity above the extension's own threshold of 0.3. It runs in a
/// cluster of its own in a temporary folder, spoken to through one psql session; the pipe adds some 0.05 ms a query.
/// </summary>
internal sealed class PgTrgmEngine : INameEngine
{
    private const string EndMark = "--end--";

    /// <summary>Ticks of processor time in /proc, one hundred a second on every Linux of ours.</summary>
    private const double TicksPerSecond = 100;

    private string? _folder;
    private string? _programs;
    private Process? _session;
    private int _backend;
    private int _count;

    public string Name => "pg_trgm";

    public int QueriesMax => _count > 200_000 ? 300 : 2_000;

    public long IndexBytes { get; private set; }

    public TimeSpan ProcessorTime
    {
        get
        {
            // Behind the name in parentheses the fields are numbered from 3; 14 and 15 are user and system time.
            var fields = File.ReadAllText($"/proc/{_backend}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return TimeSpan.FromSeconds(fields[11..13].Sum(static text => double.Parse(text, CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    public string? TryBuild(IReadOnlyList<ListedPerson> people)
    {
        _count = people.Count;
        if (!OperatingSystem.IsLinux())
            return "it is looked for where Debian puts it";
        _programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(static version => $"{version}/bin").LastOrDefault()
            : null;
        if (_programs is null || !File.Exists($"{_programs}/initdb"))
            return "PostgreSQL is not installed";
        _folder = Directory.CreateTempSubdirectory("trgm").FullName;
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        if (!Run("initdb", $"-D {_folder}/cluster -U bench --no-sync -A trust")
            || !Run("pg_ctl", $"-D {_folder}/cluster -w -l {_folder}/log -o \"-k {_folder} -h '' -c fsync=off -c shared_buffers=512MB -c maintenance_work_mem=512MB -c max_parallel_workers_per_gather=0 -c jit=off\" start"))
        {
            return "the cluster did not start";
        }

        _session = Start("psql", $"-h {_folder} -U bench -d postgres -q -A -t -v ON_ERROR_STOP=1", withInput: true);
        Ask("CREATE EXTENSION pg_trgm; CREATE TABLE people (id int, name text);");
        _session.StandardInput.WriteLine("COPY people FROM STDIN;");
        for (var i = 0; i < people.Count; i++)
            _session.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i}\t{people[i].FullName}"));
        Ask("\\.");
        Ask("CREATE INDEX people_name ON people USING gin (name gin_trgm_ops); VACUUM ANALYZE people;");
        if (Ask("SELECT pg_relation_size('people_name'), pg_backend_pid();") is not [var sizes])
            return "the session did not answer";
        IndexBytes = long.Parse(sizes.Split('|')[0], CultureInfo.InvariantCulture);
        _backend = int.Parse(sizes.Split('|')[1], CultureInfo.InvariantCulture);
        return null;
    }

    public IReadOnlyList<int> Top10(NameQuery query)
    {
        // Generated names are letters and spaces, so nothing has to be escaped.
        var name = query.Person.FullName;
        return [.. Ask($"SELECT id FROM people WHERE name % '{name}' ORDER BY similarity(name, '{name}') DESC LIMIT 10;")
            .Select(static line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        if (_folder is null)
            return;
        _session?.StandardInput.Close();
        _session?.WaitForExit();
        _session?.Dispose();
        Run("pg_ctl", $"-D {_folder}/cluster -m immediate stop");
        Directory.Delete(_folder, recursive: true);
    }

    private List<string> Ask(string sql)
    {
        _session!.StandardInput.WriteLine(sql);
        _session.StandardInput.WriteLine($"\\echo {EndMark}");
        _session.StandardInput.Flush();
        var lines = new List<string>();
        while (_session.StandardOutput.ReadLine() is { } line && line != EndMark)
            lines.Add(line);
        return lines;
    }

    private bool Run(string program, string arguments)
    {
        using var process = Start(program, arguments, withInput: false);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>PostgreSQL refuses to run as root, so root lends it the account that Debian's package made.</summary>
    private Process Start(string program, string arguments, bool withInput)
    {
        var path = $"{_programs}/{program}";
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("runuser", $"-u postgres -- {path} {arguments}")
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = _folder;
        start.RedirectStandardInput = withInput;
        // The server keeps the streams it was started with, so pg_ctl sends its own to the log.
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }
}
