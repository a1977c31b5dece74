namespace EdgeCheckpoint.Faults.Tests.Disk;

/// <summary>What SQLite does to a file of a folder that is watched. Zero lets it happen; another result code is what SQLite gets instead.</summary>
internal abstract class DiskScript
{
    /// <summary>Result codes (sqlite.org/rescode.html).</summary>
    internal const int Ok = 0, ReadOnly = 8, Full = 13, ReadError = 266, WriteError = 778, SyncError = 1034, TruncateError = 1546;

    /// <summary>A file was opened; somebody else than SQLite may have put another in its place since it was closed.</summary>
    internal virtual void Opened(string path)
    {
    }

    internal virtual int Write(string path, long offset, ReadOnlySpan<byte> content) => Ok;

    internal virtual int Truncate(string path, long length) => Ok;

    internal virtual int Sync(string path) => Ok;

    internal virtual int Read(string path, long offset) => Ok;

    internal virtual void Delete(string path)
    {
    }
}
