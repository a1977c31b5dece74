namespace EdgeCheckpoint.Board.Tests;

/// <summary>The host's end of the bench's orders (hardware/rig/README.md, orders).</summary>
/// <remarks>One order at a time; a lock holds further ones back.</remarks>
internal sealed class BenchPort(UnixSocket socket) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private long _number;

    /// <summary>Has something done at the board.</summary>
    /// <returns>Values of the answer.</returns>
    /// <exception cref="InvalidOperationException">The bench could not do it; the message has what it said.</exception>
    /// <exception cref="IOException">The machine is off.</exception>
    internal async Task<IReadOnlyList<string>> DoAsync(CancellationToken cancellationToken, params string[] words)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var number = ++_number;
            await socket.WriteLineAsync(string.Join(' ', words.Prepend($"{number}").Select(Uri.EscapeDataString)), cancellationToken);
            var answer = (await socket.ReadLineAsync(cancellationToken)).Split(' ').Select(Uri.UnescapeDataString).ToArray();
            Assert.Equal($"{number}", answer[0]);
            return answer[1] == "ok" ? answer[2..] : throw new InvalidOperationException($"{words[0]}: {answer[^1]}");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        _one.Dispose();
    }
}
