using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Documents.Transliteration;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Accuracy;

/// <summary>How a name came into the machine readable zone.</summary>
internal enum ZoneWriting
{
    /// <summary>By the tables of Doc 9303-3 §6.</summary>
    ByTable,

    /// <summary>Romanised first, by the readings that listed names have.</summary>
    Romanised,

    /// <summary>Not at all: neither has the script.</summary>
    None,
}

/// <summary>
/// Hands a traveller's passport to the reader: writes the zone, parses it, and asks what the appliance would ask. What the
/// zone loses, such as accents, the order of given names cut off, and the century, is lost here too.
/// </summary>
internal static class Booth
{
    /// <summary>A nationality that says nothing, where the country's name is not known.</summary>
    private const string Unspecified = "XXX";

    private static readonly PartialDate Expiry = PartialDate.From(new DateOnly(2031, 6, 30));

    /// <summary>The day of inspection.</summary>
    internal static DateOnly Today { get; } = new(2026, 11, 23);

    /// <param name="traveller">Whose passport it is.</param>
    /// <param name="alwaysRomanise">True to romanise even what the tables can write.</param>
    /// <param name="query">What the appliance would ask; null when the name cannot be written.</param>
    /// <exception cref="InvalidDataException">The zone cannot be written for another reason, or not be read again.</exception>
    internal static ZoneWriting Present(Traveller traveller, bool alwaysRomanise, out MatchQuery? query)
    {
        query = null;
        var writing = ZoneWriting.ByTable;
        if (alwaysRomanise || !TryWrite(traveller, traveller.Surname, traveller.GivenNames, out var lines))
        {
            writing = ZoneWriting.Romanised;
            var isSouth = traveller.Nationality == "KOR";
            if (Romanised(traveller.Surname, isSouth) is not { } surname || Romanised(traveller.GivenNames, isSouth) is not { } givenNames
                || !TryWrite(traveller, surname, givenNames, out lines))
            {
                return ZoneWriting.None;
            }
        }

        var reading = MrzParser.Parse(lines, Today);
        if (!reading.PracticeValid || reading.BirthDate != traveller.Birth)
            throw new InvalidDataException("A zone that was written is not read as it was written.");
        query = new MatchQuery
        {
            Surname = reading.Surname,
            GivenNames = reading.GivenNames,
            IsTruncated = reading.NamesTruncated,
            BirthDate = reading.BirthDate,
            Nationality = traveller.Nationality.Length == 0 ? "" : reading.Nationality,
            Sex = reading.Sex,
        };
        return writing;
    }

    private static bool TryWrite(Traveller traveller, string surname, string givenNames, out ImmutableArray<string> lines)
    {
        var state = traveller.Nationality.Length == 0 ? Unspecified : traveller.Nationality;
        var fields = new MrzFields
        {
            DocumentCode = "P",
            IssuingState = state,
            // Not asked for: an invented number says nothing of how often a real one agrees.
            DocumentNumber = "T00000000",
            Nationality = state,
            BirthDate = traveller.Birth,
            ExpiryDate = Expiry,
            Sex = traveller.Sex,
            Surname = surname,
            GivenNames = givenNames,
        };
        var options = new MrzWriterOptions { Transliteration = MrzTransliteration.ForIssuingState(state) };
        if (MrzWriter.TryWrite(MrzFormat.Td3, fields, options).TryGet(out lines, out var failure))
            return true;
        var isScript = failure.Problems.All(static problem => problem.Reason is MrzWriteReason.NoTransliteration or MrzWriteReason.Missing);
        return isScript ? false : throw new InvalidDataException(failure.ToString());
    }

    /// <summary>Null when a letter has no reading: half a name would be another name.</summary>
    private static string? Romanised(string name, bool isSouth)
    {
        foreach (var letter in name)
        {
            // Marks such as an apostrophe of their own are no names, and have no reading for good reason.
            if (char.IsLetter(letter)
                && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.ModifierLetter
                && NamePreparation.Listed(letter.ToString()).IsEmpty)
            {
                return null;
            }
        }

        var readings = NamePreparation.Listed(name);
        if (readings.IsEmpty)
            return "";
        var reading = isSouth ? readings[^1] : readings[0];
        return string.Join(' ', reading.Select(static token => token.Text));
    }
}
