using System.Text.Json;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>QEMU's machine protocol: what a person does at the machine from outside.</summary>
internal sealed class MachineMonitor(UnixSocket socket) : IDisposable
{
    /// <summary>Reads the greeting and takes the protocol's commands.</summary>
    internal static async Task<MachineMonitor> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var monitor = new MachineMonitor(await UnixSocket.ConnectAsync(path, cancellationToken));
        await monitor.AnswerAsync(static message => message.TryGetProperty("QMP", out _), cancellationToken);
        await monitor.DoAsync("""{"execute":"qmp_capabilities"}""", cancellationToken);
        return monitor;
    }

    /// <summary>A pulse on line 3 of the GPIO controller, as a power button gives it: some 29 ms.</summary>
    internal Task PressPowerButtonAsync(CancellationToken cancellationToken) => DoAsync("""{"execute":"system_powerdown"}""", cancellationToken);

    /// <summary>Puts the cable to central in or pulls it.</summary>
    internal Task SetLinkAsync(bool isUp, CancellationToken cancellationToken) =>
        DoAsync($$$"""{"execute":"set_link","arguments":{"name":"central","up":{{{(isUp ? "true" : "false")}}}}}""", cancellationToken);

    /// <summary>Where QEMU keeps the GPIO controller: its number changes with the devices beside it.</summary>
    internal async Task<string> FindGpioAsync(CancellationToken cancellationToken)
    {
        const string Folder = "/machine/unattached";
        var devices = await DoAsync($$$"""{"execute":"qom-list","arguments":{"path":"{{{Folder}}}"}}""", cancellationToken);
        var controller = devices.EnumerateArray().Single(static device => device.GetProperty("type").GetString() == "child<pl061>");
        return $"{Folder}/{controller.GetProperty("name").GetString()}";
    }

    public void Dispose() => socket.Dispose();

    private async Task<JsonElement> DoAsync(string command, CancellationToken cancellationToken)
    {
        await socket.WriteLineAsync(command, cancellationToken);
        var answer = await AnswerAsync(static message => message.TryGetProperty("return", out _) || message.TryGetProperty("error", out _), cancellationToken);
        return answer.TryGetProperty("return", out var value) ? value : throw new InvalidOperationException($"{command}: {answer}");
    }

    /// <summary>Events stand between answers and are passed over.</summary>
    private async Task<JsonElement> AnswerAsync(Func<JsonElement, bool> isAnswer, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var message = JsonDocument.Parse(await socket.ReadLineAsync(cancellationToken));
            if (isAnswer(message.RootElement))
                return message.RootElement.Clone();
        }
    }
}
