using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// Erasures by order, in a file of the data folder beside the database: what a restored backup must be brought up to, also when the
/// database that knew of them is gone. Names records, never persons. A line is on the disk before the erasure is committed.
/// </summary>
internal sealed class ErasureLog(string path)
{
    private const char Between = '\t';

    /// <summary>The last is a check over the others: a line that was cut off may else name another record.</summary>
    private const int Columns = 6;
    private const int CheckLength = 8;

    private readonly Lock _gate = new();

    public void Append(RecordKey record, DateTimeOffset at)
    {
        var line = string.Join(
            Between,
            at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            record.ApplianceId,
            record.Epoch.ToString(),
            ((int)record.Lane).ToString(CultureInfo.InvariantCulture),
            record.Sequence.ToString(CultureInfo.InvariantCulture));
        line += Between + Check(line);
        lock (_gate)
        {
            if (!File.Exists(path))
                PrivateFiles.Create(path, []);
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);

            // A line before it may have been cut off by a power cut; it ends here.
            file.Write(Encoding.UTF8.GetBytes(EndsInLine(path) ? line + "\n" : "\n" + line + "\n"));
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>All erasures of a file; none when there is no file. A line that was cut off by a power cut was not committed.</summary>
    /// <exception cref="CentralFault">The file is something else.</exception>
    public static IReadOnlyList<RecordKey> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        var keys = new List<RecordKey>();
        var text = Encoding.UTF8.GetString(PrivateFiles.Read(path));
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length; i++)
        {
            var parts = lines[i].Split(Between);
            if (parts.Length == Columns
                && parts[^1] == Check(lines[i][..lines[i].LastIndexOf(Between)])
                && Guid.TryParse(parts[2], out var epoch)
                && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var lane)
                && long.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                keys.Add(new RecordKey(parts[1], epoch, (Lane)lane, sequence));
            }
            else if (parts[0].Length > 0 && !char.IsAsciiDigit(parts[0][0]))
            {
                throw new CentralFault($"{path} is no list of erasures of central-checkpoint: line {i + 1} is not understood.");
            }
        }

        return keys;
    }

    /// <summary>The erasures of a folder's own file, which need not be there, and of others, which must.</summary>
    /// <exception cref="CentralFault">A file that was named is not there, or is something else.</exception>
    public static IReadOnlyList<RecordKey> Gather(string own, IEnumerable<string> others)
    {
        var known = new HashSet<RecordKey>(Read(own));
        foreach (var file in others)
            known.UnionWith(File.Exists(file) ? Read(file) : throw new CentralFault($"The list of erasures {file} is not there."));
        return [.. known];
    }

    private static string Check(string line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)))[..CheckLength];

    private static bool EndsInLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == 0)
            return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
