using System.Globalization;
using System.Text;
using EdgeCheckpoint.Core.Tests.Vectors;

namespace EdgeCheckpoint.Core.Tests.Documents.Transliteration;

/// <summary>
/// Makes TransliterationTable.cs from the data files beside it (edge/Core/Documents/Transliteration/README.md).
/// </summary>
internal static class TableGenerator
{
    internal const string WriteVariable = "EDGE_CHECKPOINT_WRITE_TABLES";

    /// <summary>In this order; a character may stand in one of them only.</summary>
    internal static readonly string[] FileNames = ["latin.tsv", "cyrillic.tsv", "arabic.tsv", "additions.tsv"];

    private static readonly Dictionary<string, string> Cases = new()
    {
        ["plain"] = "Plain",
        ["escaped"] = "Escaped",
        ["be"] = "Belarusian",
        ["bg"] = "Bulgarian",
        ["mk"] = "Macedonian",
        ["sr"] = "Serbian",
        ["uk"] = "Ukrainian",
        ["uk-first"] = "UkrainianFirst",
        ["final"] = "Final",
    };

    internal static string Folder { get; } =
        Path.GetFullPath(Path.Combine(VectorFiles.Folder, "..", "..", "edge", "Core", "Documents", "Transliteration"));

    internal static string TablePath { get; } = Path.Combine(Folder, "TransliterationTable.cs");

    internal static string Generate()
    {
        var text = new StringBuilder("""
            using static EdgeCheckpoint.Documents.Transliteration.TransliterationCase;

            namespace EdgeCheckpoint.Documents.Transliteration;

            /// <summary>
            /// Made from the data files in this folder, see its README; a test compares them. Change those, not this.
            /// </summary>
            internal static class TransliterationTable
            {
                public static readonly TransliterationRow[] Rows =
                [

            """);
        foreach (var fileName in FileNames)
        {
            text.Append(CultureInfo.InvariantCulture, $"        // {fileName}\n");
            foreach (var row in Read(fileName))
                text.Append("        ").Append(Code(row)).Append(",\n");
        }

        return text.Append("    ];\n}\n").ToString();
    }

    internal static IEnumerable<TableRow> Read(string fileName)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, fileName));
        Assert.Equal("code\tlower\tparts\tname\tmrz\texceptions", lines[0]);
        return lines.Skip(1).Select(line => Row(fileName, line.Split('\t')));
    }

    private static TableRow Row(string fileName, string[] cells)
    {
        Assert.True(cells is { Length: 6 } && cells.All(static cell => cell.Length != 0), $"{fileName}: {cells[0]}");
        return new TableRow(
            Characters($"{cells[0]} {cells[1]}"),
            Characters(cells[2]),
            cells[4] == "-" ? "" : cells[4],
            [.. Cells(cells[5]).Select(static exception => (exception.Split('=')[0], exception.Split('=')[1]))]);
    }

    private static string Characters(string codes) =>
        string.Concat(Cells(codes).Select(static code => (char)int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));

    private static IEnumerable<string> Cells(string cell) => cell.Split(' ').Where(static part => part != "-");

    private static string Code(TableRow row) =>
        $"new({Quote(row.Characters)}, {Quote(row.Parts)}, \"{row.Mrz}\""
        + string.Concat(row.Exceptions.Select(static exception => $", ({Cases[exception.Case]}, \"{exception.Mrz}\")"))
        + ")";

    private static string Quote(string characters) => "\"" + string.Concat(characters.Select(static character =>
        char.IsAscii(character) ? character.ToString() : $"\\u{(int)character:X4}")) + "\"";
}

/// <summary>One line of a data file.</summary>
/// <param name="Characters">The character and, where there is one, its lower case.</param>
/// <param name="Parts">Base character and combining mark; may be empty.</param>
/// <param name="Mrz">A to Z, empty, or "double".</param>
/// <param name="Exceptions">Short name of the case, and what is written then.</param>
internal sealed record TableRow(string Characters, string Parts, string Mrz, (string Case, string Mrz)[] Exceptions);
