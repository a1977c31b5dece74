using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>Ten million invented numbers through a temporary file: nothing is lost and the filter keeps to its room.</summary>
public sealed class DocumentScaleTests
{
    private const int Keys = 10_000_000;

    [Fact]
    public void TenMillionNumbers_WrittenAndRead_AreAllFoundAndStrangersAreNot()
    {
        using var temporary = TemporaryFile();
        using var output = TemporaryFile();
        var writer = new DocumentTableWriter(DocumentTables.ListKey, 1, temporary: temporary);
        for (var i = 0; i < Keys; i++)
            writer.Add(Key(i), (uint)i);

        Assert.Equal(Keys, writer.Finish(output));
        var table = DocumentTables.Open(Read(output)).Value;

        // Nine bits and a tenth: the budget of the design.
        Assert.InRange(table.FilterLength * 8.0 / Keys, 9.0, 9.1);
        // Goes through every row, its order, its bucket and the filter: no false negative among ten million.
        Assert.Null(table.CheckRows());
        for (var i = 0; i < Keys; i += 7)
            Assert.Equal((uint)i, table.Find(Key(i)).Payload);
        AssertStrangers(table);
    }

    private static void AssertStrangers(DocumentTable table)
    {
        const int Strangers = 1_000_000;
        var passed = 0;
        for (var i = Keys; i < Keys + Strangers; i++)
        {
            passed += table.MayContain(Key(i)) ? 1 : 0;
            if (table.Find(Key(i)).Standing != DocumentStanding.NotListed)
                Assert.Fail($"stranger {i} is listed");
        }

        // One in 256 is 3,906; six standard deviations are 374.
        Assert.InRange(passed, 3_532, 4_280);
    }

    private static DocumentKey Key(int ordinal)
    {
        Span<char> number = stackalloc char[12];
        number.TryWrite($"UT{ordinal:D10}", out _);
        return DocumentKey.Of(DocumentTables.ListKey, "UTO", DocumentClass.Passport, DocumentNumber.Parse(number));
    }

    private static FileStream TemporaryFile() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 1 << 18,
            Options = FileOptions.DeleteOnClose,
        });

    private static byte[] Read(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(bytes);
        return bytes;
    }
}
