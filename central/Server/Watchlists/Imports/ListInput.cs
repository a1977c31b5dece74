namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A file of a list and the name under which reports speak of it.</summary>
internal sealed record ListPart(string Name, Func<Stream> Open);

/// <summary>What an import reads: one file, a folder of them, or a stream that a test gives.</summary>
internal sealed class ListInput
{
    private readonly Stream? _stream;
    private readonly string _path = "";

    private readonly Func<string, Stream?> _beside = static _ => null;

    private ListInput(Stream stream, Func<string, Stream?>? beside) => (_stream, _beside) = (stream, beside ?? _beside);

    private ListInput(string path) => _path = path;

    /// <param name="beside">Opens a file beside the stream by its name; null where there is none.</param>
    public static ListInput Of(Stream stream, Func<string, Stream?>? beside = null) => new(stream, beside);

    public static ListInput Of(FileSystemInfo place, Action<long, long>? progress = null) => new(place.FullName) { Progress = progress };

    /// <summary>Told how many bytes of how many of a file have been read; of zero where nobody knows.</summary>
    public Action<long, long>? Progress { get; init; }

    private bool IsFolder => _stream is null && Directory.Exists(_path);

    /// <summary>The only file.</summary>
    /// <exception cref="ListFileException">A folder was given.</exception>
    public Stream OpenFile() => IsFolder
        ? throw new ListFileException(0, 0, "it is a folder, and this form is one file")
        : _stream ?? Open(_path);

    /// <summary>A file of the folder, or the file that was given, or one beside it.</summary>
    /// <param name="name">Found whatever the case of its letters: publishers change it.</param>
    /// <param name="isGiven">The file that was given stands for this name, whatever it is called.</param>
    /// <returns>Null when it is not there.</returns>
    public ListPart? Find(string name, bool isGiven = false)
    {
        if (_stream is not null)
            return isGiven ? new ListPart("", () => _stream) : _beside(name) is { } other ? new ListPart(name, () => other) : null;
        if (isGiven && !IsFolder)
            return new ListPart(Path.GetFileName(_path), () => Open(_path));
        var folder = IsFolder ? _path : Path.GetDirectoryName(_path)!;
        var found = Directory.EnumerateFiles(folder)
            .FirstOrDefault(path => Path.GetFileName(path).Equals(name, StringComparison.OrdinalIgnoreCase));
        return found is null ? null : new ListPart(Path.GetFileName(found), () => Open(found));
    }

    /// <summary>All files of a folder that end so, by name; or the one file that was given.</summary>
    public IReadOnlyList<ListPart> Parts(string ending) =>
        IsFolder
            ? [.. Directory.EnumerateFiles(_path)
                .Where(path => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(path => new ListPart(Path.GetFileName(path), () => Open(path)))]
            : [new ListPart(_stream is null ? Path.GetFileName(_path) : "", OpenFile)];

    private Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return Progress is { } progress ? new CountingStream(file, progress) : file;
    }
}
