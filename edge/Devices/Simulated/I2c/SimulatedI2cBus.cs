using System.Device.I2c;
using EdgeCheckpoint.Devices.I2c;

namespace EdgeCheckpoint.Devices.Simulated.I2c;

/// <summary>
/// An I2C bus in memory that is as strict as a real one: a transfer to an address where nothing is fails with ENXIO, a chip that does not acknowledge
/// with EREMOTEIO. Faults can be put on it. One transfer at a time, as on a wire.
/// </summary>
public sealed class SimulatedI2cBus : I2cBus
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, SimulatedI2cChip> _chips = [];
    private readonly Queue<int> _faults = new();

    /// <summary>A line of the bus is held low: every transfer ends with ETIMEDOUT.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Transfers so far, failed ones too.</summary>
    public long TransferCount { get; private set; }

    /// <summary>Puts a chip on the bus, in place of one that is at its address.</summary>
    public void Fit(int address, SimulatedI2cChip chip)
    {
        lock (_gate)
            _chips[address] = chip;
    }

    /// <summary>Takes the chip away, as a plug that comes loose does.</summary>
    public void Unplug(int address)
    {
        lock (_gate)
            _chips.Remove(address);
    }

    /// <summary>The next transfers fail with these errors, one each.</summary>
    public void FailNext(params int[] errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        lock (_gate)
        {
            foreach (var error in errors)
                _faults.Enqueue(error);
        }
    }

    /// <summary>How many of the faults have not come yet.</summary>
    public int FaultsLeft
    {
        get
        {
            lock (_gate)
                return _faults.Count;
        }
    }

    /// <summary>Takes back the faults that have not come yet.</summary>
    public void Calm()
    {
        lock (_gate)
            _faults.Clear();
    }

    /// <inheritdoc/>
    public override I2cDevice CreateDevice(int deviceAddress) => new Device(this, deviceAddress);

    /// <inheritdoc/>
    public override void RemoveDevice(int deviceAddress)
    {
        // The chip stays on the wire; only a driver lets it go.
    }

    /// <summary>One transfer: a write, a read, or both with a repeated start between.</summary>
    /// <exception cref="IOException">As the kernel's.</exception>
    public void Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (!TryTransfer(address, write, read, out var error))
            throw I2cFault.Of(error);
    }

    /// <summary>The same for a bus master that is itself simulated.</summary>
    /// <param name="error">Number of the kernel's error; zero when the method returns true.</param>
    public bool TryTransfer(int address, ReadOnlySpan<byte> write, Span<byte> read, out int error)
    {
        lock (_gate)
        {
            TransferCount++;
            if (IsStuck)
                error = I2cFault.TimedOut;
            else if (!_faults.TryDequeue(out error))
                error = ErrorOf(address, write, read);
            return error == 0;
        }
    }

    private int ErrorOf(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (!_chips.TryGetValue(address, out var chip))
            return I2cFault.NoDevice;
        return (write.Length > 0 && !chip.Write(write)) || (read.Length > 0 && !chip.Read(read)) ? I2cFault.RemoteIo : 0;
    }

    private sealed class Device(SimulatedI2cBus bus, int address) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(0, address);

        public override void Read(Span<byte> buffer) => bus.Transfer(address, [], buffer);

        public override void Write(ReadOnlySpan<byte> buffer) => bus.Transfer(address, buffer, []);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => bus.Transfer(address, writeBuffer, readBuffer);
    }
}
