using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Central.Storage.Sqlite;

/// <summary>Short forms for statements with parameters; values are never part of the text.</summary>
internal static class SqliteSpeech
{
    /// <summary>Runs a statement; the number of rows changed.</summary>
    public static int Run(this SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(transaction.Connection!, transaction, sql, values);
        return command.ExecuteNonQuery();
    }

    public static int Run(this SqliteConnection connection, string sql)
    {
        using var command = Command(connection, null, sql, []);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row; null when there is no row.</summary>
    public static object? Scalar(this SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(transaction.Connection!, transaction, sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetValue(0) : null;
    }

    public static object? Scalar(this SqliteConnection connection, string sql)
    {
        using var command = Command(connection, null, sql, []);
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetValue(0) : null;
    }

    /// <summary>All rows, each turned into a value.</summary>
    public static List<T> Query<T>(
        this SqliteTransaction transaction,
        string sql,
        Func<SqliteDataReader, T> row,
        params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(transaction.Connection!, transaction, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    public static byte[] Bytes(this SqliteDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static byte[]? BytesOrNull(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.Bytes(column);

    public static Guid Id(this SqliteDataReader reader, int column) => new(reader.Bytes(column), bigEndian: true);

    public static DateTimeOffset At(this SqliteDataReader reader, int column) =>
        Instant.FromMicroseconds(reader.GetInt64(column));

    public static DateTimeOffset? AtOrNull(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.At(column);

    public static byte[] Bytes(this Guid id) => id.ToByteArray(bigEndian: true);

    // Every statement of this folder is a constant; what varies travels as parameters.
    [SuppressMessage("Security", "CA2100", Justification = "The text is always a constant of this folder.")]
    private static SqliteCommand Command(
        SqliteConnection connection, SqliteTransaction? transaction, string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value switch
            {
                null => DBNull.Value,
                Guid id => id.Bytes(),
                DateTimeOffset at => Instant.ToMicroseconds(at),
                ReadOnlyMemory<byte> bytes => bytes.ToArray(),
                _ => value,
            });
        }

        return command;
    }
}
