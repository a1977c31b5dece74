using System.Globalization;
using System.Text.Json;
using EdgeCheckpoint.Core.Tests.Vectors;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Core.Tests.Documents.Mrz;

/// <summary>
/// Writes again what another generator and the standard's own examples have, byte for byte. The collection is not part of
/// the repository; where it does not lie beside the working copy the tests are skipped.
/// </summary>
public sealed class MrzPeerNamesTests
{
    /// <summary>
    /// The examples whose heading in the standard asks for something else than initials, by part and line of its text: the
    /// method, and how much the issuing State of the example gave to the secondary identifier.
    /// </summary>
    private static readonly Dictionary<string, MrzTruncation> Methods = new()
    {
        // "Components truncated": the standard shows one of many ways, so the letters of each component are the choice.
        ["6:981"] = MrzTruncation.Chosen([16], [3, 3, 5]),
        ["6:996"] = MrzTruncation.Chosen([9, 7, 3, 4], [1, 1]),
        // "Truncated to a fixed number of characters".
        ["4:1437"] = MrzTruncation.FixedLength(10),
        ["5:1078"] = MrzTruncation.FixedLength(),
        ["7:875"] = MrzTruncation.FixedLength(10),
        ["7:1810"] = MrzTruncation.FixedLength(10),
        // "Truncated to initials", with the least that the secondary identifier may have.
        ["7:1796"] = MrzTruncation.Initials(1),
    };

    /// <summary>The examples in Arabic script: the collection has their Latin spelling only.</summary>
    private static readonly Dictionary<string, string> Arabic = new()
    {
        ["Hari Al-Schamma"] = "\u0647\u0627\u0631\u064A \u0627\u0644\u0634\u0645\u0627\u0639",
        ["Gamal Abdel Nasser"] = "\u062C\u0645\u0627\u0644 \u0639\u0628\u062F \u0627\u0644\u0646\u0627\u0635\u0631",
        ["Abdul Aziz bin Mithab"] = "\u0639\u0628\u062F \u0627\u0644\u0639\u0632\u064A\u0632 \u0628\u0646 \u0645\u062A\u0639\u0628",
        ["Jamillah Na'ima"] = "\u062C\u0645\u064A\u0644\u0629 \u0646\u0639\u064A\u0645\u0629",
    };

    [Fact]
    public void Write_GeneratedZones_GivesEveryByte()
    {
        var disagreements = new List<string>();
        var rows = Rows("generated.jsonl");

        foreach (var row in rows)
        {
            var expected = row.GetProperty("lines").EnumerateArray().Select(static line => line.GetString()!).ToArray();
            var written = MrzWriter.TryWrite(FormatOf(row), FieldsOf(row, expected));
            if (!written.TryGet(out var lines, out var failure) || !lines.SequenceEqual(expected))
                disagreements.Add($"{string.Join('|', expected)}: {failure?.ToString() ?? string.Join('|', lines)}");
        }

        Assert.True(rows.Length > 400);
        Assert.Empty(disagreements);
    }

    [Fact]
    public void Write_ExamplesOfTheStandard_GivesEveryByte()
    {
        var disagreements = new List<string>();
        var rows = Rows("names_icao.jsonl");

        foreach (var row in rows)
        {
            var expected = row.GetProperty("mrz").GetString()!;
            var written = Write(row, expected);
            // One example has a filler too many for its format, one Arabic one for its field.
            if (written != expected && written + "<" != expected)
                disagreements.Add($"{row.GetProperty("source").GetString()}: {expected} {written}");
        }

        Assert.True(rows.Length > 30);
        Assert.Empty(disagreements);
    }

    private static string Write(JsonElement row, string expected)
    {
        var name = row.GetProperty("viz").GetString()!;
        var source = row.GetProperty("source").GetString()!;
        var part = source[source.IndexOf("9303-", StringComparison.Ordinal) + 5];
        if (part == '3')
            return MrzTransliteration.Standard.Apply(Arabic[name]).Value.PadRight(39, '<');
        // The rule for apostrophes stands there without a document around it.
        if (expected.Length < 30)
            return MrzTransliteration.Standard.Apply(name).Value;

        var (format, code) = (part, expected.Length) switch
        {
            ('4', _) => (MrzFormat.Td3, "P"),
            ('5', _) => (MrzFormat.Td1, "I"),
            ('6', _) => (MrzFormat.Td2, "I"),
            (_, 36) => (MrzFormat.MrvB, "V"),
            _ => (MrzFormat.MrvA, "V"),
        };
        var comma = name.IndexOf(", ", StringComparison.Ordinal);
        var fields = new MrzFields
        {
            DocumentCode = code,
            IssuingState = "UTO",
            DocumentNumber = "1",
            Nationality = "UTO",
            BirthDate = PartialDate.Unknown,
            ExpiryDate = PartialDate.Unknown,
            Sex = 'X',
            Surname = comma < 0 ? name : name[..comma],
            GivenNames = comma < 0 ? "" : name[(comma + 2)..],
        };
        var method = Methods.GetValueOrDefault($"{part}:{source[(source.LastIndexOf(' ') + 1)..]}", MrzTruncation.Initials());
        var written = MrzWriter.TryWrite(format, fields, new MrzWriterOptions { Truncation = method });
        return written.TryGet(out var lines, out var failure) ? lines[format == MrzFormat.Td1 ? 2 : 0] : failure.ToString();
    }

    private static MrzFields FieldsOf(JsonElement row, string[] lines)
    {
        var fields = row.GetProperty("fields");
        return new MrzFields
        {
            // The collection keeps neither the code nor the second optional data of TD1 apart.
            DocumentCode = lines[0][..2],
            SecondOptionalData = lines.Length == 3 ? lines[1][18..29] : "",
            IssuingState = Text("issuingState"),
            DocumentNumber = Text("documentNumber"),
            Nationality = Text("nationality"),
            BirthDate = Date(Text("birthDate")),
            ExpiryDate = Date(Text("expiryDate")),
            Sex = Text("sex")[0],
            Surname = Text("surnameInput"),
            GivenNames = Text("givenNamesInput"),
            OptionalData = Text("optionalInput"),
        };

        string Text(string name) => fields.GetProperty(name).GetString()!;
    }

    /// <summary>The century is not written, so any that makes a date will do; 2000 was a leap year.</summary>
    private static PartialDate Date(string text)
    {
        var (year, month, day) = (Number(0..2), Number(2..4), Number(4..6));
        Assert.True(PartialDate.TryCreate(year + 2000, month, day, out var date) || PartialDate.TryCreate(year + 1900, month, day, out date));
        return date;

        int Number(Range range) => int.Parse(text[range], CultureInfo.InvariantCulture);
    }

    private static MrzFormat FormatOf(JsonElement row) => row.GetProperty("format").GetString() switch
    {
        "TD1" => MrzFormat.Td1,
        "TD2" => MrzFormat.Td2,
        "TD3" => MrzFormat.Td3,
        "MRV-A" => MrzFormat.MrvA,
        "MRV-B" => MrzFormat.MrvB,
        _ => MrzFormat.FrenchIdentityCard,
    };

    private static JsonElement[] Rows(string fileName)
    {
        // The collection is a neighbour of the repository's root, which holds tests/vectors.
        var path = Path.GetFullPath(Path.Combine(VectorFiles.Folder, "..", "..", "..", "shared", "data", "mrz", fileName));
        if (!File.Exists(path))
            Assert.Skip($"No collection of peers' cases ({fileName}) lies beside this working copy.");
        return [.. File.ReadLines(path).Select(static line => JsonSerializer.Deserialize<JsonElement>(line))];
    }
}
