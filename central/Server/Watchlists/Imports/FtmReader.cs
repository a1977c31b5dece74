using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Reads OpenSanctions' FollowTheMoney entities, one JSON object a line: entities.ftm.json, where passports are entities that name their
/// holder, and targets.nested.json, where they stand within the holder. Mappings/ftm.txt has the mapping.
/// </summary>
internal static class FtmReader
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    /// <summary>1. Reads people, and documents by their holder. 2. Puts them together, since either may come first.</summary>
    /// <param name="defaults">List name and governance; complete.</param>
    /// <exception cref="ListFileException">The file is cut off, not UTF-8, or no file of lines.</exception>
    public static ListReading Read(Stream file, ListDefaults defaults)
    {
        var reading = new ListReading();
        var people = new List<(int Line, WatchlistEntry Entry)>();
        var documents = new Dictionary<string, List<ListedDocument>>(StringComparer.Ordinal);

        // 1.
        using var text = ListText.Open(file);
        var lines = new LineReader(text);
        while (lines.TryRead(out var line))
            ReadLine(line, lines, people, documents, defaults, reading);
        if (lines.Line == 0)
            throw new ListFileException(1, 1, "the file is empty");

        // 2.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, entry) in people)
        {
            var held = documents.GetValueOrDefault(entry.EntryId, []);
            reading.Take(line, entry with { Documents = [.. entry.Documents.Concat(held).Distinct()] }, seen);
        }

        return reading;
    }

    private static void ReadLine(
        string line, LineReader lines, List<(int Line, WatchlistEntry Entry)> people, Dictionary<string, List<ListedDocument>> documents,
        ListDefaults defaults, ListReading reading)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        try
        {
            using var json = JsonDocument.Parse(line, Depth);
            ReadEntity(json.RootElement, lines.Line, people, documents, defaults, reading);
        }
        catch (JsonException) when (lines.IsLast && !lines.EndsWithLineFeed)
        {
            throw new ListFileException(lines.Line, 1, "the last line is not a whole JSON object; the file is cut off");
        }
        catch (JsonException)
        {
            reading.Refuse("", lines.Line, "", "it is not a JSON object");
        }
    }

    private static void ReadEntity(
        JsonElement entity, int line, List<(int Line, WatchlistEntry Entry)> people, Dictionary<string, List<ListedDocument>> documents,
        ListDefaults defaults, ListReading reading)
    {
        if (entity.ValueKind != JsonValueKind.Object || Text(entity, "id") is not { Length: > 0 } id || Text(entity, "schema") is not { Length: > 0 } schema
            || !entity.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            reading.Refuse("", line, "", "it has no id, schema or properties");
            return;
        }

        switch (schema)
        {
            case "Person":
                ReadPerson(entity, id, properties, line, people, defaults, reading);
                break;
            case "Passport" or "Identification":
                foreach (var holder in Values(properties, "holder"))
                {
                    if (!documents.TryGetValue(EntryIdOf(holder), out var held))
                        documents.Add(EntryIdOf(holder), held = []);
                    held.AddRange(Documents(schema, properties));
                }

                break;
            default:
                reading.LeftOut++;
                break;
        }
    }

    private static void ReadPerson(
        JsonElement entity, string id, JsonElement properties, int line, List<(int Line, WatchlistEntry Entry)> people, ListDefaults defaults, ListReading reading)
    {
        var names = Names(entity, properties);
        if (names.IsEmpty)
        {
            reading.Refuse("", line, EntryIdOf(id), "a person has no name");
            return;
        }

        var births = new List<ListedBirthDate>();
        foreach (var text in Values(properties, "birthDate"))
        {
            if (WrittenDates.TryParse(text, out var date))
                births.Add(date);
            else
                reading.Note("", line, EntryIdOf(id), "a date of birth is not understood and left out");
        }

        people.Add((line, defaults.Entry(new ListedPerson
        {
            EntryId = EntryIdOf(id),
            Reference = id,
            Names = names,
            BirthDates = [.. births.Distinct()],
            Nationalities = [.. Values(properties, "nationality").Concat(Values(properties, "citizenship")).Select(CountryCodes.FromTwoLetters).Distinct()],
            Sex = Values(properties, "gender").FirstOrDefault() switch { "male" => 'M', "female" => 'F', _ => '\0' },
            Documents =
            [
                .. Numbers(properties, "passportNumber", "Passport", ""), .. Numbers(properties, "idNumber", "National ID", ""),
                .. Nested(properties, "passportEntity", "Passport"), .. Nested(properties, "identification", "Identification"),
            ],
        })));
    }

    /// <summary>The caption is what the publisher calls the person; then names and aliases as they stand.</summary>
    private static ImmutableArray<ListedName> Names(JsonElement entity, JsonElement properties)
    {
        var strong = Values(properties, "name").ToList();
        if (Text(entity, "caption") is { Length: > 0 } caption && strong.Remove(caption))
            strong.Insert(0, caption);
        return
        [
            .. strong.Select(static (name, i) => new ListedName(name, i == 0 ? NameQuality.Primary : NameQuality.Good))
                .Concat(Values(properties, "alias").Concat(Values(properties, "previousName")).Select(name => new ListedName(name, strong.Count == 0 ? NameQuality.Primary : NameQuality.Good)))
                .Concat(Values(properties, "weakAlias").Select(static name => new ListedName(name, NameQuality.Weak)))
                .DistinctBy(static name => name.Text, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<ListedDocument> Documents(string schema, JsonElement properties)
    {
        var state = Values(properties, "country").Select(CountryCodes.FromTwoLetters).FirstOrDefault("");
        var type = Values(properties, "type").FirstOrDefault(schema);
        return Numbers(properties, "number", type, state);
    }

    private static IEnumerable<ListedDocument> Nested(JsonElement properties, string name, string schema)
    {
        if (!properties.TryGetProperty(name, out var nested) || nested.ValueKind != JsonValueKind.Array)
            return [];
        return nested.EnumerateArray()
            .Where(static item => item.ValueKind == JsonValueKind.Object)
            .Select(static item => item.TryGetProperty("properties", out var within) && within.ValueKind == JsonValueKind.Object ? within : default)
            .Where(static within => within.ValueKind == JsonValueKind.Object)
            .SelectMany(within => Documents(schema, within));
    }

    private static IEnumerable<ListedDocument> Numbers(JsonElement properties, string name, string type, string state) =>
        Values(properties, name).Where(static number => !DocumentNumber.Parse(number).IsEmpty).Select(number => new ListedDocument(type, number, state));

    private static IEnumerable<string> Values(JsonElement properties, string name) =>
        properties.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray().Where(static value => value.ValueKind == JsonValueKind.String).Select(static value => value.GetString()!.Trim())
                .Where(static value => value.Length > 0)
            : [];

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string EntryIdOf(string id) => $"os:{id}";

    /// <summary>Lines of bounded length; it knows how the last one ends.</summary>
    private sealed class LineReader(TextReader text)
    {
        /// <summary>In characters; the largest nested person of the real collection is well under a million.</summary>
        private const int LengthMax = 1 << 23;

        public int Line { get; private set; }

        public bool EndsWithLineFeed { get; private set; }

        public bool IsLast => text.Peek() < 0;

        public bool TryRead(out string line)
        {
            line = "";
            if (text.Peek() < 0)
                return false;
            Line++;
            var read = new StringBuilder();
            EndsWithLineFeed = false;
            while (text.Read() is var next && next >= 0)
            {
                if (next == '\n')
                {
                    EndsWithLineFeed = true;
                    break;
                }

                if (next == 0)
                    throw new ListFileException(Line, read.Length + 1, "a NUL character; the file is not UTF-8 text");
                if (read.Length == LengthMax)
                    throw new ListFileException(Line, read.Length, $"a line longer than {LengthMax} characters");
                read.Append((char)next);
            }

            line = read.ToString();
            return true;
        }
    }
}
