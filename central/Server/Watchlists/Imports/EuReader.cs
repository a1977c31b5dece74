using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Reads the consolidated financial sanctions list of the European Union as CSV, by the names of the columns. It comes in two shapes:
/// the file of the Commission, parted by semicolons, with a line for each name, date of birth, document and citizenship of an entity
/// (two sets of column names over the years); and a file for each regulation, parted by commas, with a line for each person.
/// Mappings/eu-csv.txt has the mapping.
/// </summary>
internal static class EuReader
{
    /// <summary>Column of the Commission's file, by what it holds: the newer name and the older one.</summary>
    private static readonly FrozenDictionary<string, string[]> Names = new Dictionary<string, string[]>
    {
        ["id"] = ["Entity_LogicalId", "Entity_logical_id"],
        ["type"] = ["Entity_SubjectType", "Subject_type"],
        ["type code"] = ["Entity_SubjectType_ClassificationCode"],
        ["reference"] = ["Entity_EU_ReferenceNumber", "EU_ref_num"],
        ["whole name"] = ["NameAlias_WholeName", "Naal_wholename"],
        ["first name"] = ["NameAlias_FirstName", "Naal_firstname"],
        ["middle name"] = ["NameAlias_MiddleName", "Naal_middlename"],
        ["last name"] = ["NameAlias_LastName", "Naal_lastname"],
        ["gender"] = ["NameAlias_Gender", "Naal_gender"],
        ["name remark"] = ["NameAlias_Remark"],
        ["strong"] = ["NameAlias_Strong"],
        ["birth date"] = ["BirthDate_BirthDate", "Birt_date"],
        ["birth year"] = ["BirthDate_Year"],
        ["birth from"] = ["BirthDate_YearRangeFrom"],
        ["birth to"] = ["BirthDate_YearRangeTo"],
        ["birth circa"] = ["BirthDate_Circa"],
        ["calendar"] = ["BirthDate_CalendarType"],
        ["number"] = ["Identification_Number", "Iden_number"],
        ["number type"] = ["Identification_TypeDescription", "Identification_TypeCode"],
        ["number state"] = ["Identification_CountryDescription", "Iden_country"],
        ["citizen of"] = ["Citizenship_CountryDescription", "Citi_country"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] Regulation =
        ["celex", "recordId", "annex", "schema", "name", "alias", "weakAlias", "previousName", "nationality", "birthDate", "passportNumber", "idNumber", "gender"];

    /// <param name="defaults">List name and governance; complete.</param>
    /// <exception cref="ListFileException">A file is malformed, cut off, or another document.</exception>
    public static ListReading Read(ListInput input, ListDefaults defaults)
    {
        var reading = new ListReading();
        var parts = input.Parts(".csv");
        if (parts.Count == 0)
            throw new ListFileException(0, 0, "the folder has no file whose name ends with .csv");
        var people = new Dictionary<string, EuPerson>(StringComparer.Ordinal);
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts)
            ReadPart(part, people, others, reading);
        reading.LeftOut += others.Count;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var person in people.Values)
        {
            if (person.Names.Count == 0)
                reading.Refuse(person.File, person.Line, person.Id, "a person has no name");
            else
                reading.Take(person.Line, person.ToEntry(defaults), seen, person.File);
        }

