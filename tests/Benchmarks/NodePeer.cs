using System.Diagnostics;
using System.Globalization;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>A peer that runs in node: its folder below <c>peers/</c> holds package.json and scripts that print one number.</summary>
internal sealed class NodePeer
{
    private readonly string _folder;

    private NodePeer(string folder) => _folder = folder;

    /// <summary>Installs the peer's packages; null, with a line on the error stream, when that cannot be done.</summary>
    public static NodePeer? TryPrepare(string name)
    {
        var folder = Path.Combine(RepositoryRoot(), "tests", "Benchmarks", "peers", name);
        try
        {
            if (Start("npm", "install --no-save --no-audit --no-fund --silent", folder) is null)
                throw new IOException("npm install failed");
            return new NodePeer(folder);
        }
        catch (Exception fault) when (fault is IOException or System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine($"Peer {name} is left out: {fault.Message}.");
            return null;
        }
    }

    /// <summary>Runs a script that prints operations a second.</summary>
    public double? Run(string script) =>
        Start("node", script, _folder) is { } text
        && double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var perSecond)
            ? perSecond
            : null;

    private static string? Start(string program, string arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : null;
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeCheckpoint.sln")))
                return folder.FullName;
        }

        throw new IOException("The benchmarks run from a working copy of the repository.");
    }
}
