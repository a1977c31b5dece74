using System.Globalization;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Destroys the wrapped content keys of lists on the card, so that the list on it opens for nobody until central leases it anew. (1) A mark, so that a power
/// cut in the middle ends in destroyed keys, (2) the keys, overwritten and deleted, (3) a second mark: done, and not journalled yet. The accounts'
/// key stays, without which no supervisor could sign in again; the journal stays: what central has not received is sealed to it.
/// </summary>
/// <remarks>May be repeated; nothing is missed when it is. The caller sees to it that two do not run at once.</remarks>
internal sealed class ContentKeyDestruction(DataFolder data, Action<string>? step = null)
{
    private readonly string _begun = Path.Combine(data.State, "destroying-keys");
    private readonly string _done = Path.Combine(data.State, "keys-destroyed");

    /// <summary>True while keys are left that were to be destroyed.</summary>
    internal bool IsBegun => File.Exists(_begun);

    /// <summary>True from the end of a destruction until it has been journalled.</summary>
    internal bool IsDone => File.Exists(_done);

    /// <exception cref="IOException">The card cannot be written; it is tried again.</exception>
    internal void Run()
    {
        var keys = Keys();
        if (keys.Length == 0 && !IsBegun)
            return;

        // 1
        step?.Invoke("mark");
        if (!IsBegun)
            DataFolder.Write(_begun, []);

        // 2
        foreach (var path in keys)
        {
            step?.Invoke("key");
            DataFolder.Destroy(path);
        }

        // 3
        step?.Invoke("done");
        DataFolder.Write(_done, []);
        File.Delete(_begun);
        DataFolder.FlushFolder(data.State);
    }

    /// <summary>It has been journalled.</summary>
    internal void Finish()
    {
        File.Delete(_done);
        DataFolder.FlushFolder(data.State);
    }

    private string[] Keys()
    {
        var accounts = ReleaseStore.OfPeople(data).FindCurrent(out _) is { } stored && ReleaseMetadata.Parse(stored.Release.Metadata).TryGet(out var metadata, out _)
            ? metadata.ReleaseId.ToString("D", CultureInfo.InvariantCulture)
            : "";
        return [.. Directory.GetFiles(data.ContentKeys).Where(path => Path.GetFileName(path) != accounts)];
    }
}
