using System.Buffers.Binary;
using EdgeCheckpoint.Devices.Simulated.I2c;

namespace EdgeCheckpoint.Bench.Mcp2221;

/// <summary>
/// Microchip's MCP2221 as its datasheet has it: 64-byte HID reports in, one answer each, an I2C master and four pins behind it (DS20005292
/// §3.1; the MCP2221A speaks the same protocol). What the board does not need, the converter's analogue side and its flash, answers with zeros.
/// </summary>
/// <param name="bus">What hangs on SDA and SCL.</param>
/// <remarks>Reports are answered one at a time; levels may be read and set meanwhile.</remarks>
internal sealed class Mcp2221Bridge(SimulatedI2cBus bus)
{
    internal const int ReportBytes = 64;
    internal const int PinCount = 4;

    private const byte CancelTransfer = 0x10;
    private const byte AlreadyIdle = 0x11;
    private const byte SetSpeed = 0x20;
    private const byte SpeedNotSet = 0x21;
    private const byte AddressNotAcknowledged = 0x40;

    private readonly Lock _gate = new();
    private readonly I2cEngine _engine = new(bus);
    private readonly bool[] _isOutput = new bool[PinCount];
    private readonly bool[] _levels = new bool[PinCount];
    private byte _divider = 118;

    /// <summary>Level of a pin: what the appliance put out, or what was laid on it.</summary>
    internal bool this[int pin]
    {
        get
        {
            lock (_gate)
                return _levels[pin];
        }

        set
        {
            lock (_gate)
            {
                // An output drives its pin, whatever is laid on it.
                if (!_isOutput[pin])
                    _levels[pin] = value;
            }
        }
    }

    /// <summary>Answers one report.</summary>
    /// <param name="command">64 bytes; fewer count as followed by zeros.</param>
    internal byte[] Answer(ReadOnlySpan<byte> command)
    {
        Span<byte> whole = stackalloc byte[ReportBytes];
        whole.Clear();
        command[..Math.Min(command.Length, ReportBytes)].CopyTo(whole);
        var answer = new byte[ReportBytes];
        answer[0] = whole[0];
        lock (_gate)
            Obey(whole, answer);
        return answer;
    }

    private void Obey(ReadOnlySpan<byte> command, Span<byte> answer)
    {
        switch (command[0])
        {
            case Mcp2221Command.Status:
                TellStatus(command, answer);
                break;
            case Mcp2221Command.WriteI2c or Mcp2221Command.WriteI2cNoStop:
                answer[1] = _engine.Write(command);
                answer[2] = _engine.State;
                break;
            case Mcp2221Command.ReadI2c or Mcp2221Command.ReadI2cRepeatedStart:
                answer[1] = _engine.Read(command);
                answer[2] = _engine.State;
                break;
            case Mcp2221Command.GetI2cData:
                _engine.HandOut(answer);
                break;
            case Mcp2221Command.SetGpio:
                SetPins(command, answer);
                break;
            case Mcp2221Command.GetGpio:
                TellPins(answer);
                break;
        }
    }

    /// <summary>Tables 3-1 and 3-2.</summary>
    private void TellStatus(ReadOnlySpan<byte> command, Span<byte> answer)
    {
        if (command[2] == CancelTransfer)
            answer[2] = _engine.Cancel() ? CancelTransfer : AlreadyIdle;
        if (command[3] == SetSpeed)
        {
            var isIdle = _engine.State == I2cEngineState.Idle;
            _divider = isIdle ? command[4] : _divider;
            (answer[3], answer[4]) = (isIdle ? SetSpeed : SpeedNotSet, command[4]);
        }

        answer[8] = _engine.State;
        BinaryPrimitives.WriteUInt16LittleEndian(answer[9..], (ushort)_engine.RequestedLength);
        BinaryPrimitives.WriteUInt16LittleEndian(answer[11..], (ushort)_engine.TransferredLength);
        answer[14] = _divider;
        BinaryPrimitives.WriteUInt16LittleEndian(answer[16..], _engine.Address);
        // Nothing in the datasheet's table; where the MCP2221A tells it, and its driver looks.
        answer[20] = _engine.IsAddressNotAcknowledged ? AddressNotAcknowledged : (byte)0;
        // Both lines at rest, and low while the bus is held.
        answer[22] = answer[23] = (byte)(bus.IsStuck ? 0 : 1);
    }

    /// <summary>Four bytes a pin: change the level?, level, change the direction?, direction (table 3-32). The answer repeats them (table 3-33).</summary>
    private void SetPins(ReadOnlySpan<byte> command, Span<byte> answer)
    {
        for (var pin = 0; pin < PinCount; pin++)
        {
            var orders = command.Slice(2 + (4 * pin), 4);
            orders.CopyTo(answer[(2 + (4 * pin))..]);
            if (orders[2] != 0)
                _isOutput[pin] = orders[3] == 0;
            if (orders[0] != 0 && _isOutput[pin])
                _levels[pin] = orders[1] != 0;
        }
    }

    /// <summary>Two bytes a pin: level, and 0 for an output or 1 for an input (table 3-35).</summary>
    private void TellPins(Span<byte> answer)
    {
        for (var pin = 0; pin < PinCount; pin++)
        {
            answer[2 + (2 * pin)] = (byte)(_levels[pin] ? 1 : 0);
            answer[3 + (2 * pin)] = (byte)(_isOutput[pin] ? 0 : 1);
        }
    }
}
