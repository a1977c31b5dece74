namespace EdgeCheckpoint.Central.Keys;

/// <summary>Where central keeps everything: one folder, readable by one user.</summary>
internal sealed class DataFolder(string root)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Root { get; } = Path.GetFullPath(root);

    public string DatabaseFile => Path.Combine(Root, "central.db");

    /// <summary>Records erased by order, for a restored backup.</summary>
    public string ErasuresFile => Path.Combine(Root, "erasures.log");

    /// <summary>Held while a server runs here.</summary>
    public string LockFile => Path.Combine(Root, "run.lock");

    public string SiteFile => Path.Combine(Root, "site.json");

    public string OptionsFile => Path.Combine(Root, "central.json");

    public string KeysFolder => Path.Combine(Root, "keys");

    /// <summary>The site's roots, oldest first by name.</summary>
    public string RootsFolder => Path.Combine(KeysFolder, "roots");

    /// <summary>Signing keys that central uses by itself.</summary>
    public string SigningFolder => Path.Combine(KeysFolder, "signing");

    /// <summary>Releases that wait for signatures from elsewhere.</summary>
    public string StagedFolder => Path.Combine(Root, "staged");

    public string CookieKeysFolder => Path.Combine(KeysFolder, "cookies");

    /// <summary>True when the folder has been made before.</summary>
    public bool Exists => File.Exists(SiteFile);

    public string Key(string name) => Path.Combine(KeysFolder, name);

    /// <summary>Makes the folders, for their owner alone.</summary>
    /// <exception cref="CentralFault">They cannot be made.</exception>
    public void Create()
    {
        try
        {
            foreach (var folder in (string[])[Root, KeysFolder, CookieKeysFolder, RootsFolder, SigningFolder, StagedFolder])
            {
                Directory.CreateDirectory(folder, OwnerOnly);
                File.SetUnixFileMode(folder, OwnerOnly);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault(
                $"The data folder {Root} cannot be made ({fault.Message.TrimEnd('.')}); give another with --data, or make it "
                + "and hand it to this user.", fault);
        }
    }
}
