using System.Buffers.Binary;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Sorts more rows than memory holds. Keyed hashes are evenly spread, so instead of sorted chunks to be merged the rows
/// are dealt out by the upper byte of their hash; each share is later read back and sorted by itself, once.
/// </summary>
/// <param name="temporary">Where full blocks of rows go; null keeps all in memory.</param>
internal sealed class DocumentRowSorter(Stream? temporary)
{
    internal const int ShareBits = 8;

    private const int RowLength = 12;

    /// <summary>256 shares of 48 KiB: 12 MiB in memory, and writes large enough for any disk.</summary>
    private const int BlockRows = 4096;

    private const int FirstBufferRows = 16;

    private readonly Share[] _shares = [.. Enumerable.Range(0, 1 << ShareBits).Select(static _ => new Share())];

    internal long RowCount { get; private set; }

    internal void Add(ulong hash, uint payload)
    {
        var share = _shares[(int)(hash >> (64 - ShareBits))];
        if (share.BufferedRows * RowLength == share.Buffer.Length)
            MakeRoom(share);
        var row = share.Buffer.AsSpan(share.BufferedRows++ * RowLength);
        BinaryPrimitives.WriteUInt64LittleEndian(row, hash);
        BinaryPrimitives.WriteUInt32LittleEndian(row[8..], payload);
        RowCount++;
    }

    /// <summary>The rows of several neighbouring shares, sorted by hash, of equal hashes one.</summary>
    /// <param name="first">First share.</param>
    /// <param name="count">How many shares.</param>
    /// <param name="merge">Makes one payload of those of equal hashes.</param>
    /// <param name="hashes">Grown as needed; the first so many are the result.</param>
    /// <param name="payloads">As <paramref name="hashes"/>.</param>
    /// <returns>How many rows.</returns>
    internal int Take(int first, int count, MergePayloads merge, ref ulong[] hashes, ref uint[] payloads)
    {
        var shares = _shares.AsSpan(first, count);
        long total = 0;
        foreach (var share in shares)
            total += share.BufferedRows + ((long)share.Blocks.Count * BlockRows);
        if (hashes.Length < total)
        {
            hashes = new ulong[checked((int)total)];
            payloads = new uint[checked((int)total)];
        }

        var rows = 0;
        var block = new byte[BlockRows * RowLength];
        foreach (var share in shares)
        {
            foreach (var at in share.Blocks)
            {
                temporary!.Position = at;
                temporary.ReadExactly(block);
                rows = Decode(block, hashes, payloads, rows);
            }

            rows = Decode(share.Buffer.AsSpan(0, share.BufferedRows * RowLength), hashes, payloads, rows);
            share.Buffer = [];
            share.BufferedRows = 0;
        }

        hashes.AsSpan(0, rows).Sort(payloads.AsSpan(0, rows));
        return DropRepeated(hashes, payloads, rows, merge);
    }

    private static int Decode(ReadOnlySpan<byte> bytes, ulong[] hashes, uint[] payloads, int at)
    {
        for (; !bytes.IsEmpty; bytes = bytes[RowLength..])
        {
            hashes[at] = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            payloads[at++] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        }

        return at;
    }

    private static int DropRepeated(ulong[] hashes, uint[] payloads, int rows, MergePayloads merge)
    {
        var kept = 0;
        var end = 0;
        for (var first = 0; first < rows; first = end)
        {
            end = first + 1;
            while (end < rows && hashes[end] == hashes[first])
                end++;
            var payload = end - first == 1 ? payloads[first] : merge(payloads.AsSpan(first..end));
            hashes[kept] = hashes[first];
            payloads[kept++] = payload;
        }

        return kept;
    }

    private void MakeRoom(Share share)
    {
        if (temporary is null || share.BufferedRows < BlockRows)
        {
            Array.Resize(ref share.Buffer, Math.Max(FirstBufferRows * RowLength, share.Buffer.Length * 2));
            return;
        }

        temporary.Seek(0, SeekOrigin.End);
        share.Blocks.Add(temporary.Position);
        temporary.Write(share.Buffer);
        share.BufferedRows = 0;
    }

    private sealed class Share
    {
        internal byte[] Buffer = [];
        internal int BufferedRows;

        internal List<long> Blocks { get; } = [];
    }
}
