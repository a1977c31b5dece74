using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Reads OFAC's list of Specially Designated Nationals in its CSV form: sdn.csv, alt.csv and sdn_comments.csv, none with a header.
/// Mappings/ofac-csv.txt has the mapping.
/// </summary>
internal static class OfacReader
{
    public const string MainFile = "sdn.csv";
    public const string AliasFile = "alt.csv";
    public const string CommentFile = "sdn_comments.csv";

    private const int MainColumns = 12;
    private const int AliasColumns = 5;
    private const int CommentColumns = 2;

    /// <summary>How the files write an empty field.</summary>
    private const string Nothing = "-0-";

    /// <summary>End of file as DOS wrote it; it stands alone in the last line.</summary>
    private const string EndMark = "\u001A";

    /// <summary>1. Comments, which continue remarks that are too long for their column. 2. Aliases. 3. The entries.</summary>
    /// <param name="defaults">List name and governance; complete.</param>
    /// <exception cref="ListFileException">A file is missing, malformed, cut off, or another document.</exception>
    public static ListReading Read(ListInput input, ListDefaults defaults)
    {
        var reading = new ListReading();

        // 1.
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        if (input.Find(CommentFile) is { } commentFile)
        {
            foreach (var row in Rows(commentFile, CommentColumns, reading))
                comments[Field(row, 0)] = comments.GetValueOrDefault(Field(row, 0), "") + row.Fields[1];
        }

        // 2.
        var aliasFile = input.Find(AliasFile)
            ?? throw new ListFileException(0, 0, $"there is no {AliasFile} beside {MainFile}, and without it the aliases would be delisted");
        var aliases = Rows(aliasFile, AliasColumns, reading).ToLookup(static row => Field(row, 0), StringComparer.Ordinal);

        // 3.
        var mainFile = input.Find(MainFile, isGiven: true) ?? throw new ListFileException(0, 0, $"there is no {MainFile} in the folder");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in Rows(mainFile, MainColumns, reading))
        {
            if (Field(row, 2).Equals("individual", StringComparison.OrdinalIgnoreCase))
                ReadPerson(mainFile.Name, row, aliases[Field(row, 0)], comments.GetValueOrDefault(Field(row, 0), ""), defaults, reading, seen);
            else
                reading.LeftOut++;
        }

        return reading;
    }

    private static void ReadPerson(
        string file, CsvRow row, IEnumerable<CsvRow> aliases, string comment, ListDefaults defaults, ListReading reading, HashSet<string> seen)
    {
        var (identifier, name) = (Field(row, 0), Field(row, 1));
        if (identifier.Length == 0 || !identifier.All(char.IsAsciiDigit) || name.Length == 0)
        {
            reading.Refuse(file, row.Line, identifier, "an individual has no number or no name");
            return;
        }

        // A remark is cut within a word where it continues, so nothing stands between the parts.
        var remarks = OfacRemarks.Parse(Field(row, 11) + comment);
        foreach (var kind in remarks.NotUnderstood)
            reading.Note(file, row.Line, identifier, $"{kind} in its remarks is not understood and left out");
        var entry = defaults.Entry(new ListedPerson
        {
            EntryId = $"ofac:{identifier}",
            Reference = $"{Field(row, 3)} {identifier}".Trim(),
            Names = Names(name, aliases, remarks),
            BirthDates = [.. remarks.BirthDates],
            Nationalities = [.. remarks.Nationalities],
            Sex = remarks.Sex,
            Documents = [.. remarks.Documents],
        });
        reading.Take(row.Line, entry, seen, file);
    }

    /// <summary>A name that stands twice keeps its better quality.</summary>
    private static ImmutableArray<ListedName> Names(string primary, IEnumerable<CsvRow> aliases, OfacRemarks remarks) =>
    [
        .. new[] { new ListedName(primary, NameQuality.Primary) }
            .Concat(aliases.Where(static row => Field(row, 3).Length > 0).Select(static row => new ListedName(
                Field(row, 3),
                Field(row, 4).Contains("weak", StringComparison.OrdinalIgnoreCase) ? NameQuality.Weak : NameQuality.Good)))
            .Concat(remarks.WeakNames.Select(static name => new ListedName(name, NameQuality.Weak)))
            .GroupBy(static name => name.Text, StringComparer.Ordinal)
            .Select(static same => same.MinBy(static name => name.Quality)!),
    ];

    /// <summary>Rows of one file. A row with another number of fields is refused: it may be the one that was cut off.</summary>
    private static IEnumerable<CsvRow> Rows(ListPart part, int columns, ListReading reading)
    {
        using var text = ListText.Open(part.Open());
        var hasEnded = false;
        var count = 0;
        foreach (var row in new CsvReader(text, fileName: part.Name).ReadRows())
        {
            if (hasEnded)
                throw new ListFileException(row.Line, 1, "there is text after the mark that ends the file", part.Name);
            hasEnded = row.Fields is [EndMark];
            count++;
            if (!hasEnded && row.Fields.Count == columns)
                yield return row;
            else if (!hasEnded)
                reading.Refuse(part.Name, row.Line, "", $"it has {row.Fields.Count} fields where this file has {columns}");
        }

        if (count == 0 && columns != CommentColumns)
            throw new ListFileException(1, 1, "the file is empty", part.Name);
    }

    private static string Field(CsvRow row, int column) => row.Fields[column].Trim() is var text && text == Nothing ? "" : text;
}
