namespace EdgeCheckpoint.Testing;

/// <summary>Where the two programs lie after a build of the caller.</summary>
public static class ProgramFiles
{
    /// <summary>The repository: the folder of EdgeCheckpoint.sln above the running assembly.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Command line of the appliance; EDGE_CHECKPOINT_BINARY names a published binary to test instead.</summary>
    public static string[] Appliance { get; } =
        Environment.GetEnvironmentVariable("EDGE_CHECKPOINT_BINARY") is { Length: > 0 } binary
            ? [binary]
            : ["dotnet", Assembly("EdgeCheckpoint.Worker", "edge-checkpoint.dll")];

    /// <summary>Command line of central.</summary>
    public static string[] Central { get; } = ["dotnet", Assembly("EdgeCheckpoint.Central", "central-checkpoint.dll")];

    /// <summary>The folder of shared data beside the repository; null in a clone without it.</summary>
    public static string? SharedData
    {
        get
        {
            var path = Path.Combine(RepositoryRoot, "..", "shared", "data");
            return Directory.Exists(path) ? Path.GetFullPath(path) : null;
        }
    }

    private static string Assembly(string project, string file)
    {
        // artifacts/bin/PROJECT/CONFIGURATION/: the programs are built in the configuration of the caller.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name;
        return Path.Combine(RepositoryRoot, "artifacts", "bin", project, configuration, file);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("There is no EdgeCheckpoint.sln above the running assembly.");
    }
}
