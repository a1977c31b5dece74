using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Opens the journal's SQLite file with the settings its durability rests on, and brings its schema up to date.</summary>
internal static class JournalDatabase
{
    /// <summary>Below this SQLite can corrupt a database whose write-ahead log is reset (fixed in 3.51.3).</summary>
    private static readonly Version SqliteMin = new(3, 51, 3);

    /// <summary>SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE (sqlite3.h).</summary>
    private const int NoCheckpointOnClose = 1006;

    /// <summary>How long a statement waits for another program that has the file.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <summary>"ECJ" and the schema's version: beside user_version, so that one flipped bit does not pass for other software.</summary>
    private const int ApplicationMark = 0x45434A00;

    /// <summary>Schema 1 had no mark.</summary>
    private const int FirstWithMark = 1;

    private static readonly Lazy<Dictionary<string, string>> Expected = new(MakeExpected);

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">The database.</param>
    /// <param name="isFlushedAtEachCommit">FULL: every commit is on the disk when it returns. Otherwise NORMAL: a power cut takes the newest
    /// commits since the last checkpoint, never the file.</param>
    /// <exception cref="InvalidOperationException">The SQLite library is too old, or the file is from newer software.</exception>
    /// <exception cref="SqliteException">The file cannot be opened or is not a database.</exception>
    internal static SqliteConnection Open(string path, bool isFlushedAtEachCommit = true)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        CheckHeader(path);
        try
        {
            connection.Open();
            Prepare(connection, path, isFlushedAtEachCommit);
            return connection;
        }
        catch
        {
            CloseUntouched(connection);
            throw;
        }
    }

    /// <summary>Closes without the checkpoint that closing makes: a damaged file must stay as it was found.</summary>
    internal static void CloseUntouched(SqliteConnection connection)
    {
        if (connection.Handle is { } handle)
            SQLitePCL.raw.sqlite3_db_config(handle, NoCheckpointOnClose, 1, out _);
        connection.Dispose();
    }

    /// <summary>
    /// Fields of the header that are always the same in a journal (sqlite.org/fileformat2.html §1.3). SQLite obeys some of them without a question: one
    /// flipped bit makes a file read-only for ever, or of another schema.
    /// </summary>
    /// <exception cref="SqliteException">The header is damaged.</exception>
    private static void CheckHeader(string path)
    {
        // Beside a rollback journal the file is half of what it was, and SQLite mends it: so a power cut leaves one that was just made.
        if (!File.Exists(path) || File.Exists(path + "-journal"))
            return;
        Span<byte> header = stackalloc byte[100];
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0))
        {
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
                return;
        }

        var isOurs = header[..16].SequenceEqual("SQLite format 3\0"u8)
            && BinaryPrimitives.ReadUInt16BigEndian(header[16..]) == LogTail.PageSize
            && header[18] is (1 or 2) && header[19] is (1 or 2) && header[20] == 0
            && header[21] == 64 && header[22] == 32 && header[23] == 32
            && BinaryPrimitives.ReadUInt32BigEndian(header[44..]) is (0 or 4)
            && BinaryPrimitives.ReadUInt32BigEndian(header[56..]) is (0 or 1);
        if (!isOurs)
            throw new SqliteException($"{path} has a damaged header.", NotADatabase);
    }

    private static void Prepare(SqliteConnection connection, string path, bool isFlushedAtEachCommit)
    {
        var version = Version.Parse((string)Scalar(connection, "SELECT sqlite_version()")!);
        if (version < SqliteMin)
            throw new InvalidOperationException($"SQLite {version} is too old; the journal needs {SqliteMin} or newer.");
        // auto_vacuum only takes effect before the first table; FULL makes every commit one fsync of the log.
        Execute(connection, $"""
            PRAGMA auto_vacuum = INCREMENTAL;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = {(isFlushedAtEachCommit ? "FULL" : "NORMAL")};
            PRAGMA foreign_keys = ON;
            PRAGMA busy_timeout = {(int)Patience.TotalMilliseconds};
            PRAGMA journal_size_limit = 4194304;
            PRAGMA wal_autocheckpoint = 1000;
            PRAGMA mmap_size = 0;
            PRAGMA temp_store = MEMORY;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            PRAGMA secure_delete = ON;
            """);
        Migrate(connection, path);
        CheckSchema(connection, path);
    }

    /// <summary>The tables must be those of the migrations, word by word: SQLite takes a column whose name has a flipped bit for another.</summary>
    /// <exception cref="SqliteException">They are not.</exception>
    private static void CheckSchema(SqliteConnection connection, string path)
    {
        var found = SchemaOf(connection);
        if (Expected.Value.Any(table => !found.TryGetValue(table.Key, out var sql) || sql != table.Value))
            throw new SqliteException($"{path} has tables that are not the journal's.", Corrupt);
    }

    private static Dictionary<string, string> MakeExpected()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        foreach (var migration in Migrations())
            Execute(connection, migration);
        return SchemaOf(connection);
    }

    private static Dictionary<string, string> SchemaOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
        using var reader = command.ExecuteReader();
        var schema = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
            schema[reader.GetString(0)] = reader.GetString(1);
        return schema;
    }

    internal static void SetPatience(SqliteConnection connection, TimeSpan patience) =>
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(int)patience.TotalMilliseconds}"));

    internal static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    internal static object? Scalar(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command.ExecuteScalar();
    }

    /// <summary>Applies what is missing, each migration with its version number in one transaction.</summary>
    private static void Migrate(SqliteConnection connection, string path)
    {
        var migrations = Migrations();
        var current = (long)Scalar(connection, "PRAGMA user_version")!;
        var mark = (long)Scalar(connection, "PRAGMA application_id")!;
        // Files from before there was a mark have none.
        if (current < 0 || (mark != 0 && mark != ApplicationMark + current) || (mark == 0 && current > FirstWithMark))
            throw new SqliteException($"{path} does not say clearly which schema it has.", Corrupt);
        if (current > migrations.Count)
        {
            throw new InvalidOperationException(
                $"{path} has schema {current}, this program knows {migrations.Count}. Install the newer software again.");
        }

        for (var version = (int)current + 1; version <= migrations.Count; version++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, migrations[version - 1], transaction);
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"), transaction);
            if (version > FirstWithMark)
                Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationMark + version}"), transaction);
            transaction.Commit();
        }
    }

    /// <summary>The embedded scripts in order of their number.</summary>
    private static List<string> Migrations()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<string>();
        foreach (var name in assembly.GetManifestResourceNames().Where(static name => name.StartsWith("journal/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            scripts.Add(reader.ReadToEnd());
        }

        return scripts;
    }
}
