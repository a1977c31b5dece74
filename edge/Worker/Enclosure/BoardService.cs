using EdgeCheckpoint.Devices.Boards;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>Runs the loops of the board's devices.</summary>
internal sealed class BoardService(IBoard board) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => board.RunAsync(stoppingToken);
}
