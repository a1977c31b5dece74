namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>Writes small files so that a reader in another process never sees half of one.</summary>
internal static class AtomicFile
{
    public static void Write(string path, string text)
    {
        var temporary = path + ".new";
        File.WriteAllText(temporary, text + "\n");
        File.Move(temporary, path, overwrite: true);
    }
}
