using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Reads a tab-separated list for measurements: source, id, type, name, aliases, dob, nationality, documents; several values
/// parted by a vertical bar. Its entries have no legal basis and never reach a post.
/// </summary>
internal sealed class BenchListReader(TextReader input)
{
    /// <summary>The first line of such a file.</summary>
    internal const string Header = "source\tid\ttype\tname\taliases\tdob\tnationality\tdocuments";

    private static readonly DateOnly Never = new(9999, 1, 1);

    /// <summary>Rows that are no persons: ships, aircraft and companies do not travel on documents.</summary>
    internal int OtherCount { get; private set; }

    /// <summary>Rows that could not be used.</summary>
    internal int RefusedCount { get; private set; }

    /// <summary>What was refused, left out or changed, with its line.</summary>
    internal List<string> Notices { get; } = [];

    /// <summary>The persons of the file, one row at a time.</summary>
    /// <exception cref="InvalidDataException">The first line is another one.</exception>
    internal IEnumerable<WatchlistEntry> Read()
    {
        if (input.ReadLine() is not { } header || header.TrimEnd('\r').TrimStart('\uFEFF') != Header)
            throw new InvalidDataException($"The first line is not: {Header.Replace("\t", "<tab>")}.");
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var number = 1;
        while (input.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
                continue;
            var fields = line.TrimEnd('\r').Split('\t');
            if (fields.Length != 8)
                Refuse(number, $"{fields.Length} fields instead of 8");
            else if (fields[2] is not ("person" or ""))
                OtherCount++;
            else if (fields[1].Length == 0 || fields[3].Trim().Length == 0)
                Refuse(number, "no id or no name");
            else
                yield return Entry(fields, number, Identifier(ids, fields, number));
        }
    }

    /// <summary>Source and id; lists give one id to several people, who are told apart by a number.</summary>
    private string Identifier(Dictionary<string, int> ids, string[] fields, int line)
    {
        var id = $"{fields[0]}#{fields[1]}";
        var count = ids[id] = ids.GetValueOrDefault(id) + 1;
        if (count == 1)
            return id;
        // A list may use such an identifier itself.
        while (!ids.TryAdd($"{id}~{count}", 1))
            count++;
        Notices.Add($"line {line}: the id {fields[1]} of {fields[0]} stands twice; taken as {id}~{count}");
        return $"{id}~{count}";
    }

    private WatchlistEntry Entry(string[] fields, int line, string entryId) => new()
    {
        EntryId = entryId,
        ListName = fields[0],
        Owner = "bench",
        LegalBasis = "none: for measurements only",
        Purpose = "measurement",
        Action = RequestedAction.Inform,
        Evidence = EvidenceGrade.Reported,
        ExpiresOn = Never,
        Names =
        [
            new ListedName(fields[3].Trim(), NameQuality.Primary),
            .. Values(fields[4]).Select(static alias => new ListedName(alias, NameQuality.Good)),
        ],
        BirthDates = BirthDates(fields[5], line),
        Nationalities = [.. Values(fields[6]).Select(StateCodes.Canonical).Distinct()],
        Documents = [.. Values(fields[7]).Select(Document)],
    };

    private ImmutableArray<ListedBirthDate> BirthDates(string field, int line)
    {
        var dates = ImmutableArray.CreateBuilder<ListedBirthDate>();
        foreach (var text in Values(field))
        {
            if (PartialDate.TryParse(text, out var date))
                dates.Add(new ListedBirthDate(date, date, IsApproximate: false));
            else
                Notices.Add($"line {line}: a date of birth is left out: it is not of the form YYYY, YYYY-MM or YYYY-MM-DD");
        }

        return dates.ToImmutable();
    }

    /// <summary>Type, number and issuer parted by colons; type and issuer may be missing.</summary>
    private static ListedDocument Document(string text)
    {
        var parts = text.Split(':');
        return parts.Length switch
        {
            1 => new ListedDocument("", parts[0], ""),
            2 => new ListedDocument(parts[0], parts[1], ""),
            _ => new ListedDocument(parts[0], string.Join(':', parts[1..^1]), parts[^1]),
        };
    }

    private static string[] Values(string field) =>
        field.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private void Refuse(int line, string reason)
    {
        RefusedCount++;
        Notices.Add($"line {line}: {reason}; the row is left out");
    }
}