        return reading;
    }

    private static void ReadPart(ListPart part, Dictionary<string, EuPerson> people, HashSet<string> others, ListReading reading)
    {
        using var text = ListText.Open(part.Open());
        Columns? columns = null;
        foreach (var row in new CsvReader(text, CsvReader.CommaOrSemicolon, part.Name).ReadRows())
        {
            if (columns is null)
                columns = Columns.Of(row, part.Name);
            else if (row.Fields.Count != columns.Count)
                reading.Refuse(part.Name, row.Line, "", $"it has {row.Fields.Count} fields where the first line has {columns.Count}");
            else if (columns.IsRegulation)
                ReadRegulationRow(columns, row, people, reading);
            else
                ReadCommissionRow(columns, row, people, others, reading);
        }

        if (columns is null)
            throw new ListFileException(1, 1, "the file is empty", part.Name);
    }

    /// <summary>A line of the Commission's file adds one name, date, document or citizenship to its entity.</summary>
    private static void ReadCommissionRow(
        Columns columns, CsvRow row, Dictionary<string, EuPerson> people, HashSet<string> others, ListReading reading)
    {
        string At(string what) => columns.At(row, what);
        var id = At("id");
        if (id.Length == 0)
        {
            reading.Refuse(columns.File, row.Line, "", "it has no logical id");
            return;
        }

        if (At("type") is not ("P" or "person") && At("type code") is not ("P" or "person"))
        {
            others.Add(id);
            return;
        }

        if (!people.TryGetValue(id, out var person))
            people.Add(id, person = new EuPerson($"eu:{id}", columns.File, row.Line) { Reference = At("reference") });
        var name = At("whole name") is { Length: > 0 } whole
            ? whole
            : string.Join(' ', new[] { At("first name"), At("middle name"), At("last name") }.Where(static part => part.Length > 0));
        var isWeak = At("strong").Equals("false", StringComparison.OrdinalIgnoreCase)
            || At("name remark").Contains("low quality", StringComparison.OrdinalIgnoreCase);
        person.AddName(name, isWeak ? NameQuality.Weak : NameQuality.Good);
        person.SetSex(At("gender"));
        person.AddNationality(At("citizen of"));
        if (DocumentNumber.Parse(At("number")) is { IsEmpty: false })
            person.AddDocument(new ListedDocument(At("number type"), At("number"), CountryCodes.CodeOrName(EuWords.State(At("number state")))));
        AddBirthDate(columns, row, person, reading);
    }

    private static void AddBirthDate(Columns columns, CsvRow row, EuPerson person, ListReading reading)
    {
        string At(string what) => columns.At(row, what);
        var text = At("birth date") is { Length: > 0 } date ? date
            : Known(At("birth from")) is { Length: > 0 } from ? $"{from} to {(Known(At("birth to")) is { Length: > 0 } to ? to : from)}"
            : Known(At("birth year"));
        if (text.Length == 0)
            return;
        // Lists give dates of other calendars beside the Gregorian one, never in its place alone without saying so.
        if (At("calendar") is { Length: > 0 } calendar && !calendar.Equals("GREGORIAN", StringComparison.OrdinalIgnoreCase))
            reading.Note(columns.File, row.Line, person.Id, "a date of birth of another calendar is left out");
        else if (WrittenDates.TryParse(text, out var birth))
            person.AddBirthDate(birth with { IsApproximate = birth.IsApproximate || At("birth circa").Equals("true", StringComparison.OrdinalIgnoreCase) });
        else
            reading.Note(columns.File, row.Line, person.Id, "a date of birth is not understood and left out");
    }

    /// <summary>The file writes 0 for a year that is not known.</summary>
    private static string Known(string year) => year == "0" ? "" : year;

    /// <summary>
    /// A line of a regulation. Who stands in several annexes or regulations, with the same name and dates of birth, is one entry; it keeps
    /// the identifier of its first line.
    /// </summary>
    private static void ReadRegulationRow(Columns columns, CsvRow row, Dictionary<string, EuPerson> people, ListReading reading)
    {
        string At(string what) => columns.At(row, what);
        if (At("schema") != "Person")
        {
            reading.LeftOut++;
            return;
        }

        var (name, births) = (At("name"), At("birthDate"));
        var record = At("recordId") is { Length: > 0 } number ? number : $"~{Short(name)}";
        var key = births.Length > 0 ? $"{name}\n{births}" : $"{name}\n{At("celex")}";
        if (!people.TryGetValue(key, out var person))
            people.Add(key, person = new EuPerson($"eu:{At("celex")}:{At("annex")}:{record}", columns.File, row.Line) { Reference = At("celex") });
        foreach (var written in EuWords.Names(name))
            person.AddName(written, NameQuality.Good);
        foreach (var written in EuWords.Split(At("alias")).Concat(EuWords.Split(At("previousName"))).SelectMany(EuWords.Names))
            person.AddName(written, NameQuality.Good);
        foreach (var written in EuWords.Split(At("weakAlias")).SelectMany(EuWords.Names))
            person.AddName(written, NameQuality.Weak);
        foreach (var state in EuWords.States(At("nationality")))
            person.AddNationality(state);
        person.SetSex(At("gender"));
        foreach (var piece in EuWords.Dates(births))
        {
            if (WrittenDates.TryParse(piece, out var birth))
                person.AddBirthDate(birth);
            else
                reading.Note(columns.File, row.Line, person.Id, "a date of birth is not understood and left out");
        }

        AddNumbers(At("passportNumber"), "Passport");
        AddNumbers(At("idNumber"), "National ID");

        void AddNumbers(string cell, string type)
        {
            foreach (var piece in EuWords.Split(cell).SelectMany(EuWords.Marked))
            {
                if (EuWords.TryDocument(piece, type, out var document))
                    person.AddDocument(document);
                else
                    reading.Note(columns.File, row.Line, person.Id, $"a {type.ToLowerInvariant()} number is not understood and left out");
            }
        }
    }

    /// <summary>Tells rows without a number apart; it stays as long as the name does.</summary>
    private static string Short(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 6));

    /// <summary>Where each column stands in one file.</summary>
    private sealed class Columns
    {
        private readonly Dictionary<string, int> _places;

        private Columns(string file, int count, bool isRegulation, Dictionary<string, int> places) =>
            (File, Count, IsRegulation, _places) = (file, count, isRegulation, places);

        public string File { get; }

        public int Count { get; }

        public bool IsRegulation { get; }

        /// <summary>The older file repeats the logical id before each group of columns; the first is taken.</summary>
        public static Columns Of(CsvRow header, string file)
        {
            var named = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < header.Fields.Count; i++)
                named.TryAdd(header.Fields[i].Trim(), i);
            if (Regulation.All(named.ContainsKey))
                return new Columns(file, header.Fields.Count, true, Regulation.ToDictionary(static name => name, name => named[name]));
            var places = new Dictionary<string, int>();
            foreach (var (what, names) in Names)
            {
                if (names.FirstOrDefault(named.ContainsKey) is { } found)
                    places.Add(what, named[found]);
            }

            return places.ContainsKey("id") && places.ContainsKey("type") | places.ContainsKey("type code") && places.ContainsKey("whole name")
                ? new Columns(file, header.Fields.Count, false, places)
                : throw new ListFileException(header.Line, 1, "the first line has not the columns of an EU list: logical id, subject type and whole name, or those of a regulation", file);
        }

        public string At(CsvRow row, string what) => _places.TryGetValue(what, out var place) ? ListText.SingleSpaced(row.Fields[place]) : "";
    }
}
