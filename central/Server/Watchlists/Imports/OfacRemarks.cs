using System.Text.RegularExpressions;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// What the remarks of an OFAC entry say: statements parted by semicolons, the last with a full stop. Statements of other kinds
/// are passed over.
/// </summary>
internal sealed partial class OfacRemarks
{
    public List<string> WeakNames { get; } = [];

    public List<ListedBirthDate> BirthDates { get; } = [];

    public List<string> Nationalities { get; } = [];

    public List<ListedDocument> Documents { get; } = [];

    public char Sex { get; private set; }

    /// <summary>Kinds of statement that are of use but were not understood.</summary>
    public List<string> NotUnderstood { get; } = [];

    public static OfacRemarks Parse(string remarks)
    {
        var read = new OfacRemarks();
        foreach (var statement in ListText.SingleSpaced(remarks).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            read.Add(statement);
        return read;
    }

    private void Add(string statement)
    {
        var text = statement.StartsWith("alt. ", StringComparison.Ordinal) ? statement[5..] : statement;
        if (WeakName().Match(text) is { Success: true } alias)
            WeakNames.Add(alias.Groups["name"].Value.Trim());
        else if (After(text, "DOB ") is { } birth)
            AddBirthDate(birth);
        else if ((After(text, "nationality ") ?? After(text, "citizen ")) is { } state)
            AddOnce(Nationalities, CountryCodes.CodeOrName(state.TrimEnd('.')));
        else if (After(text, "Gender ") is { } gender)
            Sex = gender.TrimEnd('.') switch { "Male" => 'M', "Female" => 'F', _ => '\0' };
        else if (DocumentStatement().Match(text) is { Success: true } document)
            AddDocument(document);
    }

    private void AddBirthDate(string text)
    {
        if (!WrittenDates.TryParse(text, out var date))
            NotUnderstood.Add("a date of birth");
        else
            AddOnce(BirthDates, date);
    }

    /// <summary>A number without a digit is a word: "Passport issued in Ulm".</summary>
    private void AddDocument(Match statement)
    {
        var number = statement.Groups["number"].Value.Trim().TrimEnd('.', ',');
        if (!number.Any(char.IsAsciiDigit) || number.StartsWith("issued ", StringComparison.Ordinal) || DocumentNumber.Parse(number).IsEmpty)
            return;
        AddOnce(Documents, new ListedDocument(
            statement.Groups["type"].Value, number, CountryCodes.CodeOrName(statement.Groups["state"].Value)));
    }

    private static void AddOnce<T>(List<T> list, T value)
    {
        if (!list.Contains(value))
            list.Add(value);
    }

    private static string? After(string text, string start) =>
        text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..].Trim() : null;

    /// <summary>Names hold apostrophes of their own, so the last one ends the quotation.</summary>
    [GeneratedRegex(@"^[afn]\.k\.a\. '(?<name>.+)'[ .]*(?:\(.*\))?\.?$", RegexOptions.CultureInvariant)]
    private static partial Regex WeakName();

    [GeneratedRegex(
        @"^(?<type>(?:[A-Za-z.]+ ){0,4}Passport(?: Booklet)?|Passport|National ID|National ID Card|Tazkira National ID Card|National Foreign ID Number|Cedula|D\.N\.I\.|"
        + @"Personal ID Card|Stateless Person ID Card|Refugee ID Card|(?:Turkish )?Identification Number|Travel Document Number|Residency Number)"
        + @"(?: No\.| Number| #)?:?\s+(?<number>[^()]+?)(?=\s*\(|\s+issued\b|\s+expires\b|\s*$)(?:\s*\((?<state>[^)]+)\))?",
        RegexOptions.CultureInvariant)]
    private static partial Regex DocumentStatement();
}
