using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Where an opened enclosure destroys the keys of the list, none is taken again, from the link or from a stick, until a supervisor has seen to it:
/// what was destroyed would else be back within minutes.
/// </summary>
internal sealed class LeaseHold(TamperLatch latch, IOptions<EnclosureOptions> options)
{
    /// <summary>Held while keys are destroyed, and while one is kept: a download that was under way keeps nothing behind the destruction.</summary>
    internal Lock Gate { get; } = new();

    internal bool IsHeld => latch.IsOpen && options.Value.DestroyKeysOnTamper;

    /// <summary>Keeps a key of a list, unless it is held.</summary>
    /// <returns>False when it was not kept.</returns>
    internal bool TryKeep(Action keep)
    {
        lock (Gate)
        {
            if (IsHeld)
                return false;
            keep();
            return true;
        }
    }
}
