namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>An opened reader: a stream of the bytes it sends, and what has to be closed with it.</summary>
internal sealed class ReaderLine(Stream stream, IDisposable owner) : IDisposable
{
    public Stream Stream { get; } = stream;

    public void Dispose() => owner.Dispose();
}
