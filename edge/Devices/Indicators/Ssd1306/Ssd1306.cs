using System.Collections.Immutable;
using System.Device.I2c;

namespace EdgeCheckpoint.Devices.Indicators.Ssd1306;

/// <summary>Solomon Systech's SSD1306 with a panel of 128 by 64, on I2C. The driver keeps no picture; it writes what it is given.</summary>
/// <remarks>Trouble on the bus is an <see cref="IOException"/>. The chip answers no questions: that the panel shows anything only eyes can tell.</remarks>
public sealed class Ssd1306 : IStatusPanel
{
    /// <summary>With D/C# to ground; 0x3D else.</summary>
    public const int DefaultI2cAddress = 0x3C;

    public const int Width = 128;

    /// <summary>A page is eight lines; bit 0 of a byte is the uppermost.</summary>
    public const int PageCount = 8;

    /// <summary>Bytes of a picture.</summary>
    public const int PictureLength = Width * PageCount;

    /// <summary>Control byte: nothing but commands follow (§8.1.5.2).</summary>
    internal const byte ControlCommands = 0x00;

    /// <summary>Control byte: nothing but memory follows.</summary>
    internal const byte ControlMemory = 0x40;

    /// <summary>Bridges and small controllers take no more in one transfer.</summary>
    private const int ChunkLength = 32;

    private readonly I2cDevice _device;

    /// <param name="device">The chip's place on its bus; this driver's from now on.</param>
    public Ssd1306(I2cDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
    }

    /// <summary>Sets the panel up and switches it on; what it shows until the first picture is left from before, or noise.</summary>
    /// <exception cref="IOException">The bus, or nothing is there.</exception>
    public void Initialize() => _device.Write(
    [
        ControlCommands,
        (byte)Ssd1306Command.DisplayOff,
        (byte)Ssd1306Command.SetClockDivider, 0x80,
        (byte)Ssd1306Command.SetMultiplexRatio, 63,
        (byte)Ssd1306Command.SetOffset, 0,
        (byte)Ssd1306Command.SetStartLine,
        (byte)Ssd1306Command.SetChargePump, 0x14,
        (byte)Ssd1306Command.SetMemoryMode, 0,
        (byte)Ssd1306Command.MapColumn127First,
        (byte)Ssd1306Command.ScanFromLast,
        (byte)Ssd1306Command.SetComPins, 0x12,
        (byte)Ssd1306Command.SetContrast, 0x7F,
        (byte)Ssd1306Command.SetPrecharge, 0xF1,
        (byte)Ssd1306Command.SetDeselectLevel, 0x20,
        (byte)Ssd1306Command.FollowMemory,
        (byte)Ssd1306Command.ShowNormal,
        (byte)Ssd1306Command.DisplayOn,
    ]);

    /// <summary>Shows a picture.</summary>
    /// <param name="picture"><see cref="PictureLength"/> bytes: page by page from above, column by column from the left.</param>
    /// <exception cref="IOException">The bus; part of the picture may show.</exception>
    public void Show(ReadOnlySpan<byte> picture)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(picture.Length, PictureLength);
        _device.Write(
        [
            ControlCommands, (byte)Ssd1306Command.SetColumnRange, 0, Width - 1, (byte)Ssd1306Command.SetPageRange, 0, PageCount - 1,
        ]);
        Span<byte> transfer = stackalloc byte[1 + ChunkLength];
        transfer[0] = ControlMemory;
        for (var start = 0; start < picture.Length; start += ChunkLength)
        {
            picture.Slice(start, ChunkLength).CopyTo(transfer[1..]);
            _device.Write(transfer);
        }
    }

    /// <summary>Switches the panel off.</summary>
    /// <exception cref="IOException">The bus.</exception>
    public void SwitchOff() => _device.Write([ControlCommands, (byte)Ssd1306Command.DisplayOff]);

    void IStatusPanel.Show(ImmutableArray<string> lines) => Show(Ssd1306Display.Draw(lines));

    public void Dispose() => _device.Dispose();
}
