using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>Tables of invented Utopian documents.</summary>
internal static class DocumentTables
{
    /// <summary>00 to 0f.</summary>
    internal static readonly byte[] ListKey = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];

    internal static DocumentKey Key(string number, string issuer = "UTO", DocumentClass documentClass = DocumentClass.Passport) =>
        DocumentKey.Of(ListKey, issuer, documentClass, DocumentNumber.Parse(number));

    /// <summary>A base of version 12: two passports, one of a class unstated, one of nobody in particular.</summary>
    internal static byte[] Base()
    {
        var writer = new DocumentTableWriter(ListKey, 12);
        writer.Add(Key("UT 4471-X02"), 1);
        writer.Add(Key("UT0815"), 2);
        writer.Add(Key("ZE-123", documentClass: DocumentClass.Unstated), 3);
        writer.Add(Key("Q7781", issuer: "", documentClass: DocumentClass.Unstated), 4);
        return Bytes(writer);
    }

    /// <summary>A delta of version 13: one passport more, one taken off, one with another payload.</summary>
    internal static byte[] Delta()
    {
        var writer = new DocumentTableWriter(ListKey, 13, follows: 12);
        writer.Add(Key("UT9999"), 5);
        writer.Withdraw(Key("UT4471X02"));
        writer.Add(Key("ZE123", documentClass: DocumentClass.Unstated), 30);
        return Bytes(writer);
    }

    internal static byte[] Bytes(DocumentTableWriter writer)
    {
        using var output = new MemoryStream();
        writer.Finish(output);
        return output.ToArray();
    }

    internal static byte[] Of(ReadOnlySpan<ulong> hashes, Func<ulong, uint> payload, Stream? temporary = null)
    {
        var writer = new DocumentTableWriter(ListKey, 1, temporary: temporary);
        foreach (var hash in hashes)
            writer.Add(new DocumentKey(hash), payload(hash));
        return Bytes(writer);
    }

    internal static Result<DocumentTable, DocumentTableFailure> Open(byte[] bytes) =>
        DocumentTable.Open(new MemorySectionSource(bytes), ListKey);

    /// <summary>Evenly spread and without repetition: a bijection of the ordinal.</summary>
    internal static ulong HashOf(ulong ordinal)
    {
        unchecked
        {
            var hash = (ordinal + 1) * 0x9e3779b97f4a7c15UL;
            hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93UL;
            return hash ^ (hash >> 32);
        }
    }
}
