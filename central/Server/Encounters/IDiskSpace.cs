using EdgeCheckpoint.Central.Keys;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>Free space where the store lies.</summary>
internal interface IDiskSpace
{
    long FreeBytes { get; }
}

/// <summary>Asks the file system of the data folder.</summary>
internal sealed class DataFolderSpace(DataFolder folder) : IDiskSpace
{
    public long FreeBytes => new DriveInfo(folder.Root).AvailableFreeSpace;
}
