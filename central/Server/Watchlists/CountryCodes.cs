using System.Collections.Frozen;
using System.Reflection;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Codes of states as travel documents carry them (Doc 9303-3 §5: ISO 3166-1 alpha-3, but D for Germany), by the names
/// that lists write. The table is countries.csv beside this file; a name is added there after a look, never guessed.
/// </summary>
internal static class CountryCodes
{
    private static readonly FrozenDictionary<string, string> ByName = Read();

    /// <summary>The code of a name; the name itself when the table does not have it.</summary>
    public static string CodeOrName(string name) => ByName.GetValueOrDefault(name, name);

    private static FrozenDictionary<string, string> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("watchlists/countries.csv")!;
        using var reader = new StreamReader(stream);
        return new CsvReader(reader).ReadRows()
            .Skip(1)
            .ToFrozenDictionary(static row => row.Fields[0], static row => row.Fields[1], StringComparer.OrdinalIgnoreCase);
    }
}
