namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// A file of no content that keeps room: given up when the disk is full, so that what is being recorded now can still be
/// recorded, and made again when there is room (DESIGN §6).
/// </summary>
internal sealed class Ballast(string path, long bytes)
{
    /// <summary>It is made again only when this many times its size is free, so that it never fills the disk itself.</summary>
    private const int RoomFactor = 3;

    /// <summary>True while there is something to give up.</summary>
    internal bool IsHeld => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <summary>Gives the room up.</summary>
    /// <returns>True when there was some.</returns>
    internal bool Free()
    {
        if (!IsHeld)
            return false;
        File.Delete(path);
        DataFolder.FlushFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>Takes the room again when there is enough of it. A disk that says no is tried again later.</summary>
    /// <param name="freeBytes">What is free now.</param>
    internal void Hold(long freeBytes)
    {
        if (bytes == 0 || IsHeld || freeBytes / RoomFactor < bytes)
            return;
        try
        {
            // Set aside block by block (posix_fallocate), not a hole: a hole would keep no room.
            using var file = new FileStream(path, new FileStreamOptions
            {
                // One that a power cut left empty is made anew.
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                PreallocationSize = bytes,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.SetLength(bytes);
        }
        catch (IOException)
        {
            File.Delete(path);
        }
    }
}
