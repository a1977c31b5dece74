using System.Data.Common;
using System.Globalization;
using EdgeCheckpoint.Central.Storage.Sql;
using Npgsql;

namespace EdgeCheckpoint.Central.Storage.Postgres;

/// <summary>The monthly partitions of records, keys and terms: made ahead, dropped whole.</summary>
internal static class PostgresMonths
{
    private const int AheadMonths = 3;

    /// <summary>Advisory lock of whoever makes or drops a month.</summary>
    private const int MonthLock = 5;

    public static IReadOnlyList<string> Tables { get; } = ["records", "record_keys", "blind_terms"];

    /// <summary>Makes what is missing of this month and the next ones.</summary>
    public static void Ensure(NpgsqlConnection connection, DateTimeOffset now)
    {
        for (var i = 0; i <= AheadMonths; i++)
            EnsureMonth(connection, now.AddMonths(i));
    }

    /// <summary>Drops the partitions of months that ended by a time and have no row left.</summary>
    public static void DropEmpty(DbTransaction transaction, DateTimeOffset through)
    {
        transaction.Scalar("SELECT pg_advisory_xact_lock(@kind, 0)", ("@kind", MonthLock));
        foreach (var table in Tables)
        {
            var months = transaction.Query(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = @table::regclass", static row => row.GetString(0), ("@table", table));
            foreach (var month in months.Where(month => IsOver(month, through)))
            {
                if (transaction.Scalar($"SELECT 1 FROM {month} LIMIT 1") is null)
                    transaction.Run($"DROP TABLE {month}");
            }
        }
    }

    private static bool IsOver(string partition, DateTimeOffset through) =>
        DateTimeOffset.TryParseExact(
            partition[(partition.Length - "yyyy_MM".Length)..], "yyyy_MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from)
        && from.AddMonths(1) <= through;

    /// <summary>
    /// Makes one month's partitions unless they are there. When rows of that month lie in the default partition already, they stay
    /// there and so do those to come: nothing is lost, and retention deletes them by row.
    /// </summary>
    public static void EnsureMonth(NpgsqlConnection connection, DateTimeOffset at)
    {
        var from = new DateTimeOffset(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var table in Tables)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{table}_{from:yyyy_MM}");
            using var transaction = connection.BeginTransaction();
            transaction.Scalar("SELECT pg_advisory_xact_lock(@kind, 0)", ("@kind", MonthLock));
            if (transaction.Scalar("SELECT 1 FROM pg_class WHERE relname = @name AND relnamespace = current_schema()::regnamespace", ("@name", name)) is not null)
                continue;
            try
            {
                transaction.Run(string.Create(
                    CultureInfo.InvariantCulture,
                    $"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ({Instant.ToMicroseconds(from)}) TO ({Instant.ToMicroseconds(from.AddMonths(1))})"));
                transaction.Commit();
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.CheckViolation)
            {
                transaction.Rollback();
            }
        }
    }
}
