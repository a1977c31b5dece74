using System.Collections.Immutable;
using System.Device.I2c;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Indicators.Ssd1306;
using Iot.Device.Ssd13xx.Commands;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;
using Binding = Iot.Device.Ssd13xx.Ssd1306;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>
/// The package's SSD1306 of 128 by 64. The binding sets the panel up in its constructor, for 32 rows: the two settings that differ for 64 follow.
/// The picture is drawn by our own font; of the binding it takes only bytes, and no other imaging package.
/// </summary>
internal sealed class IotSsd1306Panel(I2cDevice device) : IStatusPanel
{
    private const int Rows = 64;

    private Binding? _binding;

    public void Initialize()
    {
        _binding = new Binding(device, Ssd1306.Width, Rows);
        _binding.SendCommand(new SetMultiplexRatio(Rows - 1));
        _binding.SendCommand(new SetComPinsHardwareConfiguration(true, false));
        _binding.SendCommand(new SetDisplayOn());
    }

    public void Show(ImmutableArray<string> lines)
    {
        if (_binding is not { } binding)
            return;
        binding.SendCommand(new SetColumnAddress());
        binding.SendCommand(new SetPageAddress(PageAddress.Page0, PageAddress.Page7));
        binding.SendData(Ssd1306Display.Draw(lines));
    }

    public void SwitchOff() => _binding?.SendCommand(new SetDisplayOff());

    public void Dispose() => device.Dispose();
}
