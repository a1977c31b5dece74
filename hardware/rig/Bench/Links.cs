namespace EdgeCheckpoint.Bench;

/// <summary>The links that udev makes below /dev on a board.</summary>
internal static class Links
{
    internal static void Make(string link, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        if (new FileInfo(link).LinkTarget is not null)
            File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }
}
