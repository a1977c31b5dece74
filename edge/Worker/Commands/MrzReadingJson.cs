using System.Collections.Immutable;
using System.Text.Json;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary>A request of <c>edge-checkpoint mrz</c> and its answer.</summary>
internal static class MrzReadingJson
{
    /// <summary>More than any zone has; more of them would only be copied about.</summary>
    private const int LinesMax = 16;

    private static readonly MrzField[] Fields = [.. Enum.GetValues<MrzField>().Where(static field => field != MrzField.Zone)];

    /// <summary>Writes the answer; gives a sentence instead when the request cannot be used.</summary>
    internal static string? Answer(JsonElement request, Utf8JsonWriter writer)
    {
        if (!request.TryGetProperty("lines", out var array) || array.ValueKind != JsonValueKind.Array)
            return "\"lines\" is missing: an array with the lines of the zone.";
        if (array.GetArrayLength() > LinesMax)
            return $"\"lines\" has more than {LinesMax} elements; a zone has 2 or 3.";
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
                return "\"lines\" holds something that is no text.";
            lines.Add(element.GetString()!.TrimEnd('\r', '\n'));
        }

        var day = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime);
        if (request.TryGetProperty("inspection_date", out var date) && date.ValueKind != JsonValueKind.Null
            && (date.ValueKind != JsonValueKind.String || !MrzJson.TryReadDay(date.GetString()!, out day)))
        {
            return "\"inspection_date\" is no day of the form 2026-11-23.";
        }

        Write(MrzRepairer.Repair(MrzParser.Parse(lines.ToImmutable(), day)), writer);
        return null;
    }

    private static void Write(in RepairedReading read, Utf8JsonWriter writer)
    {
        var asRead = read.AsRead;
        writer.WriteStartObject();
        writer.WriteString("format", MrzJson.NameOf(asRead.Format));
        writer.WriteBoolean("strict_valid", asRead.StrictValid);
        writer.WriteBoolean("practice_valid", asRead.PracticeValid);
        writer.WriteBoolean("syntax_valid", asRead.SyntaxValid);
        writer.WriteBoolean("check_digits_valid", asRead.CheckDigitsValid);
        writer.WriteBoolean("valid_after_repair", read.Reading.PracticeValid);
        writer.WriteString("inspection_date", asRead.InspectionDate.ToString("O"));
        WriteFields(read.Reading, writer);
        WriteVerdicts(asRead, writer);
        WritePlausibility(read.Reading, writer);
        WriteProblems(asRead.Problems, writer);
        WriteRepairs(read.Repairs, writer);
        writer.WriteEndObject();
    }

    private static void WriteFields(in MrzReading reading, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("fields");
        if (reading.Format != MrzFormat.Unknown)
        {
            writer.WriteString("document_code", reading.DocumentCode);
            writer.WriteString("issuing_state", reading.IssuingState);
            writer.WriteString("document_number", reading.DocumentNumber);
            WriteDigit(reading, MrzField.DocumentNumber, writer);
            writer.WriteString("nationality", reading.Nationality);
            WriteDate(reading, MrzField.BirthDate, reading.BirthDate, writer);
            writer.WriteString("sex", reading.Raw(MrzField.Sex));
            writer.WriteString("sex_interpreted", reading.Sex == MrzReading.UnreadSex ? "" : reading.Sex.ToString());
            WriteDate(reading, MrzField.ExpiryDate, reading.ExpiryDate, writer);
            writer.WriteString("surname", reading.Surname);
            writer.WriteString("given_names", reading.GivenNames);
            writer.WriteBoolean("names_truncated", reading.NamesTruncated);
            writer.WriteString("optional_data", reading.OptionalData);
            WriteDigit(reading, MrzField.OptionalData, writer);
            if (reading.Format == MrzFormat.Td1)
                writer.WriteString("optional_data_2", reading.SecondOptionalData);
            WriteDigit(reading, MrzField.CompositeCheckDigit, writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>As it stands, empty when it is all filler; its digit; and as understood, partial where parts are unknown.</summary>
    private static void WriteDate(in MrzReading reading, MrzField field, PartialDate date, Utf8JsonWriter writer)
    {
        var raw = reading.Raw(field);
        writer.WriteString(MrzJson.NameOf(field), raw.ContainsAnyExcept('<') ? raw : "");
        writer.WriteString($"{MrzJson.NameOf(field)}_iso", date.ToString());
        WriteDigit(reading, field, writer);
    }

    private static void WriteDigit(in MrzReading reading, MrzField field, Utf8JsonWriter writer)
    {
        if (reading.CheckDigitOf(field) is not '\0' and var digit)
            writer.WriteString(field == MrzField.CompositeCheckDigit ? MrzJson.NameOf(field) : $"{MrzJson.NameOf(field)}_check_digit", [digit]);
    }

    private static void WriteVerdicts(in MrzReading reading, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("verdicts");
        foreach (var field in Fields)
        {
            if (reading.Format != MrzFormat.Unknown)
                writer.WriteString(MrzJson.NameOf(field), MrzJson.NameOf(reading.Verdicts[field]));
        }

        writer.WriteEndObject();
    }

    private static void WritePlausibility(in MrzReading reading, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("plausibility");
        writer.WriteBoolean("expired", reading.IsExpired);
        writer.WriteBoolean("birth_in_future", reading.BirthInFuture);
        writer.WriteBoolean("expiry_before_birth", reading.ExpiryBeforeBirth);
        writer.WriteBoolean("issuing_state_unknown", reading.IssuingStateUnknown);
        writer.WriteBoolean("nationality_unknown", reading.NationalityUnknown);
        writer.WriteEndObject();
    }

    private static void WriteProblems(ImmutableArray<MrzProblem> problems, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            writer.WriteStartObject();
            writer.WriteString("code", MrzJson.NameOf(problem.Code));
            writer.WriteString("field", MrzJson.NameOf(problem.Field));
            writer.WriteNumber("line", problem.Line);
            writer.WriteNumber("column", problem.Column);
            writer.WriteBoolean("practice_variant", problem.IsPracticeVariant);
            writer.WriteString("message", problem.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRepairs(ImmutableArray<MrzRepair> repairs, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("repairs");
        foreach (var repair in repairs)
        {
            writer.WriteStartObject();
            writer.WriteString("field", MrzJson.NameOf(repair.Field));
            writer.WriteNumber("line", repair.Line);
            writer.WriteNumber("column", repair.Column);
            writer.WriteString("from", [repair.From]);
            writer.WriteString("to", [repair.To]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
