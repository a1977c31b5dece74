using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Where an opened enclosure destroys the keys of the list, none is taken again, from the link or from a stick, until a supervisor has seen to it:
/// what was destroyed would else be back within minutes.
/// </summary>
internal sealed class LeaseHold(TamperLatch latch, IOptions<EnclosureOptions> options)
{
    internal bool IsHeld => latch.IsOpen && options.Value.DestroyKeysOnTamper;
}
