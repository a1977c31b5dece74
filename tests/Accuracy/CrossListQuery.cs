using System.Collections.Immutable;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Accuracy;

/// <summary>How much of the dates of birth a query gives.</summary>
internal enum QueryDates
{
    /// <summary>The first alone, as a document has it.</summary>
    First,

    /// <summary>All that the record gives.</summary>
    All,

    /// <summary>The year of the first alone.</summary>
    Year,

    /// <summary>None: then nothing can alert, and the weak queue is all there is.</summary>
    None,
}

/// <summary>A person of one list, who stands in others under the identifiers of <see cref="Truths"/>.</summary>
internal sealed record CrossListQuery(
    string Source, string Name, ImmutableArray<PartialDate> Births, string Nationality, ImmutableArray<string> Truths)
{
    /// <summary>Columns are query_source, query_id, query_name, query_dob, query_nat, truth_ids; several values parted by a bar.</summary>
    internal static List<CrossListQuery> Read(string path)
    {
        var queries = new List<CrossListQuery>();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var cells = line.Split('\t');
            var nationality = Values(cells[4]) is [var first, ..] ? StateCodes.Canonical(first) : "";
            queries.Add(new CrossListQuery(cells[0], cells[2], [.. Dates(cells[3])], nationality, [.. Values(cells[5])]));
        }

        return queries;
    }

    /// <summary>As the screen command takes it: a comma parts surname from given names.</summary>
    internal MatchQuery ToQuery(QueryDates dates)
    {
        var (surname, givenNames) = Name.Split(',', 2, StringSplitOptions.TrimEntries) is [var before, var after] ? (before, after) : (Name, "");
        return new MatchQuery
        {
            Surname = surname,
            GivenNames = givenNames,
            BirthDate = dates switch
            {
                QueryDates.None => PartialDate.Unknown,
                QueryDates.Year => PartialDate.TryCreate(Births.FirstOrDefault().Year, 0, 0, out var year) ? year : PartialDate.Unknown,
                _ => Births.FirstOrDefault(),
            },
            OtherBirthDates = dates == QueryDates.All ? [.. Births.Skip(1)] : [],
            Nationality = Nationality,
        };
    }

    private static IEnumerable<PartialDate> Dates(string text)
    {
        foreach (var value in Values(text))
        {
            if (PartialDate.TryParse(value, out var date))
                yield return date;
        }
    }

    private static string[] Values(string text) =>
        text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
