using System.Buffers.Binary;
using EdgeCheckpoint.Devices.I2c;
using EdgeCheckpoint.Devices.Simulated.I2c;

namespace EdgeCheckpoint.Bench.Mcp2221;

/// <summary>
/// The bridge's I2C master: collects a write from reports of at most 60 bytes, hands a read out in such, and keeps what went wrong until the
/// transfer is cancelled or the next one begins.
/// </summary>
/// <remarks>Not safe for parallel use; the bridge answers one report after the other.</remarks>
internal sealed class I2cEngine(SimulatedI2cBus bus)
{
    /// <summary>Data bytes in one report (§3.1.5, §3.1.10).</summary>
    internal const int DataBytesMax = 60;

    private const int LengthAt = 1;
    private const int AddressAt = 3;
    private const int DataAt = 4;
    private const byte Busy = 0x01;
    private const byte ReadFailed = 0x41;
    private const byte NoData = 127;

    private byte[] _buffer = [];
    private int _filled;
    private int _handedOut;
    private bool _isWriting;

    /// <summary>Of <see cref="I2cEngineState"/>.</summary>
    internal byte State { get; private set; }

    /// <summary>With the bit for reading, as the last command gave it.</summary>
    internal byte Address { get; private set; }

    /// <summary>Bytes that the last command asked for.</summary>
    internal int RequestedLength => _buffer.Length;

    /// <summary>Bytes of them that were on the bus.</summary>
    internal int TransferredLength => _filled;

    internal bool IsAddressNotAcknowledged => State == I2cEngineState.AddressNotAcknowledged;

    /// <summary>A write, or the next part of one.</summary>
    /// <returns>Second byte of the answer.</returns>
    internal byte Write(ReadOnlySpan<byte> command)
    {
        if (!_isWriting)
        {
            Begin(command);
            _isWriting = true;
        }

        var count = Math.Min(DataBytesMax, _buffer.Length - _filled);
        command.Slice(DataAt, count).CopyTo(_buffer.AsSpan(_filled));
        _filled += count;
        if (_filled < _buffer.Length)
            return 0;
        _isWriting = false;
        Transfer(_buffer, []);
        return 0;
    }

    /// <summary>A read; what comes is kept for <see cref="HandOut"/>.</summary>
    /// <returns>Second byte of the answer.</returns>
    internal byte Read(ReadOnlySpan<byte> command)
    {
        if (_isWriting)
            return Busy;
        Begin(command);
        if (Transfer([], _buffer))
            _filled = _buffer.Length;
        return 0;
    }

    /// <summary>Fills an answer with the next part of what was read.</summary>
    internal void HandOut(Span<byte> answer)
    {
        var count = Math.Min(DataBytesMax, _filled - _handedOut);
        if (State != I2cEngineState.Idle || count == 0)
        {
            (answer[1], answer[2], answer[3]) = (ReadFailed, State, NoData);
            return;
        }

        _buffer.AsSpan(_handedOut, count).CopyTo(answer[DataAt..]);
        _handedOut += count;
        (answer[2], answer[3]) = (_handedOut == _filled ? I2cEngineState.ReadComplete : I2cEngineState.ReadPartial, (byte)count);
    }

    /// <summary>Frees the bus.</summary>
    /// <returns>False when nothing was under way.</returns>
    internal bool Cancel()
    {
        var isBusy = _isWriting || State != I2cEngineState.Idle;
        (_isWriting, State, _filled, _handedOut) = (false, I2cEngineState.Idle, 0, 0);
        return isBusy;
    }

    private void Begin(ReadOnlySpan<byte> command)
    {
        _buffer = new byte[BinaryPrimitives.ReadUInt16LittleEndian(command[LengthAt..])];
        (Address, State, _filled, _handedOut) = (command[AddressAt], I2cEngineState.Idle, 0, 0);
    }

    private bool Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (bus.TryTransfer(Address >> 1, write, read, out var error))
            return true;
        State = error switch
        {
            I2cFault.NoDevice => I2cEngineState.AddressNotAcknowledged,
            I2cFault.TimedOut => I2cEngineState.AddressTimeout,
            _ => I2cEngineState.DataNotAcknowledged,
        };
        return false;
    }
}
