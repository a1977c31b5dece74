using System.Buffers.Binary;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// What lies in a write-ahead log behind the end that SQLite will find. SQLite takes the first frame whose checksum fails for the end
/// and drops the rest without a word (sqlite.org/fileformat2.html §4): right for a write that a power cut broke off, wrong for a bit that
/// flipped in the middle. Where every commit is flushed before the next begins, a power cut leaves at most one commit there.
/// </summary>
/// <param name="FirstFrame">Number of the first frame that SQLite drops.</param>
/// <param name="Commits">Commits among what is dropped.</param>
/// <param name="Frames">Pages that the first dropped commit changed.</param>
/// <param name="IsHeaderBroken">The header itself fails, and everything is dropped; a sector is written whole, so no power cut does that.</param>
internal sealed record LogTail(long FirstFrame, int Commits, int Frames, bool IsHeaderBroken)
{
    /// <summary>A record changes its table, the index of its identifiers and the state of its lane.</summary>
    private const int FramesOfARecordMin = 3;

    internal const int HeaderLength = 32;
    internal const int FrameHeaderLength = 24;
    internal const int PageSize = 4096;

    private const uint Magic = 0x377f0682;

    /// <summary>True when more is dropped than a power cut explains.</summary>
    internal bool IsDamage => IsHeaderBroken || Commits > 1;

    /// <summary>
    /// True when what is dropped may have been records. How far central is takes two pages to write down, or one: that is lost without harm, since central
    /// says it again.
    /// </summary>
    internal bool MayHoldRecords => Commits > 0 && Frames >= FramesOfARecordMin;

    /// <summary>Reads the log; null when there is none, or nothing lies behind its end.</summary>
    /// <exception cref="IOException">The card does not give it back.</exception>
    internal static LogTail? Read(string logPath)
    {
        if (!File.Exists(logPath))
            return null;
        using var log = File.OpenHandle(logPath);
        var frames = (RandomAccess.GetLength(log) - HeaderLength) / (FrameHeaderLength + PageSize);
        if (frames <= 0)
            return null;
        Span<byte> header = stackalloc byte[HeaderLength];
        RandomAccess.Read(log, header, 0);
        var isBigEndian = (BinaryPrimitives.ReadUInt32BigEndian(header) & 1) == 1;
        var sum = Sum(header[..24], isBigEndian, (0, 0));
        if ((BinaryPrimitives.ReadUInt32BigEndian(header) & ~1u) != Magic || sum != SumIn(header[24..]))
            return new LogTail(0, 0, 0, IsHeaderBroken: true);
        var salts = header[16..24].ToArray();
        var frame = new byte[FrameHeaderLength + PageSize];
        var (isValid, end, commits, frameCount) = (true, 0L, 0, 0);
        for (var i = 0L; i < frames; i++)
        {
            if (RandomAccess.Read(log, frame, HeaderLength + (i * frame.Length)) < frame.Length)
                break;
            var isOurs = frame.AsSpan(8, 8).SequenceEqual(salts);
            sum = Sum(frame.AsSpan(FrameHeaderLength), isBigEndian, Sum(frame.AsSpan(0, 8), isBigEndian, sum));
            isValid = isValid && isOurs && sum == SumIn(frame.AsSpan(16));
            var isCommit = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0;
            if (isValid && isCommit)
                end = i + 1;
            else if (!isValid && isOurs && isCommit && ++commits == 1)
                frameCount = (int)(i + 1 - end);
        }

        return isValid ? null : new LogTail(end, commits, frameCount, IsHeaderBroken: false);
    }

    private static (uint, uint) SumIn(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));

    private static (uint, uint) Sum(ReadOnlySpan<byte> bytes, bool isBigEndian, (uint First, uint Second) sum)
    {
        unchecked
        {
            for (; bytes.Length >= 8; bytes = bytes[8..])
            {
                sum.First += Word(bytes, isBigEndian) + sum.Second;
                sum.Second += Word(bytes[4..], isBigEndian) + sum.First;
            }
        }

        return sum;
    }

    private static uint Word(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
