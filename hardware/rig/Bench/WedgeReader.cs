namespace EdgeCheckpoint.Bench;

/// <summary>A document reader that types: a USB keyboard with the US layout.</summary>
internal sealed class WedgeReader : IDisposable
{
    /// <summary>Name of its link below /dev/input/by-id, as udev would make it.</summary>
    internal const string Id = "usb-virtual_keyboard_reader-event-kbd";

    private const string Name = "virtual keyboard reader";
    private const string InputClass = "/sys/class/input";

    /// <summary>A number for trials, which no maker has (pid.codes' test vendor).</summary>
    private const ushort Vendor = 0x1209, Product = 0x0001;

    // HID Usage Tables 1.12, §10, keyboard page.
    private const byte UsageA = 0x04, UsageDigit1 = 0x1E, UsageDigit0 = 0x27, UsageEnter = 0x28, UsageComma = 0x36;
    private const byte LeftShift = 0x02;
    private const int ReportBytes = 8;
    private const int ModifierAt = 0, KeyAt = 2;

    /// <summary>A keyboard is asked so often on the wire at most; sent all at once, keys overflow the kernel's queue of events.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(8);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private UhidDevice? _keyboard;

    /// <summary>The keyboard of the boot protocol: eight modifiers, a reserved byte, six keys (HID 1.11, appendix B.1), without its lamps.</summary>
    private static ReadOnlySpan<byte> ReportDescriptor =>
    [
        0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
        0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xC0,
    ];

    /// <exception cref="IOException">The kernel made no input device of it.</exception>
    internal void Plug()
    {
        if (_keyboard is not null)
            return;
        _keyboard = new UhidDevice(Name, Vendor, Product, ReportDescriptor, static (_, _) => { });
        var device = Waiting.Found("input device of the keyboard", Find, Patience);
        Links.Make($"/dev/input/by-id/{Id}", $"/dev/input/{device}");
    }

    internal void Unplug()
    {
        _keyboard?.Dispose();
        _keyboard = null;
        File.Delete($"/dev/input/by-id/{Id}");
    }

    /// <summary>Types lines of a machine readable zone, Enter after each.</summary>
    /// <exception cref="IOException">The plug is out.</exception>
    internal void Type(string text)
    {
        if (_keyboard is null)
            throw new IOException("The keyboard reader is unplugged.");
        var report = new byte[ReportBytes];
        using var interval = new PeriodicTimer(Interval, TimeProvider.System);
        foreach (var character in text)
        {
            Array.Clear(report);
            (report[ModifierAt], report[KeyAt]) = Stroke(character);
            Send(report, interval);
            Array.Clear(report);
            Send(report, interval);
        }
    }

    public void Dispose() => Unplug();

    /// <summary>Modifiers and usage of a character.</summary>
    internal static (byte Modifiers, byte Usage) Stroke(char character) => character switch
    {
        >= 'A' and <= 'Z' => (LeftShift, (byte)(UsageA + (character - 'A'))),
        >= '1' and <= '9' => (0, (byte)(UsageDigit1 + (character - '1'))),
        '0' => (0, UsageDigit0),
        '<' => (LeftShift, UsageComma),
        '\r' => (0, UsageEnter),
        _ => throw new ArgumentException("The reader types machine readable zones only.", nameof(character)),
    };

    private void Send(byte[] report, PeriodicTimer interval)
    {
        // One order at a time, on a thread of its own.
        interval.WaitForNextTickAsync(CancellationToken.None).AsTask().Wait();
        _keyboard!.Send(report);
    }

    private static string? Find() => Directory.EnumerateFileSystemEntries(InputClass, "event*")
        .Where(static path => File.Exists($"{path}/device/name") && File.ReadAllText($"{path}/device/name").Trim() == Name)
        .Select(static path => Path.GetFileName(path))
        .FirstOrDefault();
}
