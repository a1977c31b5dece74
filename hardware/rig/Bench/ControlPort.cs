using System.Text;

namespace EdgeCheckpoint.Bench;

/// <summary>
/// Orders from the host over a port of the virtio console, beside the network, which a test may cut. One line an order:
/// NUMBER VERB ARGUMENT…, answered by NUMBER ok VALUE… or NUMBER failed MESSAGE; every word is percent-encoded.
/// </summary>
internal sealed class ControlPort : IDisposable
{
    private const string PortClass = "/sys/class/virtio-ports";
    private const string PortName = "bench";

    private readonly FileStream _port;
    private readonly StringBuilder _line = new();

    /// <exception cref="IOException">The machine has no such port.</exception>
    internal ControlPort()
    {
        var port = Waiting.Found($"virtio port {PortName}", Find, TimeSpan.FromSeconds(20));
        _port = new FileStream($"/dev/{port}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <summary>Waits for the next order.</summary>
    /// <returns>Its words; null when the host has hung up.</returns>
    internal string[]? Next()
    {
        var bytes = new byte[4096];
        while (true)
        {
            var text = _line.ToString();
            if (text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0)
            {
                _line.Remove(0, end + 1);
                return [.. text[..end].Split(' ').Select(Uri.UnescapeDataString)];
            }

            var count = _port.Read(bytes);
            if (count == 0)
                return null;
            _line.Append(Encoding.ASCII.GetString(bytes, 0, count));
        }
    }

    internal void Answer(string number, string state, IEnumerable<string> values) =>
        _port.Write(Encoding.ASCII.GetBytes(string.Join(' ', values.Prepend(state).Prepend(number).Select(Uri.EscapeDataString)) + "\n"));

    public void Dispose() => _port.Dispose();

    private static string? Find() => !Directory.Exists(PortClass)
        ? null
        : Directory.EnumerateFileSystemEntries(PortClass)
            .Where(static path => File.ReadAllText($"{path}/name").Trim() == PortName)
            .Select(static path => Path.GetFileName(path))
            .FirstOrDefault();
}
