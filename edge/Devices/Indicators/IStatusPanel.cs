using System.Collections.Immutable;

namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>A driver of a panel for text. Trouble on the bus is an <see cref="IOException"/>.</summary>
internal interface IStatusPanel : IDisposable
{
    /// <summary>Sets the panel up, however it was left.</summary>
    void Initialize();

    /// <summary>Writes the lines; what does not fit is cut off.</summary>
    void Show(ImmutableArray<string> lines);

    /// <summary>Darkens it.</summary>
    void SwitchOff();
}
