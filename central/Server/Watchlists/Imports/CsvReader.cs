using System.Text;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A row and the line on which it begins; a quoted field may run over several lines.</summary>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Fields);

/// <summary>
/// Reads comma separated values strictly (RFC 4180): quotes are doubled inside quotes, a quote in a bare field and text
/// after a closing quote are errors, and so is an end inside quotes. Lines may end with CR LF or LF alone.
/// </summary>
/// <param name="separator">A comma; or <see cref="CommaOrSemicolon"/>, whichever comes first in the file.</param>
/// <param name="fileName">For faults, where an import reads several files.</param>
internal sealed class CsvReader(TextReader reader, char separator = ',', string fileName = "")
{
    /// <summary>Longest field, in characters: more is a missing quote, not a name.</summary>
    public const int FieldLengthMax = 65_536;

    /// <summary>Most fields of a row; the widest form that is read has some 120. More would only fill the memory.</summary>
    public const int FieldCountMax = 1_000;

    /// <summary>Stands for the first comma or semicolon outside quotes: the EU's files come with either.</summary>
    public const char CommaOrSemicolon = '\0';

    private char _separator = separator;
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
            if (fields.Count == FieldCountMax)
                throw Fault($"more than {FieldCountMax} fields in one row");
            fields.Add(reader.Peek() == '"' ? ReadQuoted() : ReadBare());
            var next = Next();
            if (_separator == CommaOrSemicolon && next is (',' or ';'))
                _separator = (char)next;
            if (next == _separator)
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
        while (reader.Peek() is var next && next is not (-1 or '\n' or '\r') && !IsSeparator(next))
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
                throw new ListFileException(line, column, "a quoted field is not closed before the end of the file", fileName);
            if (next == '"' && reader.Peek() != '"')
                return field.ToString();
            if (next == '"')
                Next();
            Append(field, next);
        }
    }

    private bool IsSeparator(int character) => _separator == CommaOrSemicolon ? character is ',' or ';' : character == _separator;

    private void Append(StringBuilder field, int character)
    {
        if (field.Length == FieldLengthMax)
            throw Fault($"a field longer than {FieldLengthMax} characters; a quote is missing");
        // UTF-16 without a mark passes for UTF-8 with a NUL beside every letter.
        if (character == 0)
            throw Fault("a NUL character; the file is not UTF-8 text");
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

    private ListFileException Fault(string reason) => new(_line, _column, reason, fileName);
}
