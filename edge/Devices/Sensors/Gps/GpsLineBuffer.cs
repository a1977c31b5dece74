namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>Cuts a stream of bytes into lines. What is longer than a sentence is dropped to its end: a line at the wrong speed has no line ends.</summary>
internal sealed class GpsLineBuffer
{
    private readonly byte[] _bytes = new byte[NmeaSentence.LengthMax];
    private int _length;
    private int _lineLength;
    private bool _isTooLong;

    /// <summary>The line that the last byte completed, without its end; until the next byte.</summary>
    public ReadOnlySpan<byte> Line => _bytes.AsSpan(0, _lineLength);

    /// <summary>Takes a byte.</summary>
    /// <returns>True when it completed a line.</returns>
    public bool Push(byte value)
    {
        if (value is (byte)'\r' or (byte)'\n')
        {
            _lineLength = _length;
            var isLine = _length > 0 && !_isTooLong;
            (_length, _isTooLong) = (0, false);
            return isLine;
        }

        // A dollar begins a sentence wherever it stands: what came before was torn.
        if (value == '$')
            (_length, _isTooLong) = (0, false);
        if (_length == _bytes.Length)
            _isTooLong = true;
        else
            _bytes[_length++] = value;
        return false;
    }
}
