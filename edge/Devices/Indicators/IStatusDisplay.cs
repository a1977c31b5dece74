using System.Collections.Immutable;

namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>Port of the small display on the enclosure, for technicians. Nothing of a traveller is ever shown on it.</summary>
public interface IStatusDisplay
{
    /// <summary>Characters of a line.</summary>
    const int ColumnCount = 21;

    /// <summary>Lines.</summary>
    const int RowCount = 8;

    /// <summary>Present health; may be read at any time from any thread.</summary>
    DeviceHealth Health { get; }

    /// <summary>Shows lines from above; what does not fit is cut off. Never throws and never waits.</summary>
    void Show(ImmutableArray<string> lines);
}
