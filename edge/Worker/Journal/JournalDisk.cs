namespace EdgeCheckpoint.Worker.Journal;

/// <summary>How full the disk is on which the journal lies.</summary>
internal interface IJournalDisk
{
    /// <summary>Bytes a write may still take, and bytes there are in all.</summary>
    /// <exception cref="IOException">The file system does not answer.</exception>
    (long FreeBytes, long TotalBytes) Space();
}

/// <summary>Asks the file system of the data folder.</summary>
internal sealed class DataFolderDisk(DataFolder data) : IJournalDisk
{
    public (long FreeBytes, long TotalBytes) Space()
    {
        var drive = new DriveInfo(data.Path);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    }
}
