using System.Security.Cryptography;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Destroys the wrapped content keys on the card, so that the list on it opens for nobody until central leases it anew. (1) A mark, so that a power cut in the
/// middle ends in destroyed keys, (2) the keys, overwritten and deleted. The journal stays: what central has not received is sealed to it.
/// </summary>
/// <remarks>May be repeated; nothing is missed when it is. The mark goes when the destruction has been journalled.</remarks>
internal sealed class ContentKeyDestruction(DataFolder data, Action<string>? step = null)
{
    private readonly string _mark = Path.Combine(data.State, "destroying-keys");

    /// <summary>True from the mark until it has been journalled.</summary>
    internal bool IsBegun => File.Exists(_mark);

    /// <exception cref="IOException">The card cannot be written; the next start goes on.</exception>
    internal void Run()
    {
        // 1
        step?.Invoke("mark");
        if (!IsBegun)
            DataFolder.Write(_mark, []);

        // 2
        foreach (var path in Directory.GetFiles(data.ContentKeys))
        {
            step?.Invoke("key");
            Destroy(path);
        }

        DataFolder.FlushFolder(data.ContentKeys);
    }

    /// <summary>It has been journalled.</summary>
    internal void Finish()
    {
        File.Delete(_mark);
        DataFolder.FlushFolder(data.State);
    }

    /// <summary>Overwrites, so that what a file system keeps of the old blocks is the least possible, then deletes.</summary>
    private static void Destroy(string path)
    {
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(RandomNumberGenerator.GetBytes((int)Math.Min(file.Length, 4096)));
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
    }
}
