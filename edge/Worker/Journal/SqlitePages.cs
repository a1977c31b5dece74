using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// Reads rows straight from the pages of a damaged database and its write-ahead log (sqlite.org/fileformat2.html), so that one bad
/// page costs its own rows only. All tables of the journal are WITHOUT ROWID: their rows are cells of index pages. What comes out
/// is a guess until its hashes are checked.
/// </summary>
internal sealed class SqlitePages : IDisposable
{
    private const int PageSize = LogTail.PageSize; // Every database of ours has SQLite's default, and a header may be damaged.
    private const int DatabaseHeaderLength = 100;
    private const uint DatabaseMagic = 0x53514C69; // "SQLi", how the first page begins.
    private const int LogHeaderLength = LogTail.HeaderLength;
    private const int FrameHeaderLength = LogTail.FrameHeaderLength;
    private const byte InteriorIndex = 2;
    private const byte LeafIndex = 10;
    private const int PayloadMax = 1 << 20;

    private readonly SafeFileHandle? _database;
    private readonly SafeFileHandle? _log;
    private readonly Dictionary<uint, List<long>> _frames = [];
    private readonly long _databasePages;
    private readonly long _frameCount;

    /// <summary>Opens what is there of both files; only reads.</summary>
    internal SqlitePages(string path)
    {
        _database = Open(path, out var length);
        _databasePages = length / PageSize;
        _log = Open(path + "-wal", out var logLength);
        _frameCount = Math.Max(0, (logLength - LogHeaderLength) / (FrameHeaderLength + PageSize));
        var header = new byte[FrameHeaderLength];
        for (var i = 0L; i < _frameCount; i++)
        {
            if (!TryRead(_log, FrameAt(i), header))
                continue;
            var page = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (!_frames.TryGetValue(page, out var versions))
                _frames[page] = versions = [];
            versions.Add(FrameAt(i) + FrameHeaderLength);
        }
    }

    /// <summary>Every row that can be read, newest version of a page first; rows of older versions follow.</summary>
    internal IEnumerable<object?[]> Rows()
    {
        foreach (var row in RowsOfLog(0))
            yield return row;
        var page = new byte[PageSize];
        for (var number = 0L; number < _databasePages; number++)
        {
            if (!TryRead(_database, number * PageSize, page))
                continue;
            foreach (var row in RowsOf(page, number == 0 ? DatabaseHeaderLength : 0))
                yield return row;
        }
    }

    /// <summary>Rows on the pages of the log from a frame on, newest first.</summary>
    internal IEnumerable<object?[]> RowsOfLog(long firstFrame)
    {
        var page = new byte[PageSize];
        for (var i = _frameCount - 1; i >= firstFrame; i--)
        {
            if (!TryRead(_log, FrameAt(i) + FrameHeaderLength, page))
                continue;
            foreach (var row in RowsOf(page, BinaryPrimitives.ReadUInt32BigEndian(page) == DatabaseMagic ? DatabaseHeaderLength : 0))
                yield return row;
        }
    }

    public void Dispose()
    {
        _database?.Dispose();
        _log?.Dispose();
    }

    private static long FrameAt(long index) => LogHeaderLength + (index * (FrameHeaderLength + PageSize));

    private static SafeFileHandle? Open(string path, out long length)
    {
        length = 0;
        if (!File.Exists(path))
            return null;
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        length = RandomAccess.GetLength(handle);
        return handle;
    }

