using System.Diagnostics;

namespace EdgeCheckpoint.Conventions.Tests;

/// <summary>The files of the repository: what git tracks or would track, or the tree itself where there is no git.</summary>
internal static class SourceTree
{
    private static readonly string[] Skipped = [".git", "artifacts", "node_modules", "bin", "obj", "TestResults", ".vs", ".idea"];

    internal static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with slashes, in ordinal order.</summary>
    internal static IReadOnlyList<string> Files { get; } =
        [.. (TrackedFiles() ?? WalkedFiles()).Where(static path => File.Exists(Full(path))).Order(StringComparer.Ordinal)];

    internal static string Full(string path) => Path.Combine(Root, path);

    internal static string Text(string path) => File.ReadAllText(Full(path));

    internal static IEnumerable<string> WithEnding(params string[] endings) =>
        Files.Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)));

    /// <summary>C# files of the two programs.</summary>
    internal static IEnumerable<string> ProductCode() => WithEnding(".cs").Where(static path => IsUnder(path, "edge") || IsUnder(path, "central"));

    internal static bool IsUnder(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("EdgeCheckpoint.sln lies in no folder above the tests.");
    }

    /// <summary>Null where git is missing or the tree is no working copy, such as an unpacked archive.</summary>
    private static string[]? TrackedFiles()
    {
        var start = new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start)!;
            var errors = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            errors.GetAwaiter().GetResult();
            return git.ExitCode == 0 ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> WalkedFiles() =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(static path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(static path => !path.Split('/').Any(static part => Skipped.Contains(part)));
}
