using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Reads a list in our CSV form; README.md beside this file describes it.</summary>
internal static class CsvListReader
{
    public static readonly ImmutableArray<string> Columns =
    [
        "entry_id", "names", "weak_names", "birth_dates", "nationalities", "sex", "documents", "list", "reference",
        "owner", "legal_basis", "purpose", "action", "evidence", "expires_on", "contact",
        "direction", "court_reference", "supervisor", "review_on",
    ];

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="ListFileException">The file is malformed, cut off, or another document.</exception>
    public static ListReading Read(Stream file, ListDefaults defaults)
    {
        using var text = ListText.Open(file);
        return ListText.Decoded(() => Read(text, defaults));
    }

    private static ListReading Read(TextReader text, ListDefaults defaults)
    {
        var reading = new ListReading();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<string, int>? columns = null;
        foreach (var row in new CsvReader(text).ReadRows())
        {
            if (columns is null)
            {
                columns = ReadHeader(row);
                continue;
            }

            if (row.Fields.Count != columns.Count)
            {
                reading.Refused.Add(new RefusedRow(
                    row.Line, "", $"it has {row.Fields.Count} fields where the first line has {columns.Count}"));
                continue;
            }

            var entry = new RowReader(name => columns.TryGetValue(name, out var i) ? row.Fields[i].Trim() : "", defaults);
            if (entry.TryRead(out var read, out var problem))
                reading.Take(row.Line, read, seen);
            else
                reading.Refused.Add(new RefusedRow(row.Line, entry.Field("entry_id"), problem));
        }

        return columns is null ? throw new ListFileException(1, 1, "the file is empty") : reading;
    }

    /// <summary>One entry in the words of the form, as a page has them.</summary>
    /// <param name="field">The text of a column; empty for none.</param>
    /// <returns>The entry, or every problem in one sentence.</returns>
    public static Result<WatchlistEntry, string> ReadEntry(Func<string, string> field, ListDefaults defaults) =>
        new RowReader(field, defaults).TryRead(out var entry, out var problem) ? entry : problem;

