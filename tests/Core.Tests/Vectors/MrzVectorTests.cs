using System.Text.Json;
using EdgeCheckpoint.Core.Tests.Documents.Mrz;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Core.Tests.Vectors;

/// <summary>Zones of invented people that cover every format and every known deviation.</summary>
public sealed class MrzVectorTests
{
    public static TheoryData<string, string> Rows()
    {
        var data = new TheoryData<string, string>();
        foreach (var row in File.ReadLines(VectorFiles.PathOf("mrz-cases-1.jsonl")))
        {
            using var document = JsonDocument.Parse(row);
            data.Add(document.RootElement.GetProperty("what").GetString()!, row);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Parse_InventedZone_SaysWhatIsExpected(string what, string row)
    {
        using var document = JsonDocument.Parse(row);
        var expected = document.RootElement;

        var reading = MrzParser.Parse(
            [.. expected.GetProperty("lines").EnumerateArray().Select(static line => line.GetString()!)], Specimens.Inspection);

        Assert.Equal(expected.GetProperty("format").GetString(), NameOf(reading.Format));
        Assert.Equal(
            (what, expected.GetProperty("strict_valid").GetBoolean(), expected.GetProperty("practice_valid").GetBoolean()),
            (what, reading.StrictValid, reading.PracticeValid));
        Assert.Equal(reading.PracticeValid, reading.Problems.All(static problem => problem.IsPracticeVariant));
        foreach (var field in expected.GetProperty("fields").EnumerateObject())
            Assert.Equal((field.Name, field.Value.GetString()), (field.Name, Actual(reading, field.Name)));
        AssertFinding(expected, "names_truncated", reading.NamesTruncated);
        AssertFinding(expected, "expired", reading.IsExpired);
        AssertFinding(expected, "known_states", !reading.IssuingStateUnknown && !reading.NationalityUnknown);
        if (expected.TryGetProperty("optional_data_2", out var second))
            Assert.Equal(second.GetString(), reading.SecondOptionalData);
    }

    private static void AssertFinding(JsonElement expected, string name, bool actual)
    {
        if (expected.TryGetProperty(name, out var value))
            Assert.Equal((name, value.GetBoolean()), (name, actual));
    }

    private static string Actual(MrzReading reading, string field) => field switch
    {
        "document_code" => reading.DocumentCode,
        "issuing_state" => reading.IssuingState,
        "document_number" => reading.DocumentNumber,
        "nationality" => reading.Nationality,
        "birth_date" => reading.BirthDate.ToString(),
        "sex" => reading.Sex.ToString(),
        "expiry_date" => reading.ExpiryDate.ToString(),
        "surname" => reading.Surname,
        "given_names" => reading.GivenNames,
        "optional_data" => reading.OptionalData,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "The vectors know no such field."),
    };

    private static string NameOf(MrzFormat format) => format switch
    {
        MrzFormat.Td1 => "TD1",
        MrzFormat.Td2 => "TD2",
        MrzFormat.Td3 => "TD3",
        MrzFormat.MrvA => "MRV-A",
        MrzFormat.MrvB => "MRV-B",
        MrzFormat.FrenchIdentityCard => "FRENCH_ID",
        _ => "unknown",
    };
}
