namespace EdgeCheckpoint.Accuracy;

/// <summary>Finds the labelled names, which are real people's and stay outside the repository.</summary>
internal static class DataFolder
{
    private const string Beside = "../shared/data/names";

    /// <summary>The folder, sought beside the root of the repository and of its parents; null when there is none.</summary>
    internal static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")))
                continue;
            var names = Path.GetFullPath(Path.Combine(folder.FullName, Beside));
            return Directory.Exists(names) ? names : null;
        }

        return null;
    }
}
