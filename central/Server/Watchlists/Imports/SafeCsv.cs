using System.Buffers;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Writes comma separated values that a spreadsheet cannot take for formulas: a value that begins like one gets an apostrophe before it.
/// Files that central reads are data and stay as they are; files that it writes are opened by people.
/// </summary>
internal static class SafeCsv
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n'; \t");

    public static string Row(params ReadOnlySpan<string> values)
    {
        var fields = new string[values.Length];
        for (var i = 0; i < values.Length; i++)
            fields[i] = Field(values[i]);
        return string.Join(',', fields) + "\r\n";
    }

    private static string Field(string value)
    {
        var safe = value.Length > 0 && value.TrimStart(' ') is [var first, ..] && first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠'
            ? $"'{value}"
            : value;
        return safe.AsSpan().ContainsAny(NeedQuotes) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
