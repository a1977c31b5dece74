using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeCheckpoint.Testing;

/// <summary>What a finished program said.</summary>
public sealed record ProgramOutput(int ExitCode, string Output, string Errors);

/// <summary>A program that runs beside the test: its lines are kept, it can be killed, and it never outlives the test.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];

    private ChildProcess(Process process) => _process = process;

    /// <summary>Everything it has said so far, both streams.</summary>
    public string Log => string.Join('\n', _lines);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="environment">Variables beside those of this process; null for none.</param>
    public static ChildProcess Start(
        IReadOnlyList<string> command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = new Process { StartInfo = StartInfo(command, arguments) };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            process.StartInfo.Environment[name] = value;
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProgramOutput> RunAsync(
        IReadOnlyList<string> command, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(command, arguments) };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        return new ProgramOutput(process.ExitCode, await output, await errors);
    }

    /// <summary>Waits for a line that begins so, and gives what follows.</summary>
    /// <exception cref="InvalidOperationException">The program ended first; the message has what it said.</exception>
    public Task<string> LineAsync(string beginning, TimeSpan limit, CancellationToken cancellationToken) =>
        Until.FoundAsync(
            $"a line '{beginning}…'",
            _ =>
            {
                var line = _lines.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal));
                if (line is null && _process.HasExited)
                    throw new InvalidOperationException($"The program ended with {_process.ExitCode}:\n{Log}");
                return Task.FromResult(line?[beginning.Length..].Trim());
            },
            limit,
            cancellationToken);

    /// <summary>kill -9: nothing in the program runs any more.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop (SIGTERM) and waits.</summary>
    public async Task<int> StopAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(cancellationToken);
        }

        return await ExitAsync(limit, cancellationToken);
    }

    /// <summary>Waits for a program that ends by itself.</summary>
    public async Task<int> ExitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> command, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in command.Skip(1).Concat(arguments))
            info.ArgumentList.Add(argument);
        return info;
    }
}
