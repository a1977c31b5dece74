using System.Device.Gpio;
using System.Device.I2c;
using Iot.Device.Mcp23xxx;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>
/// Sixteen lines on the bus, for outputs: lamps, buzzer, gate-ready lamp, by a chip label such as <c>mcp23017@32</c>. Contacts want edges, for which the
/// binding needs interrupt lines of its own: a contact on an expander is told of as failed.
/// </summary>
internal static class IotMcp23017
{
    internal static GpioController Open(I2cDevice device) => Bound.Open(() => device, static place => new GpioController(new Mcp23017(place)));
}
