using System.Collections.Immutable;
using System.Device.I2c;
using EdgeCheckpoint.Devices.Indicators;
using Iot.Device.CharacterLcd;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>
/// A character display of 20 by 4 (HD44780) behind a PCF8574, as the package drives it in halves of a byte. Of the eight lines of the port it shows the
/// first three that say something and the last, which says what has failed.
/// </summary>
internal sealed class IotLcd2004Panel(I2cDevice device) : IStatusPanel
{
    private const int Columns = 20;
    private const int Rows = 4;

    private Lcd2004? _binding;

    public void Initialize()
    {
        _binding = new Lcd2004(LcdInterface.CreateI2c(device, uses8Bit: false));
        _binding.Clear();
    }

    public void Show(ImmutableArray<string> lines)
    {
        if (_binding is not { } binding)
            return;
        var shown = Chosen(lines);
        for (var row = 0; row < Rows; row++)
        {
            binding.SetCursorPosition(0, row);
            binding.Write(shown[row]);
        }
    }

    public void SwitchOff()
    {
        if (_binding is not { } binding)
            return;
        binding.BacklightOn = false;
        binding.DisplayOn = false;
    }

    public void Dispose() => device.Dispose();

    /// <summary>Four lines of twenty characters, of a letter that every such display has.</summary>
    internal static ImmutableArray<string> Chosen(ImmutableArray<string> lines)
    {
        var said = lines.Where(static line => line.Length > 0).ToArray();
        var chosen = said.Length <= Rows ? said : [.. said.Take(Rows - 1), said[^1]];
        return [.. Enumerable.Range(0, Rows).Select(row => Cut(row < chosen.Length ? chosen[row] : ""))];
    }

    private static string Cut(string line) =>
        string.Concat(line.Take(Columns).Select(static letter => letter is >= ' ' and <= '}' and not '\\' ? letter : '?')).PadRight(Columns);
}
