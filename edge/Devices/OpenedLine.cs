namespace EdgeCheckpoint.Devices;

/// <summary>An opened line: a stream of the bytes that its device sends, and what has to be closed with it.</summary>
internal sealed class OpenedLine(Stream stream, IDisposable owner) : IDisposable
{
    public Stream Stream { get; } = stream;

    public void Dispose() => owner.Dispose();
}
