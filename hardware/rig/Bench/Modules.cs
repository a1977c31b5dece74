using System.Diagnostics;

namespace EdgeCheckpoint.Bench;

/// <summary>The kernel's modules, by busybox.</summary>
internal static class Modules
{
    internal static void Load(string name) => Run("/bin/modprobe", name);

    internal static void Remove(string name) => Run("/bin/rmmod", name);

    /// <exception cref="IOException">It did not work; what it said stands on the console.</exception>
    private static void Run(string program, string module)
    {
        using var process = Process.Start(program, [module]);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new IOException($"{program} {module} ended with {process.ExitCode}.");
    }
}
