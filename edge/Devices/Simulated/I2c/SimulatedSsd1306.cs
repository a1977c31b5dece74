namespace EdgeCheckpoint.Devices.Simulated.I2c;

/// <summary>An SSD1306 in horizontal mode: keeps the picture and whether the panel is on (rev 1.1, §10.1.3 to §10.1.5). Other orders are taken and change nothing.</summary>
public sealed class SimulatedSsd1306 : SimulatedI2cChip
{
    private const int Width = 128;
    private const int PageCount = 8;

    private readonly byte[] _picture = new byte[Width * PageCount];
    private (int First, int Last) _columns = (0, Width - 1);
    private (int First, int Last) _pages = (0, PageCount - 1);
    private int _column;
    private int _page;

    /// <summary>Page by page from above, column by column from the left.</summary>
    public ReadOnlySpan<byte> Picture => _picture;

    /// <summary>Whether the panel is on.</summary>
    public bool IsOn { get; private set; }

    /// <inheritdoc/>
    public override bool Write(ReadOnlySpan<byte> bytes)
    {
        switch (bytes[0])
        {
            case 0x00:
                return TakeCommands(bytes[1..]);
            case 0x40:
                foreach (var value in bytes[1..])
                    Store(value);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public override bool Read(Span<byte> bytes) => false;

    private bool TakeCommands(ReadOnlySpan<byte> commands)
    {
        while (commands.Length > 0)
        {
            var count = ArgumentCount(commands[0]);
            if (commands.Length <= count)
                return false;
            Obey(commands[0], commands.Slice(1, count));
            commands = commands[(1 + count)..];
        }

        return true;
    }

    /// <summary>Bytes that belong to a command.</summary>
    private static int ArgumentCount(byte command) => command switch
    {
        0x21 or 0x22 => 2,
        0x20 or 0x81 or 0x8D or 0xA8 or 0xD3 or 0xD5 or 0xD9 or 0xDA or 0xDB => 1,
        _ => 0,
    };

    private void Obey(byte command, ReadOnlySpan<byte> arguments)
    {
        switch (command)
        {
            case 0x21:
                _columns = (arguments[0], arguments[1]);
                _column = arguments[0];
                break;
            case 0x22:
                _pages = (arguments[0], arguments[1]);
                _page = arguments[0];
                break;
            case 0xAE or 0xAF:
                IsOn = command == 0xAF;
                break;
        }
    }

    private void Store(byte value)
    {
        _picture[(_page * Width) + _column] = value;
        if (_column++ < _columns.Last)
            return;
        _column = _columns.First;
        _page = _page == _pages.Last ? _pages.First : _page + 1;
    }
}
