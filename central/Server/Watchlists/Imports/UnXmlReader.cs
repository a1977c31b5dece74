using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Reads the consolidated list of the UN Security Council (XML, sc-sanctions.xsd), one individual at a time. Mappings/un-xml.txt
/// has the mapping.
/// </summary>
/// <remarks>No DTD, no entities of the file's own, no resolver: the file is foreign.</remarks>
internal static class UnXmlReader
{
    private const string Root = "CONSOLIDATED_LIST";
    private const string ListPart = "INDIVIDUALS";
    private const string Person = "INDIVIDUAL";
    private const string Organisation = "ENTITY";

    /// <summary>The real file has two million characters; one person of more than this would fill the memory.</summary>
    private const long CharactersMax = 1L << 25;

    private static readonly string[] NameParts = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];

    /// <summary>Reads the whole file.</summary>
    /// <param name="defaults">List name and governance; complete.</param>
    /// <exception cref="ListFileException">The file is malformed, cut off, or another document.</exception>
    public static ListReading Read(Stream file, ListDefaults defaults)
    {
        var reading = new ListReading();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var reader = XmlReader.Create(file, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            MaxCharactersInDocument = CharactersMax,
        });
        try
        {
            reader.MoveToContent();
            if (reader.Name != Root)
                throw Fault(reader, $"the file begins with {reader.Name}, not with {Root}");
            var hasListPart = false;
            reader.Read();
            while (!reader.EOF)
            {
                hasListPart |= reader.NodeType == XmlNodeType.Element && reader.Name == ListPart;
                if (reader.NodeType == XmlNodeType.Element && reader.Name == Person)
                    ReadPerson(reader, defaults, reading, seen);
                else
                    Skip(reader, reading);
            }

            if (!hasListPart)
                throw Fault(reader, $"the file has no part {ListPart}");
        }
        catch (XmlException fault)
        {
            throw new ListFileException(fault.LineNumber, fault.LinePosition, fault.Message);
        }

        return reading;
    }

    private static void Skip(XmlReader reader, ListReading reading)
    {
        if (reader.NodeType == XmlNodeType.Element && reader.Name == Organisation)
        {
            reading.LeftOut++;
            reader.Skip();
        }
        else
        {
            reader.Read();
        }
    }

    private static void ReadPerson(XmlReader reader, ListDefaults defaults, ListReading reading, HashSet<string> seen)
    {
        var line = ((IXmlLineInfo)reader).LineNumber;
        var person = (XElement)XNode.ReadFrom(reader);
        var identifier = Text(person, "DATAID");
        var births = person.Elements("INDIVIDUAL_DATE_OF_BIRTH").Select(BirthDate).ToArray();
        if (identifier.Length == 0 || FullName(person).Length == 0)
            reading.Refused.Add(new RefusedRow(line, identifier, "an individual has no DATAID or no name"));
        else if (births.Any(static birth => !birth.IsGood))
            reading.Refused.Add(new RefusedRow(line, identifier, "a date of birth is not a date"));
        else
            reading.Take(line, Entry(person, identifier, [.. births.Select(static birth => birth.Date).OfType<ListedBirthDate>()], defaults), seen);
    }

    private static WatchlistEntry Entry(
        XElement person, string identifier, ImmutableArray<ListedBirthDate> births, ListDefaults defaults) => defaults.Entry(new ListedPerson
        {
            EntryId = $"un:{identifier}",
            Reference = Text(person, "REFERENCE_NUMBER"),
            Names = [new ListedName(FullName(person), NameQuality.Primary), .. person.Elements("INDIVIDUAL_ALIAS").SelectMany(Alias)],
            BirthDates = births,
            Nationalities =
            [
                .. person.Elements("NATIONALITY").Elements("VALUE").Select(Value)
                    .Where(static value => value.Length > 0 && !value.Equals("na", StringComparison.OrdinalIgnoreCase))
                    .Select(CountryCodes.CodeOrName).Distinct(),
            ],
            Sex = Text(person, "GENDER") switch { "Male" => 'M', "Female" => 'F', _ => '\0' },
            Documents = [.. person.Elements("INDIVIDUAL_DOCUMENT").SelectMany(Document)],
        });

    private static string FullName(XElement person) => string.Join(
        ' ',
        NameParts.Select(part => Text(person, part)).Where(static part => part.Length > 0));

    /// <summary>"Low", and no word at all, mean that the alias needs something beside it.</summary>
    private static IEnumerable<ListedName> Alias(XElement alias)
    {
        var name = Text(alias, "ALIAS_NAME");
        if (name.Length > 0)
            yield return new ListedName(name, Text(alias, "QUALITY") == "Good" ? NameQuality.Good : NameQuality.Weak);
    }

    private static IEnumerable<ListedDocument> Document(XElement document)
    {
        var number = Text(document, "NUMBER");
        if (number.Length == 0)
            yield break;
        var state = Text(document, "ISSUING_COUNTRY");
        if (state.Length == 0)
            state = Text(document, "COUNTRY_OF_ISSUE");
        yield return new ListedDocument(Text(document, "TYPE_OF_DOCUMENT"), number, CountryCodes.CodeOrName(state));
    }

    /// <summary>Nothing written is no date, which is good; something written that is no date is not.</summary>
    private static (bool IsGood, ListedBirthDate? Date) BirthDate(XElement birth)
    {
        var type = Text(birth, "TYPE_OF_DATE");
        var (from, to) = type == "BETWEEN"
            ? (Text(birth, "FROM_YEAR"), Text(birth, "TO_YEAR"))
            : (Text(birth, "DATE") is { Length: > 0 } date ? date : Text(birth, "YEAR"), "");
        if (to.Length == 0)
            to = from;
        if (from.Length == 0)
            return (true, null);
        return PartialDate.TryParse(from, out var first) && PartialDate.TryParse(to, out var last) && first.HasYear && first <= last
            ? (true, new ListedBirthDate(first, last, type == "APPROXIMATELY"))
            : (false, null);
    }

    private static string Text(XElement parent, string name) => parent.Element(name) is { } element ? Value(element) : "";

    /// <summary>The text with its white space made single: the file breaks lines inside values.</summary>
    private static string Value(XElement element) =>
        ListText.SingleSpaced(element.Value);

    private static ListFileException Fault(XmlReader reader, string reason)
    {
        var place = (IXmlLineInfo)reader;
        return new ListFileException(place.LineNumber, place.LinePosition, reason);
    }
}
