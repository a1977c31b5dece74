namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>What a reader types, as the bytes it would send on a serial line: so one loop reads both kinds.</summary>
internal sealed class KeyboardWedgeStream(Stream events, WedgeLayout layout) : InputStream
{
    private const int EventsAtOnce = 64;

    private readonly KeyDecoder _decoder = new(KeyMap.Of(layout));
    private readonly byte[] _buffer = new byte[EventsAtOnce * InputEvent.Bytes];
    private int _count;

    /// <summary>Gives at least one byte; 0 when the device is gone.</summary>
    /// <param name="buffer">Room for at least 64 bytes.</param>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, EventsAtOnce, nameof(buffer));
        while (true)
        {
            var count = await events.ReadAsync(_buffer.AsMemory(_count), cancellationToken).ConfigureAwait(false);
            if (count == 0)
                return 0;
            _count += count;
            if (Decode(buffer.Span) is > 0 and var decoded)
                return decoded;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            events.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>An event gives at most one byte. Half an event, which only a pipe delivers, waits for its rest.</summary>
    private int Decode(Span<byte> output)
    {
        var decoded = 0;
        var start = 0;
        for (; start + InputEvent.Bytes <= _count; start += InputEvent.Bytes)
        {
            if (_decoder.TryDecode(InputEvent.Read(_buffer.AsSpan(start)), out var value))
                output[decoded++] = value;
        }

        _buffer.AsSpan(start, _count - start).CopyTo(_buffer);
        _count -= start;
        // Keystrokes are personal data.
        Array.Clear(_buffer, _count, _buffer.Length - _count);
        return decoded;
    }
}
