namespace EdgeCheckpoint.Central.Tests.Rig;

/// <summary>Real data that lies beside the repository on some machines and is never part of it.</summary>
internal static class SharedData
{
    /// <summary>A file below the nearest folder shared/data above this program; null when there is none.</summary>
    public static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", path);
            if (File.Exists(file))
                return file;
        }

        return null;
    }
}
