using System.Net.Sockets;
using System.Text;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>Lines to and from one of QEMU's sockets.</summary>
internal sealed class UnixSocket : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private UnixSocket(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.ASCII);
    }

    /// <summary>Connects to a socket that is about to be made.</summary>
    internal static async Task<UnixSocket> ConnectAsync(string path, CancellationToken cancellationToken) => await Until.FoundAsync(
        path,
        async token =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                return new UnixSocket(socket);
            }
            catch (SocketException)
            {
                socket.Dispose();
                return null;
            }
        },
        TimeSpan.FromSeconds(20),
        cancellationToken);

    internal async Task WriteLineAsync(string line, CancellationToken cancellationToken) =>
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"), cancellationToken);

    /// <exception cref="IOException">The other side has hung up.</exception>
    internal async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("The machine is off.");

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }
}
