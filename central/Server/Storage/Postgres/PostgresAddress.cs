using System.Globalization;
using EdgeCheckpoint.Central.Keys;
using Npgsql;

namespace EdgeCheckpoint.Central.Storage.Postgres;

/// <summary>
/// Where a PostgreSQL database is: <c>postgres://USER@HOST[:PORT][,HOST[:PORT]…]/DATABASE[?sslmode=…&amp;sslrootcert=…&amp;host=/SOCKET]</c>.
/// With several hosts the one that takes writes is used, whichever it is after a replica was promoted.
/// </summary>
internal static class PostgresAddress
{
    private const string Scheme = "postgres://";
    private const int DefaultPort = 5432;

    public static bool IsOne(string text) => text.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>The connection's settings, with those that make a commit durable.</summary>
    /// <param name="passwordFile">A file with the password, readable by its owner alone; empty for none.</param>
    /// <exception cref="CentralFault">It is not such an address, has a password in it, or the file cannot be used.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text, string passwordFile, int connectionsMax)
    {
        var rest = IsOne(text) ? text[Scheme.Length..] : throw Wrong(text);
        var (body, query) = Split(rest, '?');
        var (authority, database) = Split(body, '/');
        var (user, hosts) = authority.Contains('@', StringComparison.Ordinal) ? Split(authority, '@') : ("", authority);
        if (user.Contains(':', StringComparison.Ordinal))
            throw new CentralFault("The database's address has a password in it, which every list of processes shows; put it into a file and name that with Storage:PasswordFile.");
        if (database.Length == 0)
            throw Wrong(text);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Database = Uri.UnescapeDataString(database),
            ApplicationName = "central-checkpoint",
            MaxPoolSize = connectionsMax + 4,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            Timeout = 10,
            CommandTimeout = 60,
            KeepAlive = 30,
            IncludeErrorDetail = false,

            // A server whose default is off would answer before the commit is on its disk.
            Options = "-c synchronous_commit=on",
        };
        if (hosts.Length > 0)
            settings.Host = string.Join(',', hosts.Split(',').Select(static host => host.Contains(':', StringComparison.Ordinal) ? host : host + ":" + DefaultPort.ToString(CultureInfo.InvariantCulture)));
        if (user.Length > 0)
            settings.Username = Uri.UnescapeDataString(user);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            Set(settings, pair, text);
        if (settings.Host?.Contains(',', StringComparison.Ordinal) is true)
        {
            // Whichever takes writes; asked again soon, since a replica may be promoted at any moment.
            settings.TargetSessionAttributes = "primary";
            settings.HostRecheckSeconds = 1;
        }

        if (passwordFile.Length > 0)
            settings.Password = System.Text.Encoding.UTF8.GetString(PrivateFiles.Read(passwordFile)).Trim();
        return settings;
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string pair, string text)
    {
        var (name, escaped) = Split(pair, '=');
        var value = Uri.UnescapeDataString(escaped);
        switch (name)
        {
            case "host":
                settings.Host = value;
                break;
            case "port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port):
                settings.Port = port;
                break;
            case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode):
                settings.SslMode = mode;
                break;
            case "sslrootcert":
                settings.RootCertificate = value;
                break;
            case "sslcert":
                settings.SslCertificate = value;
                break;
            case "sslkey":
                settings.SslKey = value;
                break;
            default:
                throw Wrong(text);
        }
    }

    private static (string Before, string After) Split(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var index and >= 0 ? (text[..index], text[(index + 1)..]) : (text, "");

    private static CentralFault Wrong(string text) => new(
        $"{text} is no address of a PostgreSQL database; write postgres://USER@HOST:5432/DATABASE, with ?sslmode=verify-full&sslrootcert=FILE across a network.");
}
