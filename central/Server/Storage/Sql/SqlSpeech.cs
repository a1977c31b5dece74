using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace EdgeCheckpoint.Central.Storage.Sql;

/// <summary>Short forms for statements with parameters; values are never part of the text.</summary>
internal static class SqlSpeech
{
    /// <summary>Runs a statement; the number of rows changed.</summary>
    public static int Run(this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(transaction.Connection!, transaction, sql, values);
        return command.ExecuteNonQuery();
    }

    public static int Run(this DbConnection connection, string sql)
    {
        using var command = Command(connection, null, sql, []);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row; null when there is no row.</summary>
    public static object? Scalar(this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(transaction.Connection!, transaction, sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetValue(0) : null;
    }

    public static object? Scalar(this DbConnection connection, string sql)
    {
        using var command = Command(connection, null, sql, []);
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetValue(0) : null;
    }

    /// <summary>All rows, each turned into a value. The function must not ask the database: the rows are still arriving.</summary>
    public static List<T> Query<T>(
        this DbTransaction transaction,
        string sql,
        Func<DbDataReader, T> row,
        params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(transaction.Connection!, transaction, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    public static byte[] Bytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static byte[]? BytesOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.Bytes(column);

    public static Guid Id(this DbDataReader reader, int column) => new(reader.Bytes(column), bigEndian: true);

    public static DateTimeOffset At(this DbDataReader reader, int column) =>
        Instant.FromMicroseconds(reader.GetInt64(column));

    public static DateTimeOffset? AtOrNull(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.At(column);

    public static byte[] Bytes(this Guid id) => id.ToByteArray(bigEndian: true);

    /// <summary>A value as both engines keep it: UUIDs as 16 bytes, instants as microseconds.</summary>
    public static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        Guid id => id.Bytes(),
        DateTimeOffset at => Instant.ToMicroseconds(at),
        ReadOnlyMemory<byte> bytes => bytes.ToArray(),
        _ => value,
    };

    // Every statement of this folder is a constant; what varies travels as parameters.
    [SuppressMessage("Security", "CA2100", Justification = "The text is always a constant of this folder.")]
    private static DbCommand Command(
        DbConnection connection, DbTransaction? transaction, string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = Stored(value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
