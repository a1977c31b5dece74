using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeCheckpoint.Documents.Mrz;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary>Names that the <c>mrz</c> commands read and write.</summary>
internal static class MrzJson
{
    /// <summary>The filler is written as it is: the answer goes to a terminal or a file, never into a page.</summary>
    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (MrzFormat Format, string Name)[] Formats =
    [
        (MrzFormat.Td1, "TD1"),
        (MrzFormat.Td2, "TD2"),
        (MrzFormat.Td3, "TD3"),
        (MrzFormat.MrvA, "MRV-A"),
        (MrzFormat.MrvB, "MRV-B"),
        (MrzFormat.FrenchIdentityCard, "FRENCH_ID"),
    ];

    internal static string FormatNames => string.Join(", ", Formats.Select(static format => format.Name));

    internal static string NameOf(MrzFormat format) =>
        Formats.FirstOrDefault(known => known.Format == format).Name ?? "unknown";

    internal static MrzFormat FormatOf(string name) =>
        Formats.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase)).Format;

    internal static string NameOf(MrzField field) => field switch
    {
        MrzField.SecondOptionalData => "optional_data_2",
        MrzField.CompositeCheckDigit => "composite_check_digit",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(field.ToString()),
    };

    internal static string NameOf(MrzProblemCode code) => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());

    internal static string NameOf(FieldVerdict verdict) => JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString());

    internal static bool TryReadDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
