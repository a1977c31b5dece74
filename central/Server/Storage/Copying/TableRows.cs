using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Storage.Sql;

namespace EdgeCheckpoint.Central.Storage.Copying;

/// <summary>Rows of a table in the order of its key, page by page, as both engines give them: numbers, texts, bytes and nothing.</summary>
internal sealed class TableRows
{
    private const int PageRows = 2_000;

    private readonly StoreTable _table;
    private readonly string _page;
    private readonly string _next;
    private readonly string _last;

    public TableRows(StoreTable table, IReadOnlyList<string> columns)
    {
        (_table, Columns) = (table, columns);
        var key = string.Join(", ", table.Key);
        var limit = PageRows.ToString(CultureInfo.InvariantCulture);
        var select = $"SELECT {string.Join(", ", columns)} FROM {table.Name}";
        _page = $"{select} ORDER BY {key} LIMIT {limit}";
        _next = $"{select} WHERE ({key}) > ({string.Join(", ", table.Key.Select(static (_, i) => $"@k{i}"))}) ORDER BY {key} LIMIT {limit}";
        _last = $"SELECT {key} FROM {table.Name} ORDER BY {string.Join(", ", table.Key.Select(static column => column + " DESC"))} LIMIT 1";
    }

    public StoreTable Table => _table;

    /// <summary>In alphabetical order, the same in both engines.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads the columns that a table has.</summary>
    public static TableRows Of(DbTransaction transaction, StoreTable table)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT * FROM {table.Name} WHERE 1 = 0";
        using var reader = command.ExecuteReader();
        return new TableRows(table, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The page after a key; the first one for null.</summary>
    public IReadOnlyList<object[]> ReadAfter(DbTransaction transaction, object[]? key) =>
        key is null ? transaction.Query(_page, Values) : transaction.Query(_next, Values, [.. key.Select(static (value, i) => ($"@k{i}", (object?)value))]);

    /// <summary>Key of the last row; null for an empty table.</summary>
    public object[]? ReadLastKey(DbTransaction transaction) => transaction.Query(_last, Values).FirstOrDefault();

    public object[] KeyOf(object[] row) => [.. _table.Key.Select(column => row[IndexOf(column)])];

    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column)
                return i;
        }

        throw new InvalidOperationException($"Table {_table.Name} has no column {column}.");
    }

    /// <summary>How many rows there are, and one hash over all of them in order.</summary>
    public (long Count, string Sha256) Hash(DbTransaction transaction, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long count = 0;
        object[]? key = null;
        while (ReadAfter(transaction, key) is { Count: > 0 } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var row in page)
                Append(hash, row);
            count += page.Count;
            key = KeyOf(page[^1]);
        }

        return (count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static object[] Values(DbDataReader row)
    {
        var values = new object[row.FieldCount];
        row.GetValues(values);
        return values;
    }

    private static void Append(IncrementalHash hash, object[] row)
    {
        Span<byte> mark = stackalloc byte[9];
        foreach (var value in row)
        {
            var bytes = value switch
            {
                string text => Encoding.UTF8.GetBytes(text),
                byte[] given => given,
                _ => [],
            };
            mark[0] = value switch
            {
                DBNull => 0,
                long => 1,
                string => 2,
                byte[] => 3,
                _ => throw new InvalidOperationException($"A value of type {value.GetType().Name} is in no table of ours."),
            };
            BinaryPrimitives.WriteInt64BigEndian(mark[1..], value is long number ? number : bytes.Length);
            hash.AppendData(mark);
            hash.AppendData(bytes);
        }
    }
}
