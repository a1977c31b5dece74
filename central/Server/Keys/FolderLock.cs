namespace EdgeCheckpoint.Central.Keys;

/// <summary>Held by the server of a data folder as long as it runs, and by commands that a running server would spoil. Ends with the process.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="CentralFault">Somebody else has it.</exception>
    public static FolderLock Take(DataFolder folder)
    {
        try
        {
            return new FolderLock(new FileStream(folder.LockFile, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }));
        }
        catch (IOException fault)
        {
            throw new CentralFault($"central-checkpoint runs on {folder.Root} already, or its store is being moved or restored; let that end first.", fault);
        }
    }

    public void Dispose() => _file.Dispose();
}
