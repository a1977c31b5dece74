using EdgeCheckpoint.Worker;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>What lies on a card, apart from the journal, at one moment: files by their path within it.</summary>
internal sealed class CardImage(IReadOnlyDictionary<string, byte[]> files)
{
    internal IReadOnlyDictionary<string, byte[]> Files { get; } = files;

    internal static CardImage Of(DataFolder data) => new(
        Directory.EnumerateFiles(data.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(data.Journal, StringComparison.Ordinal))
            .ToDictionary(path => Path.GetRelativePath(data.Path, path), File.ReadAllBytes, StringComparer.Ordinal));

    /// <summary>The same card with one file changed.</summary>
    internal CardImage With(string path, byte[] content) =>
        new(new Dictionary<string, byte[]>(Files, StringComparer.Ordinal) { [path] = content });

    /// <summary>A card of its own that holds this; the test deletes it.</summary>
    internal DataFolder Lay()
    {
        var data = new DataFolder(Directory.CreateTempSubdirectory("edge-checkpoint-card-").FullName);
        foreach (var (path, content) in Files)
        {
            var full = Path.Combine(data.Path, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!, DataFolder.PrivateFolder);
            using var file = new FileStream(full, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(content);
        }

        return data;
    }
}