    private static Dictionary<string, int> ReadHeader(CsvRow row)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < row.Fields.Count; i++)
        {
            var name = row.Fields[i].Trim();
            if (!Columns.Contains(name) || !columns.TryAdd(name, i))
                throw new ListFileException(row.Line, 1, $"'{name}' is not a column of this form, or stands twice");
        }

        return columns.ContainsKey("entry_id") && columns.ContainsKey("names")
            ? columns
            : throw new ListFileException(row.Line, 1, "the columns entry_id and names are needed");
    }

    /// <summary>One row; collects every problem before it answers.</summary>
    private sealed class RowReader(Func<string, string> field, ListDefaults defaults)
    {
        private readonly List<string> _problems = [];

        public string Field(string column) => field(column);

        public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WatchlistEntry? entry, out string problem)
        {
            var identifier = Field("entry_id");
            if (identifier.Length is 0 or > EntryLimits.IdentifierLengthMax || identifier.Any(char.IsControl))
                _problems.Add($"entry_id has 1 to {EntryLimits.IdentifierLengthMax} characters");
            var names = Values("names").Select((name, i) => new ListedName(name, i == 0 ? NameQuality.Primary : NameQuality.Good))
                .Concat(Values("weak_names").Select(static name => new ListedName(name, NameQuality.Weak)))
                .ToImmutableArray();
            if (names.IsEmpty || names[0].Quality != NameQuality.Primary)
                _problems.Add("names is empty");
            else if (names.All(static name => NameFolding.Fold(name.Text).Length == 0))
                _problems.Add("no name has a letter that can be compared; add a Latin spelling");
            var read = new WatchlistEntry
            {
                EntryId = identifier,
                ListName = ListName(),
                Reference = Field("reference"),
                Owner = Required("owner", defaults.Owner),
                LegalBasis = Required("legal_basis", defaults.LegalBasis),
                Purpose = Required("purpose", defaults.Purpose),
                Action = Word("action", ListWords.Actions, defaults.Action),
                Evidence = Word("evidence", ListWords.Evidence, defaults.Evidence),
                ExpiresOn = Expiry(),
                Contact = Field("contact") is { Length: > 0 } contact ? contact : defaults.Contact,
                Names = names,
                BirthDates = [.. Values("birth_dates").Select(BirthDate)],
                Nationalities = [.. Values("nationalities").Select(CountryCodes.CodeOrName)],
                Sex = Sex(),
                Documents = [.. Values("documents").Select(Document)],
                Direction = Word("direction", ListWords.Directions, CrossingDirection.NotSaid),
                CourtReference = Field("court_reference"),
                Supervisor = Field("supervisor"),
                ReviewOn = Field("review_on").Length == 0 ? null : Day("review_on"),
            };
            if (EntryRules.ExitProblem(read) is { } exit)
                _problems.Add(exit);
            problem = string.Join("; ", _problems);
            entry = _problems.Count == 0 ? read : null;
            return entry is not null;
        }

        private string[] Values(string column) =>
            Field(column).Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        private string ListName()
        {
            var name = Field("list") is { Length: > 0 } own ? own : defaults.ListName;
            if (name.Length == 0)
                _problems.Add("list is empty and --list was not given");
            else if (defaults.ListName.Length > 0 && name != defaults.ListName)
                _problems.Add("it belongs to another list than the one being imported");
            return name;
        }

        private string Required(string column, string fallback)
        {
            var value = Field(column) is { Length: > 0 } own ? own : fallback;
            if (value.Length == 0)
                _problems.Add($"{column} is empty and no default was given");
            return value;
        }

        private T Word<T>(string column, IReadOnlyDictionary<string, T> words, T? fallback)
            where T : struct
        {
            var word = Field(column);
            if (word.Length == 0 && fallback is { } value)
                return value;
            if (words.TryGetValue(word, out var known))
                return known;
            _problems.Add($"{column} is one of {string.Join(", ", words.Keys.Order(StringComparer.Ordinal))}");
            return default;
        }

        private DateOnly Expiry() => Field("expires_on").Length == 0 && defaults.ExpiresOn is { } fallback ? fallback : Day("expires_on");

        private DateOnly Day(string column)
        {
            if (!DateOnly.TryParseExact(Field(column), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                _problems.Add($"{column} is not a date of the form YYYY-MM-DD, and no default was given");
            return date;
        }

        private char Sex()
        {
            switch (Field("sex"))
            {
                case "":
                    return '\0';
                case "M" or "F" or "X":
                    return Field("sex")[0];
                default:
                    _problems.Add("sex is M, F, X or empty");
                    return '\0';
            }
        }

        /// <summary><c>1974-08-12</c>, <c>1974</c>, <c>1960/1962</c>, <c>~1960</c>.</summary>
        private ListedBirthDate BirthDate(string text)
        {
            var isApproximate = text.StartsWith('~');
            var parts = text.TrimStart('~').Split('/');
            if (parts.Length <= 2 && PartialDate.TryParse(parts[0], out var from) && PartialDate.TryParse(parts[^1], out var to)
                && from.HasYear && from <= to)
            {
                return new ListedBirthDate(from, to, isApproximate);
            }

            _problems.Add("a date in birth_dates is not of the form YYYY[-MM[-DD]], FROM/TO or ~DATE");
            return new ListedBirthDate(default, default, false);
        }

        /// <summary><c>TYPE:STATE:NUMBER</c>; the number may hold colons of its own.</summary>
        private ListedDocument Document(string text)
        {
            var parts = text.Split(':', 3, StringSplitOptions.TrimEntries);
            if (parts.Length == 3 && !DocumentNumber.Parse(parts[2]).IsEmpty)
                return new ListedDocument(parts[0], parts[2], CountryCodes.CodeOrName(parts[1]));
            _problems.Add("an item of documents is not of the form TYPE:STATE:NUMBER");
            return new ListedDocument("", "", "");
        }
    }
}
