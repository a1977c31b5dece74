using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary>A request of <c>edge-checkpoint mrz write</c> and its answer.</summary>
internal static class MrzWritingJson
{
    private static readonly string[] TextFields =
    [
        "document_code", "issuing_state", "document_number", "nationality", "birth_date", "sex", "expiry_date", "surname",
        "given_names", "optional_data", "optional_data_2",
    ];

    /// <summary>What an answer of <c>mrz</c> holds besides; computed anew, so passed over.</summary>
    private static readonly string[] ComputedFields =
    [
        "document_number_check_digit", "birth_date_iso", "birth_date_check_digit", "sex_interpreted", "expiry_date_iso",
        "expiry_date_check_digit", "names_truncated", "optional_data_check_digit", "composite_check_digit",
    ];

    private static readonly string[] TopFields =
    [
        "format", "fields", "options", "inspection_date", "strict_valid", "practice_valid", "syntax_valid", "check_digits_valid",
        "valid_after_repair", "verdicts", "plausibility", "problems", "repairs",
    ];

    /// <summary>Writes the answer; gives a sentence instead when the request cannot be used.</summary>
    internal static string? Answer(JsonElement request, Utf8JsonWriter writer)
    {
        var problems = new List<string>();
        var texts = ReadTexts(request, problems);
        var format = request.TryGetProperty("format", out var name) && name.ValueKind == JsonValueKind.String
            ? MrzJson.FormatOf(name.GetString()!)
            : MrzFormat.Unknown;
        if (format == MrzFormat.Unknown)
            problems.Add($"\"format\" is none of {MrzJson.FormatNames}");
        var (birth, birthText) = ReadDate(texts, "birth_date", problems);
        var (expiry, expiryText) = ReadDate(texts, "expiry_date", problems);
        var fields = new MrzFields
        {
            DocumentCode = texts.GetValueOrDefault("document_code", UsualCode(format)),
            IssuingState = texts.GetValueOrDefault("issuing_state", ""),
            DocumentNumber = texts.GetValueOrDefault("document_number", ""),
            Nationality = texts.GetValueOrDefault("nationality", ""),
            BirthDate = birth,
            BirthDateText = birthText,
            ExpiryDate = expiry,
            ExpiryDateText = expiryText,
            Sex = ReadSex(texts, problems),
            Surname = texts.GetValueOrDefault("surname", ""),
            GivenNames = texts.GetValueOrDefault("given_names", ""),
            OptionalData = texts.GetValueOrDefault("optional_data", ""),
            SecondOptionalData = texts.GetValueOrDefault("optional_data_2", ""),
        };
        var options = ReadOptions(request, fields.IssuingState, FillerIsDigit(request), problems);
        if (problems.Count > 0)
            return Sentence(problems);
        if (!MrzWriter.TryWrite(format, fields, options).TryGet(out var lines, out var failure))
            return Sentence(failure.Problems.Select(static problem => (problem with { Field = JsonNamingPolicy.SnakeCaseLower.ConvertName(problem.Field) }).ToString()));
        writer.WriteStartObject();
        writer.WriteString("format", MrzJson.NameOf(format));
        writer.WriteStartArray("lines");
        foreach (var line in lines)
            writer.WriteStringValue(line);
        writer.WriteEndArray();
        writer.WriteEndObject();
        return null;
    }

    /// <summary>The code of an ordinary document of the format, for those who leave it out.</summary>
    private static string UsualCode(MrzFormat format) => format switch
    {
        MrzFormat.Td3 => "P",
        MrzFormat.MrvA or MrzFormat.MrvB => "V",
        MrzFormat.FrenchIdentityCard => "ID",
        _ => "I",
    };

    private static string Sentence(IEnumerable<string> problems) => string.Join("; ", problems).Replace("second_optional_data", "optional_data_2") + ".";

    /// <summary>The fields, from the object of that name or from beside it; a name that is none is most likely a slip.</summary>
    private static Dictionary<string, string> ReadTexts(JsonElement request, List<string> problems)
    {
        var texts = new Dictionary<string, string>();
        var isNested = request.TryGetProperty("fields", out var nested);
        if (isNested && nested.ValueKind != JsonValueKind.Object)
        {
            problems.Add("\"fields\" is no object");
            return texts;
        }

        foreach (var property in (isNested ? nested : request).EnumerateObject())
        {
            if (!isNested && TopFields.Contains(property.Name))
                continue;
            if (ComputedFields.Contains(property.Name))
                continue;
            if (!TextFields.Contains(property.Name))
                problems.Add($"there is no field \"{property.Name}\"");
            else if (property.Value.ValueKind == JsonValueKind.String)
                texts[property.Name] = property.Value.GetString()!;
            else if (property.Value.ValueKind != JsonValueKind.Null)
                problems.Add($"{property.Name} is no text");
        }

        return texts;
    }