    /// <summary>A page that the card does not give back is passed over.</summary>
    private static bool TryRead(SafeFileHandle? file, long offset, Span<byte> bytes)
    {
        if (file is null)
            return false;
        try
        {
            while (bytes.Length > 0)
            {
                var read = RandomAccess.Read(file, bytes, offset);
                if (read == 0)
                    return false;
                bytes = bytes[read..];
                offset += read;
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private IEnumerable<object?[]> RowsOf(byte[] page, int start)
    {
        if (page[start] is not (LeafIndex or InteriorIndex))
            yield break;
        var isLeaf = page[start] == LeafIndex;
        var cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
        var pointers = start + (isLeaf ? 8 : 12);
        for (var i = 0; i < cells && pointers + (2 * i) + 2 <= PageSize; i++)
        {
            var cell = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointers + (2 * i))) + (isLeaf ? 0 : 4);
            foreach (var payload in Payloads(page, cell))
            {
                if (Decode(payload) is { } row)
                    yield return row;
            }
        }
    }

    /// <summary>The payload of a cell; with overflow pages, once with their newest and once with their oldest versions.</summary>
    private IEnumerable<byte[]> Payloads(byte[] page, int cell)
    {
        if (cell >= PageSize || !TryVarint(page, ref cell, out var length) || length is <= 0 or > PayloadMax)
            yield break;
        // fileformat2.html §1.6: how much of an index cell is on its own page.
        const int usable = PageSize, max = ((usable - 12) * 64 / 255) - 23, min = ((usable - 12) * 32 / 255) - 23;
        var local = (int)length;
        if (length > max)
        {
            var fit = min + (int)((length - min) % (usable - 4));
            local = fit <= max ? fit : min;
        }

        if (cell + local + (length > local ? 4 : 0) > PageSize)
            yield break;
        if (length == local)
        {
            yield return page[cell..(cell + local)];
            yield break;
        }

        var next = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(cell + local));
        for (var age = 0; age < 2; age++)
        {
            var payload = new byte[length];
            page.AsSpan(cell, local).CopyTo(payload);
            if (TryFollow(next, payload.AsSpan(local), age == 0))
                yield return payload;
        }
    }

    private bool TryFollow(uint next, Span<byte> rest, bool isNewest)
    {
        Span<byte> page = stackalloc byte[PageSize];
        while (rest.Length > 0)
        {
            if (next == 0 || !TryReadPage(next, isNewest, page))
                return false;
            var part = Math.Min(rest.Length, PageSize - 4);
            page.Slice(4, part).CopyTo(rest);
            rest = rest[part..];
            next = BinaryPrimitives.ReadUInt32BigEndian(page);
        }

        return true;
    }

    private bool TryReadPage(uint number, bool isNewest, Span<byte> page)
    {
        if (isNewest && _frames.TryGetValue(number, out var versions))
        {
            for (var i = versions.Count - 1; i >= 0; i--)
            {
                if (TryRead(_log, versions[i], page))
                    return true;
            }
        }

        return number <= _databasePages && TryRead(_database, (number - 1L) * PageSize, page);
    }

    /// <summary>The columns of a record (fileformat2.html §2.1): null, long, string or byte[]; null when it is none.</summary>
    private static object?[]? Decode(byte[] payload)
    {
        var at = 0;
        if (!TryVarint(payload, ref at, out var headerLength) || headerLength > payload.Length || headerLength < at)
            return null;
        var body = (int)headerLength;
        var columns = new List<object?>();
        while (at < headerLength)
        {
            if (!TryVarint(payload, ref at, out var type) || type < 0 || at > headerLength)
                return null;
            var length = type switch { 0 or 8 or 9 => 0, < 5 => type, 5 => 6, 6 or 7 => 8, _ => (type - 12) / 2 };
            if (type is 10 or 11 || length > payload.Length - body)
                return null;
            var bytes = payload.AsSpan(body, (int)length);
            columns.Add(type switch
            {
                0 => null,
                8 => 0L,
                9 => 1L,
                <= 7 => Integer(bytes),
                _ when type % 2 == 0 => bytes.ToArray(),
                _ => Encoding.UTF8.GetString(bytes),
            });
            body += (int)length;
        }

        return [.. columns];
    }

    private static long Integer(ReadOnlySpan<byte> bytes)
    {
        long value = unchecked((sbyte)bytes[0]);
        foreach (var next in bytes[1..])
            value = unchecked((value << 8) | next);
        return value;
    }

    private static bool TryVarint(byte[] bytes, ref int at, out long value)
    {
        value = 0;
        for (var i = 0; i < 9; i++)
        {
            if (at >= bytes.Length)
                return false;
            var next = bytes[at++];
            if (i == 8)
            {
                value = unchecked((value << 8) | next);
                return true;
            }

            value = unchecked((value << 7) | (byte)(next & 0x7F));
            if ((next & 0x80) == 0)
                return true;
        }

        return true;
    }
}
