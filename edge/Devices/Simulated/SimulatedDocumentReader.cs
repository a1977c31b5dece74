namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>
/// A document reader on a pseudo terminal: to the appliance it is a serial port at a fixed path that can be pulled out
/// and put back.
/// </summary>
/// <remarks>Not safe for parallel use.</remarks>
public sealed class SimulatedDocumentReader(string linkPath, ReaderDressing dressing) : IDisposable
{
    private PseudoTerminal? _terminal;

    /// <summary>Path for <c>Scanner:DevicePath</c>.</summary>
    public string DevicePath => linkPath;

    /// <summary>How it dresses its lines.</summary>
    public ReaderDressing Dressing => dressing;

    public bool IsPlugged => _terminal is not null;

    /// <summary>Puts the cable in. Nothing happens when it is in already.</summary>
    public void Plug() => _terminal ??= PseudoTerminal.Create(linkPath);

    /// <summary>Pulls the cable out.</summary>
    public void Unplug()
    {
        _terminal?.Dispose();
        _terminal = null;
    }

    /// <summary>Lays a document on the reader.</summary>
    /// <param name="lines">Lines of its machine readable zone.</param>
    /// <param name="pieceBytes">Size of the pieces in which the message is written; 0 for all at once.</param>
    /// <exception cref="InvalidOperationException">The cable is out.</exception>
    public void Scan(IReadOnlyList<string> lines, int pieceBytes = 0) =>
        Send(ReaderMessage.Compose(lines, Dressing), pieceBytes);

    /// <summary>Sends any bytes, for readers that misbehave.</summary>
    /// <exception cref="InvalidOperationException">The cable is out.</exception>
    public void Send(ReadOnlySpan<byte> bytes, int pieceBytes = 0)
    {
        if (_terminal is null)
            throw new InvalidOperationException("The simulated reader is unplugged.");
        var step = pieceBytes > 0 ? pieceBytes : Math.Max(1, bytes.Length);
        for (var start = 0; start < bytes.Length; start += step)
            _terminal.Write(bytes[start..Math.Min(start + step, bytes.Length)]);
    }

    public void Dispose() => Unplug();
}
