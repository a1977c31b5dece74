using System.Device.I2c;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>Some bindings talk to the chip in their constructor: a chip that does not answer must not leave its place on the bus open.</summary>
internal static class Bound
{
    internal static TBinding Open<TBinding>(Func<I2cDevice> open, Func<I2cDevice, TBinding> bind)
    {
        var device = open();
        try
        {
            return bind(device);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }
}
