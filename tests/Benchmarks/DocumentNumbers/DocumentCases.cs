using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>Searches in a small table of invented numbers: what is counted here is bytes, which do not grow with the table.</summary>
internal static class DocumentCases
{
    public const string StrangerWithVariants = "document-search-stranger";

    private const int Listed = 100_000;

    private static readonly byte[] ListKey = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];

    /// <summary>A traveller of whom nothing is listed, with as many variants as there can be: nearly everybody.</summary>
    public static Measurement Measure(int rounds, int operationsPerRound)
    {
        var list = List();
        var number = DocumentNumber.Parse("UT0158Z20");
        return Measurement.Of(StrangerWithVariants, rounds, operationsPerRound, count =>
        {
            long hits = 0;
            for (var index = 0; index < count; index++)
                hits += list.Search("UTO", DocumentClass.Passport, number).Hits.Length;
            return hits;
        });
    }

    private static ListedDocuments List()
    {
        var writer = new DocumentTableWriter(ListKey, 1);
        for (uint i = 0; i < Listed; i++)
            writer.Add(DocumentKey.Of(ListKey, "UTO", DocumentClass.Passport, DocumentNumber.Parse($"UT{i:D10}")), i);
        using var output = new MemoryStream();
        writer.Finish(output);
        return ListedDocuments.Of([DocumentTable.Open(new MemorySectionSource(output.ToArray()), ListKey).Value]).Value;
    }
}
