using System.Collections.Frozen;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Forms of list file.</summary>
internal enum ListFormat
{
    UnXml,
    Csv,
    OfacCsv,
    EuCsv,
    Ftm,
}

/// <summary>The words by which commands, folders and mapping files name the forms.</summary>
internal static class ListFormats
{
    public static FrozenDictionary<string, ListFormat> ByWord { get; } = new Dictionary<string, ListFormat>
    {
        ["un-xml"] = ListFormat.UnXml,
        ["csv"] = ListFormat.Csv,
        ["ofac-csv"] = ListFormat.OfacCsv,
        ["eu-csv"] = ListFormat.EuCsv,
        ["ftm"] = ListFormat.Ftm,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Word(this ListFormat format) => ByWord.Single(pair => pair.Value == format).Key;
}
