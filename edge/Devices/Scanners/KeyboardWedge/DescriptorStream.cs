using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>
/// Reads a character device until told to stop. A read of <see cref="FileStream"/> on such a device cannot be cancelled,
/// and keeps its descriptor open, and with it the grab, until the next key; so this one waits in poll(2) for the device
/// or an event of its own, and reads only what is there.
/// </summary>
internal sealed class DescriptorStream : InputStream
{
    private const int Forever = -1;

    private readonly SafeFileHandle _device;
    private readonly SafeFileHandle _wake;
    private readonly FileStream _stream;

    /// <param name="device">Opened without blocking; owned from here on.</param>
    /// <exception cref="IOException">The system has no descriptor left.</exception>
    public DescriptorStream(SafeFileHandle device)
    {
        _device = device;
        _wake = new SafeFileHandle(LibC.CreateEvent(0, LibC.EventCloseOnExec), ownsHandle: true);
        if (_wake.IsInvalid)
            throw new IOException($"eventfd failed with error {Marshal.GetLastPInvokeError()}.");
        _stream = new FileStream(device, FileAccess.Read, bufferSize: 0, isAsync: false);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var registration = cancellationToken.UnsafeRegister(
            static wake => LibC.SignalEvent((SafeFileHandle)wake!, 1), _wake);
        return await Task.Run(() => WaitAndRead(buffer, cancellationToken), CancellationToken.None).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
            _device.Dispose();
            _wake.Dispose();
        }

        base.Dispose(disposing);
    }

    private int WaitAndRead(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // The handles stay open while poll has their numbers.
        var (deviceHeld, wakeHeld) = (false, false);
        try
        {
            _device.DangerousAddRef(ref deviceHeld);
            _wake.DangerousAddRef(ref wakeHeld);
            LibC.PollEntry[] entries =
            [
                new() { Descriptor = (int)_device.DangerousGetHandle(), Events = LibC.PollIn },
                new() { Descriptor = (int)_wake.DangerousGetHandle(), Events = LibC.PollIn },
            ];
            while (LibC.Poll(entries, (nuint)entries.Length, Forever) < 0)
            {
                if (Marshal.GetLastPInvokeError() != LibC.ErrorInterrupted)
                    throw new IOException($"poll failed with error {Marshal.GetLastPInvokeError()}.");
            }

            // Anything but data, as the hang-up of a pulled device, becomes an error of the read.
            cancellationToken.ThrowIfCancellationRequested();
            return _stream.Read(buffer.Span);
        }
        finally
        {
            if (deviceHeld)
                _device.DangerousRelease();
            if (wakeHeld)
                _wake.DangerousRelease();
        }
    }
}
