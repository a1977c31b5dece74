using System.Diagnostics;
using System.Globalization;

namespace EdgeCheckpoint.Bench;

/// <summary>The published appliance, started as its unit file starts it; what it says goes to the console.</summary>
internal sealed class ApplianceProgram(Action<int> ended) : IDisposable
{
    private const string Program = "/app/edge-checkpoint";

    private Process? _service;

    /// <summary>running, ended CODE, or none.</summary>
    internal string State => _service switch
    {
        null => "none",
        { HasExited: true } process => string.Create(CultureInfo.InvariantCulture, $"ended {process.ExitCode}"),
        _ => "running",
    };

    /// <summary>Starts the service.</summary>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    internal void Start(IEnumerable<string> arguments)
    {
        if (_service is { HasExited: false })
            throw new InvalidOperationException("The service runs already.");
        var process = new Process { StartInfo = new ProcessStartInfo(Program, arguments), EnableRaisingEvents = true };
        process.Exited += (_, _) => ended(process.ExitCode);
        process.Start();
        _service = process;
    }

    /// <summary>kill -9.</summary>
    internal void Kill()
    {
        _service?.Kill();
        _service?.WaitForExit();
    }

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Exit code, output, errors.</returns>
    internal static (int ExitCode, string Output, string Errors) Run(IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>What the service takes: resident memory in KiB, open files, threads.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    internal (long ResidentKibibytes, int OpenFiles, int Threads) Usage()
    {
        if (_service is not { HasExited: false } process)
            throw new InvalidOperationException("The service does not run.");
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}");
        return (Field($"{folder}/status", "VmRSS:"), Directory.GetFileSystemEntries($"{folder}/fd").Length, (int)Field($"{folder}/status", "Threads:"));
    }

    public void Dispose()
    {
        Kill();
        _service?.Dispose();
    }

    private static long Field(string path, string name)
    {
        var line = File.ReadLines(path).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
