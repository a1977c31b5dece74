using System.Text;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A row and the line on which it begins; a quoted field may run over several lines.</summary>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Fields);

/// <summary>
/// Reads comma separated values strictly (RFC 4180): quotes are doubled inside quotes, a quote in a bare field and text
/// after a closing quote are errors, and so is an end inside quotes. Lines may end with CR LF or LF alone.
/// </summary>
internal sealed class CsvReader(TextReader reader)
{
    /// <summary>Longest field, in characters: more is a missing quote, not a name.</summary>
    public const int FieldLengthMax = 65_536;

    private int _line = 1;
    private int _column;

    /// <summary>Rows in order; empty lines are passed over.</summary>
    /// <exception cref="ListFileException">The file is not well formed.</exception>
    public IEnumerable<CsvRow> ReadRows()
    {
        while (reader.Peek() >= 0)
        {
            var line = _line;
            var fields = ReadRow();
            if (fields.Count > 1 || fields[0].Length > 0)
                yield return new CsvRow(line, fields);
        }
    }

    private List<string> ReadRow()
    {
        var fields = new List<string>();
        while (true)
        {
            fields.Add(reader.Peek() == '"' ? ReadQuoted() : ReadBare());
            var next = Next();
            if (next == ',')
                continue;
            if (next == '\r' && reader.Peek() == '\n')
                next = Next();
            if (next is '\n' or -1)
                return fields;
            throw Fault("text after a closing quote");
        }
    }

    private string ReadBare()
    {
        var field = new StringBuilder();
        while (reader.Peek() is var next && next is not (-1 or ',' or '\n') && !(next == '\r'))
        {
            if (next == '"')
                throw Fault("a quote inside a field that does not begin with one");
            Append(field, Next());
        }

        return field.ToString();
    }

    private string ReadQuoted()
    {
        var (line, column) = (_line, _column + 1);
        var field = new StringBuilder();
        Next();
        while (true)
        {
            var next = Next();
            if (next == -1)
                throw new ListFileException(line, column, "a quoted field is not closed before the end of the file");
            if (next == '"' && reader.Peek() != '"')
                return field.ToString();
            if (next == '"')
                Next();
            Append(field, next);
        }
    }

    private void Append(StringBuilder field, int character)
    {
        if (field.Length == FieldLengthMax)
            throw Fault($"a field longer than {FieldLengthMax} characters; a quote is missing");
        field.Append((char)character);
    }

    private int Next()
    {
        var next = reader.Read();
        _column++;
        if (next == '\n')
            (_line, _column) = (_line + 1, 0);
        return next;
    }

    private ListFileException Fault(string reason) => new(_line, _column, reason);
}
