namespace EdgeCheckpoint.Board.Tests;

/// <summary>What hardware/rig/build.sh has put together.</summary>
internal static class BoardImage
{
    /// <summary>Names the folder with kernel and initrd.</summary>
    private const string Variable = "CHECKPOINT_BOARD";

    private static readonly string? Folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    /// <summary>Whether there is one.</summary>
    internal static bool IsThere => Folder is not null;

    /// <summary>The folder; skips the test where there is none.</summary>
    internal static string Require()
    {
        Assert.SkipUnless(IsThere, $"{Variable} names no image of the virtual board: hardware/rig/build.sh OUTPUT makes one.");
        return Folder!;
    }
}
