namespace EdgeCheckpoint.Testing;

/// <summary>Copies a folder with all that is in it, as a card is cloned or a backup is made.</summary>
public static class FolderCopy
{
    public static void Make(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from))
            Make(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
