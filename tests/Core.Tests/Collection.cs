namespace EdgeCheckpoint.Core.Tests;

/// <summary>Finds data that nobody in this project made, in a folder beside the working copy; never part of it.</summary>
internal static class Collection
{
    /// <summary>Path of a file of the collection; null when it does not lie there.</summary>
    public static string? Find(string folder, string fileName)
    {
        // The repository's own root has the solution file; the collection is a neighbour of that folder.
        for (var parent = new DirectoryInfo(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            if (!File.Exists(Path.Combine(parent.FullName, "EdgeCheckpoint.sln")) || parent.Parent is null)
                continue;
            var path = Path.Combine(parent.Parent.FullName, "shared", "data", folder, fileName);
            return File.Exists(path) ? path : null;
        }

        return null;
    }
}
