using System.IO.Ports;

namespace EdgeCheckpoint.Bench;

/// <summary>
/// A document reader on USB: the kernel's serial gadget on a virtual controller, so that the appliance sees a real USB serial port come and
/// go. What the reader sends is written to the gadget's side.
/// </summary>
internal sealed class GadgetReader : IDisposable
{
    /// <summary>What udev would make of it; there is no udev here.</summary>
    internal const string Link = "/dev/serial/by-id/usb-virtual_document_reader-if00";

    private const string Gadget = "g_serial";
    private const string GadgetPort = "/dev/ttyGS0";
    private const string PortClass = "/sys/class/tty";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private SerialPort? _port;

    /// <summary>Puts the plug in. Nothing happens when it is in already.</summary>
    /// <exception cref="IOException">No port appeared.</exception>
    internal void Plug()
    {
        if (_port is not null)
            return;
        var before = Ports();
        Modules.Load(Gadget);
        var port = Waiting.Found($"a USB serial port and {GadgetPort}", () => File.Exists(GadgetPort) ? Ports().Except(before).FirstOrDefault() : null, Patience);
        Links.Make(Link, $"/dev/{port}");
        // Opened as a serial port for its raw mode: nothing is echoed and no line feed becomes two bytes.
        _port = new SerialPort(GadgetPort, 115_200);
        _port.Open();
    }

    /// <summary>Pulls it out: the port goes away under whoever has it open.</summary>
    internal void Unplug()
    {
        if (_port is null)
            return;
        _port.Dispose();
        _port = null;
        Modules.Remove(Gadget);
        File.Delete(Link);
    }

    /// <summary>Sends what a reader sends for a document.</summary>
    /// <exception cref="IOException">The plug is out.</exception>
    internal void Send(ReadOnlySpan<byte> bytes)
    {
        if (_port is null)
            throw new IOException("The reader is unplugged.");
        _port.BaseStream.Write(bytes);
    }

    public void Dispose() => Unplug();

    private static HashSet<string> Ports() =>
        [.. Directory.EnumerateFileSystemEntries(PortClass, "ttyACM*").Select(static path => Path.GetFileName(path))];
}
