using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Hands what clock chip and satellites say of the machine's clock to the keeper of the clock, and sets the chip from signed time. The chip goes before the
/// satellites, which can be forged.
/// </summary>
internal sealed class ClockWitnessWatch(IBoard board, ClockKeeper clock)
{
    /// <summary>A chip farther off than this is set; it drifts two seconds in eleven days.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(2);

    /// <summary>What each tick does.</summary>
    internal void Look()
    {
        clock.TakeWitness(board.Clock.MachineAhead ?? board.Gps.MachineAhead);
        if (clock.Read().Quality == ClockQuality.Confirmed && clock.SignedNow() is { } signed
            && (board.Clock.MachineAhead is not { } ahead || ahead.Duration() > Drift))
        {
            board.Clock.Set(signed);
        }
    }
}