    /// <summary>A date of the calendar, or six characters as they stand in a zone, which has no century.</summary>
    private static (PartialDate Date, string Text) ReadDate(Dictionary<string, string> texts, string name, List<string> problems)
    {
        var text = texts.GetValueOrDefault(name, "").Trim();
        if (text.Length == 0)
            return (PartialDate.Unknown, "");
        if (text.Length == 6 && IsPair(text[..2], 99) && IsPair(text[2..4], 12) && IsPair(text[4..], 31))
            return (PartialDate.Unknown, text);
        if (PartialDate.TryParse(text, out var date))
            return (date, "");
        problems.Add($"{name} is no date such as 1974-08-12, 1974-08, 1974 or 740812");
        return (PartialDate.Unknown, "");
    }

    private static bool IsPair(string pair, int max) =>
        pair == "<<" || (int.TryParse(pair, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= max);

    private static char ReadSex(Dictionary<string, string> texts, List<string> problems)
    {
        var text = texts.GetValueOrDefault("sex", "").Trim().ToUpperInvariant();
        if (text is "" or "<" or "X")
            return 'X';
        if (text is "M" or "F")
            return text[0];
        problems.Add("sex is none of M, F, X, <");
        return 'X';
    }

    /// <summary>An answer of <c>mrz</c> tells whether the digit of empty optional data was left out.</summary>
    private static bool FillerIsDigit(JsonElement request) =>
        request.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Object
        && fields.TryGetProperty("optional_data_check_digit", out var digit) && digit.ValueKind == JsonValueKind.String && digit.GetString() == "<";

    private static MrzWriterOptions ReadOptions(JsonElement request, string issuingState, bool fillerIsDigit, List<string> problems)
    {
        if (!request.TryGetProperty("options", out var given))
            return new MrzWriterOptions { LeavesOutEmptyOptionalDigit = fillerIsDigit };
        if (given.ValueKind != JsonValueKind.Object)
        {
            problems.Add("\"options\" is no object");
            return MrzWriterOptions.Default;
        }

        var transliteration = MrzTransliteration.ForIssuingState(issuingState);
        var (style, room, leavesOut) = ("initials", (int?)null, fillerIsDigit);
        var (primary, secondary) = (ImmutableArray<int>.Empty, ImmutableArray<int>.Empty);
        foreach (var option in given.EnumerateObject())
        {
            var text = option.Value.ValueKind == JsonValueKind.String ? option.Value.GetString()! : "";
            switch (option.Name)
            {
                case "truncation":
                    style = text;
                    break;
                case "secondary_characters" when option.Value.ValueKind == JsonValueKind.Number && option.Value.TryGetInt32(out var count) && count > 0:
                    room = count;
                    break;
                case "primary_letters" when TryReadCounts(option.Value, out var counts):
                    primary = counts;
                    break;
                case "secondary_letters" when TryReadCounts(option.Value, out var counts):
                    secondary = counts;
                    break;
                case "filler_for_empty_optional_digit" when option.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    leavesOut = option.Value.GetBoolean();
                    break;
                case "language" when TryReadName<CyrillicLanguage>(text, out var language):
                    transliteration = transliteration with { Language = language };
                    break;
                case "a_diaeresis" when TryReadName<LatinForm>(text, out var form):
                    transliteration = transliteration with { ADiaeresis = form };
                    break;
                case "a_ring" when TryReadName<LatinForm>(text, out var form):
                    transliteration = transliteration with { ARing = form };
                    break;
                case "n_tilde" when TryReadName<LatinForm>(text, out var form):
                    transliteration = transliteration with { NTilde = form };
                    break;
                case "o_diaeresis" when TryReadName<LatinForm>(text, out var form):
                    transliteration = transliteration with { ODiaeresis = form };
                    break;
                case "u_diaeresis" when TryReadName<LatinForm>(text, out var form):
                    transliteration = transliteration with { UDiaeresis = form };
                    break;
                default:
                    problems.Add($"there is no option \"{option.Name}\" of that value; see 'edge-checkpoint mrz write --help'");
                    break;
            }
        }

        return new MrzWriterOptions
        {
            Transliteration = transliteration,
            Truncation = primary.IsEmpty && secondary.IsEmpty
                ? ReadTruncation(style, room, problems)
                : MrzTruncation.Chosen(primary, secondary),
            LeavesOutEmptyOptionalDigit = leavesOut,
        };
    }

    private static MrzTruncation ReadTruncation(string style, int? room, List<string> problems)
    {
        switch (style)
        {
            case "initials":
                return MrzTruncation.Initials(room);
            case "later_components":
                return MrzTruncation.LaterComponents(room);
            case "fixed_length":
                return MrzTruncation.FixedLength(room);
            case "at_the_end":
                return MrzTruncation.AtTheEnd(room);
            default:
                problems.Add("truncation is none of initials, later_components, fixed_length, at_the_end");
                return MrzTruncation.Initials();
        }
    }

    private static bool TryReadCounts(JsonElement array, out ImmutableArray<int> counts)
    {
        counts = [];
        if (array.ValueKind != JsonValueKind.Array)
            return false;
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var count) || count <= 0)
                return false;
            counts = counts.Add(count);
        }

        return true;
    }

    private static bool TryReadName<T>(string text, out T value)
        where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out value) && text.All(char.IsAsciiLetter);
}
