using System.Buffers.Binary;
using System.Text;

namespace EdgeCheckpoint.Bench;

/// <summary>
/// A USB HID device that this program plays: the kernel's drivers find it as they find one on the wire. It lives until it is disposed of, which
/// is the same as pulling its plug.
/// </summary>
internal sealed class UhidDevice : IDisposable
{
    private const string Path = "/dev/uhid";
    private const ushort NotSupported = 95;

    private readonly FileStream _uhid = new(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    private readonly Lock _writing = new();
    private readonly Action<UhidDevice, ReadOnlyMemory<byte>> _take;
    private readonly Task _reading;
    private bool _isPulled;

    /// <param name="name">As lsusb and /sys/class/input name it.</param>
    /// <param name="descriptor">Report descriptor (Device Class Definition for HID 1.11, §6.2.2).</param>
    /// <param name="take">Takes a report that the kernel sends to the device; called on one thread.</param>
    /// <exception cref="IOException">The kernel has no uhid, or refuses the descriptor.</exception>
    internal UhidDevice(string name, ushort vendor, ushort product, ReadOnlySpan<byte> descriptor, Action<UhidDevice, ReadOnlyMemory<byte>> take)
    {
        _take = take;
        var create = new byte[UhidEvent.Bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(create, UhidEvent.Create);
        Encoding.ASCII.GetBytes(name, create.AsSpan(UhidEvent.NameAt, UhidEvent.NameBytes - 1));
        BinaryPrimitives.WriteUInt16LittleEndian(create.AsSpan(UhidEvent.DescriptorLengthAt), (ushort)descriptor.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(create.AsSpan(UhidEvent.BusAt), UhidEvent.UsbBus);
        BinaryPrimitives.WriteUInt32LittleEndian(create.AsSpan(UhidEvent.VendorAt), vendor);
        BinaryPrimitives.WriteUInt32LittleEndian(create.AsSpan(UhidEvent.ProductAt), product);
        descriptor.CopyTo(create.AsSpan(UhidEvent.DescriptorAt));
        _uhid.Write(create);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Sends a report to the kernel.</summary>
    internal void Send(ReadOnlySpan<byte> report)
    {
        var input = new byte[UhidEvent.InputAt + report.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(input, UhidEvent.Input);
        BinaryPrimitives.WriteUInt16LittleEndian(input.AsSpan(UhidEvent.InputLengthAt), (ushort)report.Length);
        report.CopyTo(input.AsSpan(UhidEvent.InputAt));
        Write(input);
    }

    public void Dispose()
    {
        var destroy = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(destroy, UhidEvent.Destroy);
        lock (_writing)
        {
            _isPulled = true;
            _uhid.Write(destroy);
        }

        // The kernel's last word to the reading thread is that the device has stopped.
        _reading.Wait(TimeSpan.FromSeconds(5));
        _uhid.Dispose();
    }

    private void Read()
    {
        var bytes = new byte[UhidEvent.Bytes];
        while (_uhid.Read(bytes) >= sizeof(uint))
        {
            switch (BinaryPrimitives.ReadUInt32LittleEndian(bytes))
            {
                case UhidEvent.Output:
                    var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(UhidEvent.OutputLengthAt));
                    // Some drivers put a report number of zero in front, some do not; no report begins with it.
                    var numbered = length > 0 && bytes[UhidEvent.OutputAt] == 0 ? 1 : 0;
                    _take(this, bytes.AsMemory(UhidEvent.OutputAt + numbered, length - numbered));
                    break;
                case UhidEvent.GetReport:
                    Refuse(UhidEvent.GetReportReply, bytes);
                    break;
                case UhidEvent.SetReport:
                    Refuse(UhidEvent.SetReportReply, bytes);
                    break;
                case UhidEvent.Stop:
                    return;
            }
        }
    }

    /// <summary>Without an answer the kernel would wait five seconds for it.</summary>
    private void Refuse(uint reply, byte[] request)
    {
        var answer = new byte[UhidEvent.ReplyErrorAt + (2 * sizeof(ushort))];
        BinaryPrimitives.WriteUInt32LittleEndian(answer, reply);
        request.AsSpan(UhidEvent.RequestAt, sizeof(uint)).CopyTo(answer.AsSpan(UhidEvent.RequestAt));
        BinaryPrimitives.WriteUInt16LittleEndian(answer.AsSpan(UhidEvent.ReplyErrorAt), NotSupported);
        Write(answer);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            // An answer that comes after the plug was pulled reaches nobody.
            if (!_isPulled)
                _uhid.Write(bytes);
        }
    }
}
