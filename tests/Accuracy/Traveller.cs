using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Accuracy;

/// <summary>An invented traveller as his documents would give him.</summary>
/// <param name="Nationality">The code of travel documents; empty when the country's name is not known.</param>
/// <param name="Country">As written.</param>
internal sealed record Traveller(
    string Surname, string GivenNames, char Sex, PartialDate Birth, string Nationality, string Country, WritingScript Script)
{
    /// <summary>Columns are full_name, first_name, middle_name, last_name, gender, date_of_birth, place_of_birth, nationality.</summary>
    /// <exception cref="InvalidDataException">A row has another number of fields, or no date of birth.</exception>
    internal static List<Traveller> Read(string path)
    {
        using var input = new StreamReader(path);
        var travellers = new List<Traveller>();
        foreach (var row in new CsvReader(input).ReadRows().Skip(1))
        {
            if (row.Fields is not [_, var first, var middle, var last, var gender, var birth, _, var country])
                throw new InvalidDataException($"Line {row.Line} has {row.Fields.Count} fields instead of 8.");
            var sex = gender switch { "male" => 'M', "female" => 'F', _ => 'X' };
            if (!PartialDate.TryParse(birth, out var date))
                throw new InvalidDataException($"Line {row.Line} has no date of birth.");
            var givenNames = $"{first} {middle}".Trim();
            travellers.Add(new Traveller(last, givenNames, sex, date, Code(country), country, WritingScripts.Of($"{last} {givenNames}")));
        }

        return travellers;
    }

    private static string Code(string country)
    {
        // Names that no list has written so far, so that the common table lacks them.
        var code = country switch
        {
            "East Timor" => "TLS",
            "Hong Kong" => "HKG",
            "Puerto Rico" => "PRI",
            "Taiwan" => "TWN",
            _ => CountryCodes.CodeOrName(country),
        };
        return StateCodes.IsKnown(code) ? code : "";
    }
}
