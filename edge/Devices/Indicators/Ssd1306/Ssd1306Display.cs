using System.Collections.Immutable;
using System.Device.I2c;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging;
using Polly;

namespace EdgeCheckpoint.Devices.Indicators.Ssd1306;

/// <summary>Text on an SSD1306. Written anew from time to time: a panel that lost its supply for a moment is dark and says nothing.</summary>
internal sealed class Ssd1306Display : IStatusDisplay, ISupervised
{
    /// <summary>How soon a change is shown; a picture takes 25 ms of the bus at 400 kHz.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The panel is set up and written again after so many intervals.</summary>
    private const int RefreshIntervals = 60;

    private const int CellWidth = StatusFont.GlyphWidth + 1;

    private readonly Func<IStatusPanel> _open;
    private readonly TimeProvider _time;
    private readonly HealthCell _health;
    private readonly DeviceLoop _loop;
    private readonly ResiliencePipeline _transfers;
    private Text _text = new([]);

    public Ssd1306Display(string name, Func<I2cDevice> open, TimeProvider time, ILogger log)
        : this(name, () => new Ssd1306(open()), time, log)
    {
    }

    /// <param name="open">Makes the driver.</param>
    public Ssd1306Display(string name, Func<IStatusPanel> open, TimeProvider time, ILogger log)
    {
        (_open, _time) = (open, time);
        _health = new HealthCell(time, DeviceState.Attention, $"The {name} has not been written yet");
        _loop = new DeviceLoop(name, _health, time, log);
        _transfers = TransferRetry.Create(time);
    }

    public DeviceHealth Health => _health.Current;

    public void Show(ImmutableArray<string> lines) => Volatile.Write(ref _text, new Text(lines));

    public Task RunAsync(CancellationToken cancellationToken) =>
        _loop.RunAsync(_ => ValueTask.FromResult(_open()), UseAsync, cancellationToken);

    internal static byte[] Draw(ImmutableArray<string> lines)
    {
        var picture = new byte[Ssd1306.PictureLength];
        for (var row = 0; row < Math.Min(lines.Length, IStatusDisplay.RowCount); row++)
        {
            for (var column = 0; column < Math.Min(lines[row].Length, IStatusDisplay.ColumnCount); column++)
                StatusFont.Glyph(lines[row][column]).CopyTo(picture.AsSpan((row * Ssd1306.Width) + (column * CellWidth)));
        }

        return picture;
    }

    private async Task UseAsync(IStatusPanel panel, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _transfers.RunAsync(() => Initialize(panel), cancellationToken);
                Text? shown = null;
                for (var interval = 0; interval < RefreshIntervals; interval++)
                {
                    var text = Volatile.Read(ref _text);
                    if (shown is null || !text.Lines.SequenceEqual(shown.Lines, StringComparer.Ordinal))
                        await _transfers.RunAsync(() => Show(panel, text), cancellationToken);
                    shown = text;
                    _health.Set(DeviceState.Ok);
                    await Task.Delay(Interval, _time, cancellationToken);
                }
            }
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested)
                SwitchOff(panel);
        }
    }

    /// <summary>What cannot be switched off any more is not worth an error at the stop.</summary>
    private static void SwitchOff(IStatusPanel panel)
    {
        try
        {
            panel.SwitchOff();
        }
        catch (IOException)
        {
            // The panel is gone.
        }
    }

    private static bool Initialize(IStatusPanel panel)
    {
        panel.Initialize();
        return true;
    }

    private static bool Show(IStatusPanel panel, Text text)
    {
        panel.Show(text.Lines);
        return true;
    }

    private sealed class Text(ImmutableArray<string> lines)
    {
        public ImmutableArray<string> Lines { get; } = lines;
    }
}
