using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A line of a mapping file.</summary>
/// <param name="Value">Empty where the source has nothing, or where there is no default.</param>
/// <param name="Note">Why, for a list editor.</param>
internal sealed record MappingLine(string Key, string Value, string Note);

/// <summary>
/// How a source becomes entries: which of its columns or elements goes where, what is left out, and what stands for an entry where
/// neither the row nor the command says it. The files are in Mappings/ beside this one, and a list editor reads them with
/// <c>watchlists mapping</c>.
/// </summary>
internal sealed class SourceMapping
{
    /// <summary>What a source can say of a person; the words are the columns of our own form.</summary>
    public static readonly ImmutableArray<string> FieldNames =
        ["entry_id", "names", "weak_names", "birth_dates", "nationalities", "sex", "documents", "reference"];

    /// <summary>What makes an entry lawful to use; <c>life_months</c> counts from the import.</summary>
    public static readonly ImmutableArray<string> DefaultNames =
        ["list", "owner", "legal_basis", "purpose", "action", "evidence", "life_months", "contact"];

    private const string FieldsSection = "fields";
    private const string LeftOutSection = "left out";
    private const string DefaultsSection = "defaults";

    /// <summary>The forms of list, and the one of documents.</summary>
    public static readonly ImmutableArray<string> Sources = [.. ListFormats.ByWord.Keys.Append(DocumentImport.FormWord).Order(StringComparer.Ordinal)];

    private static readonly FrozenDictionary<string, SourceMapping> BySource =
        Sources.ToFrozenDictionary(static word => word, Read, StringComparer.Ordinal);

    private SourceMapping(string text, ImmutableArray<MappingLine> fields, ImmutableArray<MappingLine> leftOut, ImmutableArray<MappingLine> defaults) =>
        (Text, Fields, LeftOut, Defaults) = (text, fields, leftOut, defaults);

    /// <summary>The file as it is.</summary>
    public string Text { get; }

    public ImmutableArray<MappingLine> Fields { get; }

    public ImmutableArray<MappingLine> LeftOut { get; }

    public ImmutableArray<MappingLine> Defaults { get; }

    public static SourceMapping Of(ListFormat format) => Of(format.Word());

    public static SourceMapping Of(string source) => BySource[source];

    /// <summary>
    /// Reads a mapping file: sections in brackets, lines <c>key = value  # note</c>, each with a note; a lone <c>-</c> is nothing.
    /// </summary>
    /// <exception cref="FormatException">A line has another form, a key is unknown, missing, or stands twice.</exception>
    public static SourceMapping Parse(string text)
    {
        var lines = new Dictionary<string, List<MappingLine>> { [FieldsSection] = [], [LeftOutSection] = [], [DefaultsSection] = [] };
        List<MappingLine>? section = null;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[' && line[^1] == ']')
                section = lines.GetValueOrDefault(line[1..^1]) ?? throw new FormatException($"{line} is not a section of a mapping file.");
            else
                (section ?? throw new FormatException($"'{line}' stands before the first section.")).Add(ParseLine(line));
        }

        RequireExactly(FieldNames, lines[FieldsSection]);
        RequireExactly(DefaultNames, lines[DefaultsSection]);
        return new SourceMapping(text, [.. lines[FieldsSection]], [.. lines[LeftOutSection]], [.. lines[DefaultsSection]]);
    }

    /// <summary>What was given, and for the rest what the mapping file says.</summary>
    /// <param name="today">The life of an entry counts from it.</param>
    public ListDefaults Complete(ListDefaults given, DateOnly today) => new()
    {
        ListName = Or(given.ListName, "list"),
        Owner = Or(given.Owner, "owner"),
        LegalBasis = Or(given.LegalBasis, "legal_basis"),
        Purpose = Or(given.Purpose, "purpose"),
        Action = given.Action ?? (Default("action") is { Length: > 0 } action ? ListWords.Actions[action] : null),
        Evidence = given.Evidence ?? (Default("evidence") is { Length: > 0 } evidence ? ListWords.Evidence[evidence] : null),
        ExpiresOn = given.ExpiresOn ?? (Default("life_months") is { Length: > 0 } months ? today.AddMonths(int.Parse(months, CultureInfo.InvariantCulture)) : null),
        Contact = Or(given.Contact, "contact"),
    };

    /// <summary>The default of a name; empty when there is none.</summary>
    public string Default(string name) => Defaults.Single(line => line.Key == name).Value;

    private string Or(string value, string name) => value.Length > 0 ? value : Default(name);

    private static MappingLine ParseLine(string line)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        var note = line.IndexOf('#', StringComparison.Ordinal);
        if (equals <= 0 || note < equals || line[(note + 1)..].Trim().Length == 0)
            throw new FormatException($"'{line}' is not of the form key = value  # note.");
        var value = line[(equals + 1)..note].Trim();
        return new MappingLine(line[..equals].Trim(), value == "-" ? "" : value, line[(note + 1)..].Trim());
    }

    private static void RequireExactly(ImmutableArray<string> names, List<MappingLine> lines)
    {
        if (lines.FirstOrDefault(line => !names.Contains(line.Key)) is { } unknown)
            throw new FormatException($"{unknown.Key} is not a field of an entry.");
        foreach (var name in names.Where(name => lines.Count(line => line.Key == name) != 1))
            throw new FormatException($"{name} stands in the mapping file not at all, or more than once.");
    }

    private static SourceMapping Read(string source)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"watchlists/mappings/{source}.txt")!);
        return Parse(reader.ReadToEnd());
    }
}
