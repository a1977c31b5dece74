using System.Buffers.Binary;
using System.Globalization;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>The section table of a package file, for those who ask what its bytes are spent on (edge/Core/Watchlists/README.md).</summary>
internal static class PackageSections
{
    private const int EnvelopeLength = 64;
    private const int RowLength = 56;

    internal static void Print(string path, int entryCount)
    {
        using var file = File.OpenRead(path);
        Span<byte> envelope = stackalloc byte[EnvelopeLength];
        file.ReadExactly(envelope);
        var table = new byte[BinaryPrimitives.ReadInt32LittleEndian(envelope[12..]) * RowLength];
        file.ReadExactly(table);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"format {BinaryPrimitives.ReadUInt32LittleEndian(envelope[8..])}, {file.Length:#,0} bytes, {(double)file.Length / entryCount:0.0} an entry"));
        for (var at = 0; at < table.Length; at += RowLength)
        {
            var length = BinaryPrimitives.ReadInt64LittleEndian(table.AsSpan(at + 16));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  section {BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan(at)),2}: {length,13:#,0} bytes, {(double)length / entryCount,6:0.00} an entry"));
        }
    }
}
