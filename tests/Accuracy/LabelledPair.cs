using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Accuracy;

/// <summary>One row of pairs.tsv: two people and whether they are the same.</summary>
internal sealed record LabelledPair(string Source, ComparedPerson Left, ComparedPerson Right, bool IsSame, string Text)
{
    /// <summary>Reads the whole file; its columns are source, name_a, dob_a, country_a, name_b, dob_b, country_b, label.</summary>
    internal static List<LabelledPair> Read(string path)
    {
        var pairs = new List<LabelledPair>();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var cells = line.Split('\t');
            pairs.Add(new LabelledPair(
                cells[0], Person(cells[1], cells[2], cells[3]), Person(cells[4], cells[5], cells[6]), cells[7] == "1",
                $"{cells[1]} ({cells[2]}) ~ {cells[4]} ({cells[5]})"));
        }

        return pairs;
    }

    private static ComparedPerson Person(string name, string births, string countries) => new(
        NamePreparation.Listed(name),
        [.. births.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(Birth).OfType<ListedBirthDate>()],
        [.. countries.Split('|', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>The generators of two sources write impossible months; their year still counts, as it does for names compare.</summary>
    private static ListedBirthDate? Birth(string text) =>
        PartialDate.TryParse(text, out var date) || (text.Length > 4 && PartialDate.TryParse(text.AsSpan(0, 4), out date))
            ? new ListedBirthDate(date, date, false) : null;
}
