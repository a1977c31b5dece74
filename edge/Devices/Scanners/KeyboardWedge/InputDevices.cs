using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>The links udev makes below /dev/input/by-id, named by maker, model and serial number.</summary>
internal sealed class InputDevices(string folder = InputDevices.ById) : IInputDevices
{
    public const string ById = "/dev/input/by-id";

    private const int OpenFlags = LibC.OpenReadOnly | LibC.OpenNonBlocking | LibC.OpenCloseOnExec;
    private const string KeyboardSuffix = "-event-kbd";

    /// <inheritdoc/>
    public IReadOnlyList<string> Keyboards()
    {
        try
        {
            var ids = Directory.EnumerateFileSystemEntries(folder, "*" + KeyboardSuffix)
                .Select(static path => Path.GetFileName(path))
                .ToList();
            ids.Sort(StringComparer.Ordinal);
            return ids;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without any USB input device udev makes no such folder.
            return [];
        }
    }

    /// <inheritdoc/>
    public Stream OpenExclusively(string id) => OpenPathExclusively(Path.Combine(folder, id));

    /// <summary>Opens a device and takes it away from the console and everybody else (EVIOCGRAB).</summary>
    /// <exception cref="IOException">It is missing.</exception>
    /// <exception cref="ReaderUnavailableException">It may not be opened or not be had alone; then nothing was read.</exception>
    public static Stream OpenPathExclusively(string path)
    {
        var device = new SafeFileHandle(LibC.Open(path, OpenFlags), ownsHandle: true);
        try
        {
            if (device.IsInvalid)
            {
                throw Marshal.GetLastPInvokeError() == LibC.ErrorAccess
                    ? new ReaderUnavailableException($"Reader at {path} may not be opened: add the service's user to the group input")
                    : new FileNotFoundException($"There is no input device at {path}.");
            }

            // Without the grab every key would also reach the console, and with it the officer's page or a shell.
            if (LibC.Control(device, LibC.GrabInput, 1) < 0)
            {
                throw new ReaderUnavailableException(Marshal.GetLastPInvokeError() == LibC.ErrorBusy
                    ? $"Reader at {path} is held by another program: end that program; its keys are not read meanwhile"
                    : $"Reader at {path} cannot be had alone, so it is not read: it is no input device, or its driver refuses");
            }

            return new DescriptorStream(device);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }
}
