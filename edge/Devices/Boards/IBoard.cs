using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>The contacts and lamps of one appliance. Disposing it puts the lamps out and lets the lines go.</summary>
public interface IBoard : IDisposable
{
    /// <summary>Loop round the enclosure; open is an alarm.</summary>
    IContactInput Tamper { get; }

    /// <summary>Stack light above the counter.</summary>
    IStackLight StackLight { get; }
}
