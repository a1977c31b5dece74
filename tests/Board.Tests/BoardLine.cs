namespace EdgeCheckpoint.Board.Tests;

/// <summary>Lines of the GPIO controller as edge/Devices/Boards/Profiles/virtual-board.json names them. Low is closed.</summary>
internal static class BoardLine
{
    internal const int Lid = 4;
    internal const int Tamper = 5;
    internal const int Gate = 6;
    internal const int PowerLost = 7;
}
